"""The Variable agent's eyes: find what moves, before any coordinates are chosen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lookagain.agents.pixel2phys.state import Pixel2PhysState, Seen
from lookagain.agents.pixel2phys.task import Pixel2Phys
from lookagain.core.blobs import BlobRef
from lookagain.core.errors import ConfigError
from lookagain.core.result import Bound, Evidence
from lookagain.core.values import Json, as_json

if TYPE_CHECKING:
    from lookagain.runtime.services import Services
    from lookagain.tools.experts.motion import MotionReport
    from lookagain.tools.media import Frame, ReadOutcome, Video

__all__ = ["Clip", "choose_object", "load_motion", "look", "task_of", "video_of"]

#: Above this the background's shift is no longer hidden in the tracking noise (see MotionSettings.camera_shift).
_CAMERA_SHIFT_PX = 0.5
_UNSOUND = ("camera_moves", "cut", "noise")
#: An object that is seen in fewer frames than this is hardly tracked.
_SHARE_SEEN = 0.7
#: A named point is told from its surroundings by a square of this part of the picture's side.
_POINT_PART = 12


def task_of(state: Pixel2PhysState) -> Pixel2Phys:
    """The task as a value."""
    return Pixel2Phys.model_validate(state["task"])


class Clip:
    """A part of a video as a source of frames that can be read more than once."""

    def __init__(self, video: Video, *, start_s: float | None, stop_s: float | None) -> None:
        self._video = video
        self._start, self._stop = start_s, stop_s

    def frames(self) -> Iterator[Frame]:
        """The frames of the part, in order."""
        return self._video.frames(start_s=self._start, stop_s=self._stop)

    @property
    def outcome(self) -> ReadOutcome | None:
        """How the latest pass ended."""
        return self._video.outcome


def video_of(task: Pixel2Phys, services: Services) -> Video | None:
    """The task's video through the media door, or None for a measured track."""
    return None if task.video is None else services.media.video(task.video)


def look(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Open the video, judge camera and cuts, track what moves; or read the measured track."""
    task = task_of(state)
    video = video_of(task, services)
    if video is None:
        seen = Seen(usable=True, sound=True, tracks=1)
        return {"seen": as_json(seen), "object": 0, "rounds": []}
    services.spend_frames(video.info.sha256, video.info.frame_count)
    request: Json = {
        "video": video.info.sha256,
        "span": [task.start_s, task.stop_s],
        "near": list(task.near) if task.near else None,
    }
    found = services.call("motion", request, lambda: _find(task, video, services))
    motion = BlobRef.model_validate(found)
    seen = _judge(load_motion(motion, services), motion, video)
    update: dict[str, Any] = {"seen": as_json(seen), "object": 0, "rounds": []}
    if task.ask and seen.usable and seen.tracks > task.objects:
        update["question"] = {
            "text": f"{seen.tracks} things move. Which one is meant? Answer with its number.",
            "choices": [str(index) for index in range(seen.tracks)],
            "artifact": None,
        }
    return update


def choose_object(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """The object that the person named."""
    tracks = Seen.model_validate(state["seen"]).tracks
    reply = str(state.get("reply", "")).strip()
    if not reply.isdecimal() or int(reply) >= tracks:
        raise ConfigError(f"expected the number of an object, 0 to {tracks - 1}, got {reply!r}.", hint="Resume again.")
    return {"object": int(reply)}


def load_motion(ref: BlobRef, services: Services) -> MotionReport:
    """The motion report of a blob."""
    from lookagain.tools.experts.motion import MotionReport

    return MotionReport.from_json(json.loads(services.blobs.read(ref)))


def _find(task: Pixel2Phys, video: Video, services: Services) -> Json:
    from lookagain.tools.experts.motion import MotionSettings, find_motion, track_point

    clip = Clip(video, start_s=task.start_s, stop_s=task.stop_s)
    settings = MotionSettings(near=task.near, masks=services.experts.get("segmenter"))

    def tell(done: int, total: int) -> None:
        if done % 20 == 0:
            services.progress("tracking", done / total if total else None)

    report = find_motion(clip, settings, tell)
    if task.near is not None and not report.cuts and _seen_share(report) < _SHARE_SEEN:
        # What is found by its motion is often lost here; the named point is followed by its looks instead.
        side = min(video.info.width, video.info.height) // _POINT_PART
        point = track_point(clip, task.near, settings, size=max(21, side | 1))
        if point.seen_count > _SHARE_SEEN * report.frame_count or not report.tracks:
            quality = "doubtful" if report.quality == "unusable" else report.quality
            report = replace(report, tracks=(point, *report.tracks), quality=quality)
    data = json.dumps(report.to_json()).encode()
    ref = services.blobs.put(data, media_type="application/json", name="motion.json")
    return as_json(ref)


def _seen_share(report: MotionReport) -> float:
    return report.tracks[0].seen_count / max(report.frame_count, 1) if report.tracks else 0.0


def _judge(report: MotionReport, ref: BlobRef, video: Video) -> Seen:
    """What the motion report allows: a fit, and a fit that may be confirmed."""
    codes = {reason.code for reason in report.reasons}
    unsound = sorted(codes & set(_UNSOUND))
    evidence = [
        Evidence(
            claim="the camera stands still",
            method="shift of background corners between frames",
            measured=float(report.camera.max_shift),
            unit="px",
            expected=Bound(op="<=", value=_CAMERA_SHIFT_PX),
            text=report.camera.evidence,
            holds=report.camera.still,
        ),
        Evidence(
            claim="the video is one scene",
            method="change of the whole picture between frames",
            measured=float(len(report.cuts)),
            unit="cuts",
            expected=Bound(op="==", value=0),
            holds=not report.cuts,
        ),
    ]
    if report.tracks:
        track = report.tracks[0]
        share = track.seen_count / max(report.frame_count, 1)
        evidence.append(
            Evidence(
                claim="the object is tracked",
                method=f"background difference, {track.method} centroid",
                measured=share,
                expected=Bound(op=">=", value=0.5),
                text=f"{track.seen_count} of {report.frame_count} frames.",
                holds=share >= 0.5,
            )
        )
    return Seen(
        motion=ref,
        usable=bool(report.tracks) and report.quality != "unusable",
        sound=report.quality != "unusable" and report.camera.still and not report.cuts and not unsound,
        reasons=tuple(reason.text for reason in report.reasons),
        evidence=tuple(evidence),
        tracks=len(report.tracks),
        frames=report.frame_count,
        fps=float(video.info.fps),
        width=report.width,
        height=report.height,
    )
