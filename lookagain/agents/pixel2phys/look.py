"""The Variable agent's eyes: find what moves, before any coordinates are chosen."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lookagain.agents.pixel2phys.clip import Clip, clip_of, videos_of
from lookagain.agents.pixel2phys.state import Pixel2PhysState, Seen
from lookagain.agents.pixel2phys.task import Pixel2Phys
from lookagain.core.blobs import BlobRef
from lookagain.core.errors import InputError
from lookagain.core.result import Bound, Evidence
from lookagain.core.values import Json, as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lookagain.runtime.services import Services
    from lookagain.tools.experts.motion import MotionReport
    from lookagain.tools.media import Video

__all__ = ["choose_object", "load_motion", "look", "of_video", "task_of", "together"]

#: Above this the background's shift is no longer hidden in the tracking noise (see MotionSettings.camera_shift).
_CAMERA_SHIFT_PX = 0.5
_UNSOUND = ("camera_moves", "cut", "noise")
#: An object that is seen in fewer frames than this is hardly tracked.
_SHARE_SEEN = 0.7
#: A named point is told from its surroundings by a square of this part of the picture's side.
_POINT_PART = 12
#: What is tracked begins within this distance of the pixel that names it, or within so many of its radii.
_NEAR_PX, _NEAR_RADII = 5.0, 3.0
_NUMBER = re.compile("[0-9]{1,3}")
#: A wrong answer is quoted up to this length.
_SHOWN = 60


def task_of(state: Pixel2PhysState) -> Pixel2Phys:
    """The task as a value."""
    return Pixel2Phys.model_validate(state["task"])


def look(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Open the videos, judge camera and cuts, track what moves in each; or read the measured tracks."""
    task = task_of(state)
    videos = videos_of(task, services)
    if not videos:
        seen = Seen(usable=True, sound=True, tracks=1)
        return {"seen": as_json(seen), "object": 0, "rounds": []}
    _check_videos(task, videos)
    for video in videos:
        clip_of(task, video, services).check_declared()
    # One after another: a pass keeps two cores busy, and each is journaled, so that a resumed run repeats none.
    seen = together([_look_at(task, index, video, services) for index, video in enumerate(videos)])
    update: dict[str, Any] = {"seen": as_json(seen), "object": 0, "rounds": []}
    if task.ask and task.near is None and seen.usable and seen.tracks > task.objects:
        update["question"] = _question(seen.tracks)
    return update


def _look_at(task: Pixel2Phys, index: int, video: Video, services: Services) -> Seen:
    """What is seen in one of the task's videos."""
    near = task.near_of(index)
    request: Json = {
        "video": video.info.sha256,
        "span": [task.start_s, task.stop_s],
        "near": list(near) if near else None,
    }
    of = "" if len(task.films) == 1 else f" video {index + 1} of {len(task.films)}"
    clip = clip_of(task, video, services)
    found = services.call("motion", request, lambda: _find(near, clip, video, services, f"tracking{of}"))
    motion = BlobRef.model_validate(found)
    report = load_motion(motion, services)
    # The true count, each frame of the part once; it is in the journaled report, so that a resumed run counts alike.
    services.spend_frames(f"{video.info.sha256} {task.start_s} {task.stop_s}", report.frame_count)
    return _judge(report, motion, near)


def together(each: Sequence[Seen]) -> Seen:
    """What several videos allow: all must be sound, and in all something must move."""
    if len(each) == 1:
        return each[0]
    return Seen(
        motions=tuple(motion for seen in each for motion in seen.motions),
        usable=all(seen.usable for seen in each),
        sound=all(seen.sound for seen in each),
        reasons=tuple(f"Video {i}: {reason}" for i, seen in enumerate(each, 1) for reason in seen.reasons),
        evidence=tuple(of_video(entry, i) for i, seen in enumerate(each, 1) for entry in seen.evidence),
        tracks=min(seen.tracks for seen in each),
        frames=tuple(count for seen in each for count in seen.frames),
        width=each[0].width,
        height=each[0].height,
    )


def of_video(entry: Evidence, number: int) -> Evidence:
    """Evidence that speaks of one of several videos, counted from 1."""
    return entry.model_copy(update={"claim": f"video {number}: {entry.claim}"})


def choose_object(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """The object that the person named; an answer that names none is asked for again."""
    tracks = Seen.model_validate(state["seen"]).tracks
    reply = state.get("reply")
    text = str(reply) if type(reply) is int else reply.strip() if isinstance(reply, str) else ""
    if not _NUMBER.fullmatch(text) or int(text) >= tracks:
        wrong = f"expected the number of an object, 0 to {tracks - 1}, got {_shown(reply)}"
        return {"question": _question(tracks, wrong)}
    return {"object": int(text), "question": None}


def _question(tracks: int, wrong: str = "") -> dict[str, Json]:
    asked = f"{tracks} things move. Which one is meant? Answer with its number."
    choices: list[Json] = [str(index) for index in range(tracks)]
    return {"text": f"That names none: {wrong}. {asked}" if wrong else asked, "choices": choices, "artifact": None}


def _shown(reply: Json) -> str:
    text = repr(reply)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def load_motion(ref: BlobRef, services: Services) -> MotionReport:
    """The motion report of a blob."""
    from lookagain.tools.experts.motion import MotionReport

    stored = json.loads(services.blobs.read(ref))
    if stored["camera"]["max_shift"] is None:
        stored["camera"]["max_shift"] = math.nan
    return MotionReport.from_json(stored)


def _stored(report: MotionReport, services: Services) -> Json:
    stored = report.to_json()
    # The shift of a background without corners is unknown, which JSON says with null.
    if not math.isfinite(stored["camera"]["max_shift"]):
        stored["camera"]["max_shift"] = None
    data = json.dumps(stored, allow_nan=False).encode()
    return as_json(services.blobs.put(data, media_type="application/json", name="motion.json"))


def _check_videos(task: Pixel2Phys, videos: Sequence[Video]) -> None:
    """Refuse videos that cannot be of one camera, and points that are in no picture."""
    first = videos[0].info
    known: set[str] = set()
    for index, video in enumerate(videos):
        info = video.info
        if (info.width, info.height) != (first.width, first.height):
            raise InputError(
                f"videos fitted together share camera and calibration; this one has {info.width}x{info.height} pixels, "
                f"the first {first.width}x{first.height}.",
                path=info.path,
                hint="Fit it on its own.",
            )
        if info.sha256 in known:
            raise InputError(
                "the same video was given twice: its samples would count twice.", path=info.path, hint="Leave it out."
            )
        known.add(info.sha256)
        _check_near(task.near_of(index), video)


def _check_near(near: tuple[float, float] | None, video: Video) -> None:
    if near is None:
        return
    (x, y), width, height = near, video.info.width, video.info.height
    if not (0 <= x < width and 0 <= y < height):
        raise InputError(
            f"the point near=({x:g}, {y:g}) lies outside the {width}x{height} picture.",
            path=video.info.path,
            hint=f"Name a pixel on the object: x from 0 to {width - 1}, y from 0 to {height - 1}, y down.",
        )


def _find(near: tuple[float, float] | None, clip: Clip, video: Video, services: Services, doing: str) -> Json:
    from lookagain.tools.experts.motion import MotionSettings, find_motion, track_point

    settings = MotionSettings(near=near, masks=services.experts.get("segmenter"))

    def tell(done: int, total: int) -> None:
        if done % 20 == 0:
            services.progress(doing, done / total if total else None)

    report = find_motion(clip, settings, tell)
    if near is not None and not report.cuts and _seen_share(report) < _SHARE_SEEN:
        # What is found by its motion is often lost here; the named point is followed by its looks instead.
        side = min(video.info.width, video.info.height) // _POINT_PART
        point = track_point(clip, near, settings, size=max(21, side | 1))
        if point.seen_count > _SHARE_SEEN * report.frame_count or not report.tracks:
            quality = "doubtful" if report.quality == "unusable" else report.quality
            report = replace(report, tracks=(point, *report.tracks), quality=quality)
    return _stored(report, services)


def _seen_share(report: MotionReport) -> float:
    return report.tracks[0].seen_count / max(report.frame_count, 1) if report.tracks else 0.0


def _named(report: MotionReport, near: tuple[float, float] | None) -> Evidence | None:
    """Whether what is tracked begins where the person pointed; None when nobody pointed or nothing is tracked."""
    if near is None or not report.tracks or not report.tracks[0].seen_count:
        return None
    track = report.tracks[0]
    x, y = track.xy[track.seen][0]
    away = math.hypot(x - near[0], y - near[1])
    areas = track.area[track.seen & np.isfinite(track.area)]
    radius = math.sqrt(float(np.median(areas)) / math.pi) if len(areas) else 0.0
    most = max(_NEAR_PX, _NEAR_RADII * radius)
    return Evidence(
        claim="the tracked object is the one named",
        method="distance of its first seen position from the named pixel",
        measured=away,
        unit="px",
        expected=Bound(op="<=", value=most),
        text=f"First seen at pixel ({x:.1f}, {y:.1f}), named ({near[0]:g}, {near[1]:g}).",
        holds=away <= most,
    )


def _judge(report: MotionReport, ref: BlobRef, near: tuple[float, float] | None) -> Seen:
    """What the motion report allows: a fit, and a fit that may be confirmed."""
    codes = {reason.code for reason in report.reasons}
    unsound = sorted(codes & set(_UNSOUND))
    evidence = _scene(report)
    named = _named(report, near)
    reasons = [reason.text for reason in report.reasons]
    if named is not None:
        evidence.append(named)
        if not named.holds:
            reasons.append(f"The tracked object begins {named.measured:.3g} px from the named pixel: another one?")
    still = report.camera.still and not report.cuts and not unsound
    return Seen(
        motions=(ref,),
        usable=bool(report.tracks) and report.quality != "unusable",
        sound=report.quality != "unusable" and still and (named is None or named.holds is True),
        reasons=tuple(reasons),
        evidence=tuple(evidence),
        tracks=len(report.tracks),
        frames=(report.frame_count,),
        width=report.width,
        height=report.height,
    )


def _scene(report: MotionReport) -> list[Evidence]:
    """Camera, cuts and sightings, each against what a sound track needs."""
    found = [
        Evidence(
            claim="the camera stands still",
            method="shift of background corners between frames",
            measured=float(report.camera.max_shift) if math.isfinite(report.camera.max_shift) else None,
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
        found.append(
            Evidence(
                claim="the object is tracked",
                method=f"background difference, {track.method} centroid",
                measured=share,
                expected=Bound(op=">=", value=0.5),
                text=f"{track.seen_count} of {report.frame_count} frames.",
                holds=share >= 0.5,
            )
        )
    return found
