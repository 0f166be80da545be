"""What motion finding reports: tracks, the camera, cuts, and how far to trust them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from lookagain.core.errors import InputError

__all__ = ["Camera", "Floats", "MotionReport", "Quality", "Reason", "ReasonCode", "Track"]

Floats: TypeAlias = npt.NDArray[np.float64]
Quality = Literal["good", "doubtful", "unusable"]
Method = Literal["template", "cover", "weighted", "matched"]
ReasonCode = Literal[
    "still", "no_object", "cut", "camera_moves", "camera_unknown", "noise", "truncated", "gaps", "border", "short"
]
_SCHEMA = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Track:
    """One object's path; every array has one entry a frame, from its first to its last sighting.

    ``frames`` (n,): frame indices. ``times`` (n,): seconds. ``xy`` (n, 2): centroid in pixels (x right, y
    down, whole numbers at pixel centres), NaN where not ``seen``. ``sigma`` (n, 2): standard deviation of
    ``xy`` in pixels. ``seen`` (n,): false where the object was hidden, merged with another, or cut by the
    picture's edge. ``area`` (n,): pixels. ``colour``: mean RGB. ``method``: how the centroid was found.
    ``score``: rank, larger is more of a moving object.
    """

    id: int
    frames: npt.NDArray[np.int64]
    times: Floats
    xy: Floats
    sigma: Floats
    seen: npt.NDArray[np.bool_]
    area: Floats
    colour: tuple[float, float, float]
    method: Method
    score: float = 0.0

    @property
    def extent(self) -> float:
        """Diagonal of the path's bounding box, in pixels."""
        points = self.xy[self.seen]
        return float(np.hypot(*np.ptp(points, axis=0))) if len(points) else 0.0

    @property
    def seen_count(self) -> int:
        """Frames in which the object was seen."""
        return int(self.seen.sum())

    @property
    def diameter(self) -> float:
        """Diameter in pixels of a disc of the object's usual area; NaN where no area is known."""
        areas = self.area[np.isfinite(self.area)]
        return float(2 * np.sqrt(np.median(areas) / np.pi)) if len(areas) else float("nan")

    def to_json(self) -> dict[str, Any]:
        """JSON values; NaN becomes null."""
        return {
            "id": self.id,
            "frames": self.frames.tolist(),
            "times": self.times.tolist(),
            "xy": _rows(self.xy),
            "sigma": _rows(self.sigma),
            "seen": self.seen.tolist(),
            "area": [None if not np.isfinite(a) else a for a in self.area.tolist()],
            "colour": list(self.colour),
            "method": self.method,
            "score": self.score,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Track:
        """The track that ``to_json`` wrote; ``InputError`` for anything else."""
        try:
            frames = np.asarray(data["frames"], dtype=np.int64)
            n = len(frames)
            red, green, blue = (float(c) for c in data["colour"])
            return cls(
                id=int(data["id"]),
                frames=frames,
                times=np.asarray(data["times"], dtype=float).reshape(n),
                xy=np.asarray(data["xy"], dtype=float).reshape(n, 2),
                sigma=np.asarray(data["sigma"], dtype=float).reshape(n, 2),
                seen=np.asarray(data["seen"], dtype=bool).reshape(n),
                area=np.asarray(data["area"], dtype=float).reshape(n),
                colour=(red, green, blue),
                method=_member(data["method"], ("template", "cover", "weighted", "matched")),
                score=float(data["score"]),
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise InputError(f"not a track ({type(error).__name__}: {error}).", hint="Find it again.") from error


@dataclass(frozen=True, kw_only=True, eq=False)
class Camera:
    """Whether the camera stood still. ``shift`` (n, 2): of the background against the first frame, pixels.

    ``max_shift``: 95th percentile of its length. ``points``: background corners it rests on (0: unknown, and
    ``still`` is assumed). ``evidence``: the same in words.
    """

    still: bool
    max_shift: float
    shift: Floats
    points: int
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a report is not simply good: a code to act on and a sentence to read."""

    code: ReasonCode
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class MotionReport:
    """Everything found: ``tracks`` best first, ``cuts`` as indices of the first frame of each new scene.

    ``span`` is the range of frames [first, last) that was tracked: the longest scene. ``quality`` is ``good``,
    ``doubtful`` (a reason weakens the tracks) or ``unusable`` (no track can be trusted).
    """

    tracks: tuple[Track, ...]
    camera: Camera
    cuts: tuple[int, ...]
    span: tuple[int, int]
    frame_count: int
    width: int
    height: int
    quality: Quality
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON values (no NaN), for ``from_json``."""
        camera = self.camera
        return {
            "schema": _SCHEMA,
            "tracks": [track.to_json() for track in self.tracks],
            "camera": {
                "still": camera.still,
                "max_shift": camera.max_shift,
                "shift": _rows(camera.shift),
                "points": camera.points,
                "evidence": camera.evidence,
            },
            "cuts": list(self.cuts),
            "span": list(self.span),
            "frame_count": self.frame_count,
            "width": self.width,
            "height": self.height,
            "quality": self.quality,
            "reasons": [{"code": reason.code, "text": reason.text} for reason in self.reasons],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> MotionReport:
        """The report that ``to_json`` wrote; ``InputError`` for anything else."""
        try:
            if data["schema"] != _SCHEMA:
                raise InputError(f"motion report of schema {data['schema']!r}, expected {_SCHEMA}.")
            camera = data["camera"]
            first, last = (int(i) for i in data["span"])
            return cls(
                tracks=tuple(Track.from_json(track) for track in data["tracks"]),
                camera=Camera(
                    still=bool(camera["still"]),
                    max_shift=float(camera["max_shift"]),
                    shift=np.asarray(camera["shift"], dtype=float).reshape(-1, 2),
                    points=int(camera["points"]),
                    evidence=str(camera["evidence"]),
                ),
                cuts=tuple(int(i) for i in data["cuts"]),
                span=(first, last),
                frame_count=int(data["frame_count"]),
                width=int(data["width"]),
                height=int(data["height"]),
                quality=_member(data["quality"], ("good", "doubtful", "unusable")),
                reasons=tuple(Reason(code=_member(r["code"], _CODES), text=str(r["text"])) for r in data["reasons"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise InputError(
                f"not a motion report ({type(error).__name__}: {error}).", hint="Find the motion again."
            ) from error


_CODES: tuple[ReasonCode, ...] = (
    "still",
    "no_object",
    "cut",
    "camera_moves",
    "camera_unknown",
    "noise",
    "truncated",
    "gaps",
    "border",
    "short",
)


def _member(value: object, allowed: tuple[Any, ...]) -> Any:
    if value not in allowed:
        raise ValueError(f"{value!r} is not one of {', '.join(allowed)}")
    return value


def _rows(array: Floats) -> list[list[float | None]]:
    return [[None if not np.isfinite(v) else v for v in row] for row in array.tolist()]
