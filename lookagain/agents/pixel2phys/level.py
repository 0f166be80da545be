"""Which level a run works on: moving objects, the picture itself as a field, or variables learned from it; and why."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import Field

from lookagain.agents.pixel2phys.clip import clip_of, videos_of
from lookagain.agents.pixel2phys.look import task_of
from lookagain.agents.pixel2phys.state import Pixel2PhysState
from lookagain.core.result import Bound, Evidence
from lookagain.core.values import Json, Value, as_json

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.clip import Clip
    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.runtime.services import Services
    from lookagain.tools.experts.activity import Activity
    from lookagain.tools.media import Video
    from lookagain.tools.models import ImagePart

__all__ = ["Level", "LevelChoice", "LevelChooser", "LevelName", "ModelLevel", "RuleLevel", "choose_level", "level_of"]

LevelName = Literal["object", "field", "latent"]
#: Frames at the beginning that are looked at to decide, and those of them that a model sees.
_LOOKED_AT, _SHOWN = 120, 4
#: In a field everything takes part sooner or later, and much of it at a time.
_EVER, _SHARE = 0.9, 0.3
#: A shift of the whole picture that leaves less of the changes than this is a moving camera.
_LEFT = 0.35
#: Two steps that make up more of all change than this are cuts.
_SUDDEN = 0.5
#: Where this little changes, or that much, nobody needs to be asked.
_LITTLE, _MUCH = 0.15, 0.6


class LevelChoice(Value):
    """Which level, and why."""

    level: LevelName
    reason: Annotated[str, Field(max_length=2000)]


class Level(Value):
    """The level of a run, who chose it, and what was measured."""

    level: LevelName
    evidence: tuple[Evidence, ...] = ()


class LevelChooser(Protocol):
    """Looks at what a video is like and chooses a level."""

    def choose(self, activity: Activity) -> LevelChoice:
        """The level and the reason."""
        ...


class RuleLevel:
    """The built-in rules: a field is what changes everywhere, much of it at a time, without the whole picture moving
    and without cuts. Everything else is left to the object level, which also says when nothing moves.
    """

    def choose(self, activity: Activity) -> LevelChoice:
        """The first rule that applies."""
        if activity.ever == 0:
            return LevelChoice(level="object", reason="Nothing changes beyond the noise: neither objects nor a field.")
        if activity.ever < _EVER or activity.share < _SHARE:
            reason = f"Parts of the picture stand still: {activity.share:.0%} of it changes at a time."
            return LevelChoice(level="object", reason=f"{reason} Something moves on a background.")
        if activity.left < _LEFT:
            reason = f"A shift of the whole picture leaves {activity.left:.0%} of the changes: the camera moves."
            return LevelChoice(level="object", reason=reason)
        if activity.sudden > _SUDDEN:
            return LevelChoice(level="object", reason="The picture changes at once, as at a cut, and hardly between.")
        reason = f"Every part of the picture changes, {activity.share:.0%} of it at a time: it is a field."
        return LevelChoice(level="field", reason=reason)


class ModelLevel:
    """Asks the run's model with ``prompts/pixel2phys/level.md`` and a few frames, where the numbers are not clear."""

    def __init__(self, services: Services, images: Sequence[ImagePart]) -> None:
        self._services = services
        self._images = tuple(images)

    def choose(self, activity: Activity) -> LevelChoice:
        """The model's choice."""
        measured = "\n".join(f"- {entry.claim}: {entry.measured:.3g}" for entry in _measured(activity))
        return self._services.ask("pixel2phys/level", LevelChoice, images=self._images, measured=measured)


def level_of(state: Pixel2PhysState) -> LevelName:
    """The level that the run works on."""
    return Level.model_validate(state["level"]).level


def choose_level(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """The person's choice, else what kind of input allows, else what the video is like."""
    task = task_of(state)
    if task.level != "auto":
        return _chosen(task.level, "the person's choice", "Asked for.")
    if task.tables:
        return _chosen("object", "kind of input", "A table of positions is of objects.")
    if task.array is not None:
        return _chosen("field", "kind of input", "An array of frames is a field.")
    # Videos of one system are of one kind: the first that is of objects decides.
    for video in videos_of(task, services):
        choice, by, measured = _judged(task, video, services)
        if choice.level != "field":
            break
    return _chosen(choice.level, by, choice.reason, measured)


def _judged(task: Pixel2Phys, video: Video, services: Services) -> tuple[LevelChoice, str, tuple[Evidence, ...]]:
    """The level of one video, who chose it, and what was measured."""
    from lookagain.tools.experts.activity import Activity

    clip = clip_of(task, video, services)
    clip.check_declared()
    request: Json = {"video": video.info.sha256, "span": [task.start_s, task.stop_s]}
    activity = Activity(**_dict(services.call("activity", request, lambda: _look(clip))))
    chooser: LevelChooser = RuleLevel()
    if services.model is not None and _unclear(activity):
        chooser = ModelLevel(services, _pictures(clip))
    by = "built-in rules" if isinstance(chooser, RuleLevel) else "a model's judgement"
    return chooser.choose(activity), by, _measured(activity)


def _chosen(level: LevelName, method: str, reason: str, measured: tuple[Evidence, ...] = ()) -> dict[str, Any]:
    named = {"object": "moving objects", "field": "a field", "latent": "variables learned from the video"}[level]
    evidence = (Evidence(claim=f"the law is of {named}", method=method, text=reason), *measured)
    return {"level": as_json(Level(level=level, evidence=evidence))}


def _look(clip: Clip) -> Any:
    from lookagain.tools.experts.activity import measure_activity

    return measure_activity(frame.pixels for frame in islice(clip.frames(), _LOOKED_AT)).to_json()


def _dict(value: Any) -> dict[str, Any]:
    return dict(value)


def _unclear(activity: Activity) -> bool:
    """Whether the numbers alone leave room for judgement."""
    still = activity.share < _LITTLE or activity.ever < _MUCH
    filled = activity.ever >= _EVER and activity.share >= _MUCH and activity.sudden <= _SUDDEN
    return not still and not filled and activity.left >= _LEFT


def _pictures(clip: Clip) -> tuple[ImagePart, ...]:
    """A few of the frames that were looked at, evenly spread, for a model."""
    import cv2

    from lookagain.tools.models import ImagePart

    step = max(1, min(_LOOKED_AT, clip.declared or _LOOKED_AT) // _SHOWN)
    found = []
    for frame in islice(clip.frames(), 0, _SHOWN * step, step):
        encoded = cv2.imencode(".png", cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
        found.append(ImagePart.from_bytes(encoded, media_type="image/png"))
    return tuple(found)


def _measured(activity: Activity) -> tuple[Evidence, ...]:
    """What was measured, beside what a field needs."""
    looked = f"of {activity.frames} frames"
    numbers = (
        ("part of the picture that ever changes", f"difference from its median, {looked}", activity.ever, ">=", _EVER),
        ("part of the picture that changes at a time", "upper quartile over the frames", activity.share, ">=", _SHARE),
        ("changes that no shift of the picture explains", "ECC alignment of frames", activity.left, ">=", _LEFT),
        ("changes that happen in two steps", "frame to frame", activity.sudden, "<=", _SUDDEN),
    )
    return tuple(
        Evidence(
            claim=claim,
            method=method,
            measured=value,
            expected=Bound(op=">=" if op == ">=" else "<=", value=bound),
            text="Expected of a field.",
        )
        for claim, method, value, op, bound in numbers
    )
