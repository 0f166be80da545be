"""Samples a field once into a blob of the run, frame by frame, and looks at what the samples are like."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from lookagain.agents.pixel2phys.field.source import Frames, frames_of
from lookagain.agents.pixel2phys.field.state import SampledField
from lookagain.core.errors import InputError
from lookagain.core.result import Bound, Evidence

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.runtime.services import Services

__all__ = ["closes", "coarse", "even_times", "jump", "sample"]

#: Times may be off an even grid by this share of a step: containers round them.
_UNEVEN = 0.25
#: A cut is a change this many times those before and after it.
_JUMP = 5.0
#: A border closes on itself if the step across it is at most this many times a large step inside.
_SEAM = 2.0
_LARGE = 95
_LOOKED_AT = 8
_FULL = 255
#: Bytes at the ends of their scale may stand for anything beyond it: more of them than this hide part of the field.
_CLIPPED = 0.01


@dataclass(kw_only=True)
class _Pass:
    """What one pass over the frames leaves behind."""

    times: list[float | None] = field(default_factory=list)
    clipped: int = 0
    values: int = 0
    changes: list[float] = field(default_factory=list)
    before: NDArray[np.float64] | None = None

    def add(self, time_s: float | None, quantity: NDArray[np.float64]) -> None:
        """One more frame, in units of the quantity."""
        if not np.isfinite(quantity).all():
            bad = int(np.count_nonzero(~np.isfinite(quantity)))
            raise InputError(
                f"frame {len(self.times)} of the field holds {bad} values that are missing or not finite.",
                hint="Fill them, or give a part without them (start_s, stop_s).",
            )
        if self.before is not None:
            self.changes.append(float(np.sqrt(np.mean((quantity - self.before) ** 2))))
        self.before = quantity
        self.times.append(time_s)


def sample(task: Pixel2Phys, services: Services, index: int = 0) -> SampledField:
    """The field of a recording, sampled. Raises ``InputError`` for what is no field, with what to do."""
    frames = frames_of(task, services, index)
    space = tuple(size // frames.coarsen for size in frames.space)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "field.raw"
        seen = _write(path, frames, lambda done: services.progress("reading", done / max(frames.count, done)))
        values = services.blobs.put_file(path, media_type="application/octet-stream", name="field.raw")
    count = len(seen.times)
    services.spend_frames(f"{frames.sha256} {task.start_s} {task.stop_s}", count)
    start, dt, clock = _clock(seen.times, task)
    spacing, ruler = _spacing(frames, task)
    mapped: Any = np.memmap(
        services.blobs.path(values), dtype=frames.dtype, mode="r", shape=(count, len(frames.channels), *space)
    )
    chosen = mapped[np.unique(np.linspace(0, count - 1, _LOOKED_AT).round().astype(int))].astype(np.float64)
    periodic, border = _borders(chosen, task)
    jumps = jump(
        seen.changes, min(abs(channel.scale) for channel in frames.channels) if frames.dtype == np.uint8 else 0
    )
    clipped = seen.clipped / seen.values if seen.values else 0.0
    notes = (*frames.notes, clock, ruler, border)
    notes += (f"{frames.coarsen} x {frames.coarsen} cells averaged into one",) if frames.coarsen > 1 else ()
    return SampledField(
        values=values,
        dtype=cast(Any, frames.dtype.name),
        shape=mapped.shape,
        start=start,
        dt=dt,
        names=tuple(channel.name for channel in frames.channels),
        spacing=spacing,
        periodic=periodic,
        offset=tuple(channel.offset for channel in frames.channels),
        scale=tuple(channel.scale for channel in frames.channels),
        resolution=tuple(channel.resolution for channel in frames.channels),
        unit=task.unit or ("px" if task.array is None and not task.calibrated else ""),
        coarsen=frames.coarsen,
        calibration=tuple(channel.text for channel in frames.channels),
        notes=notes,
        evidence=_evidence(jumps, clipped, notes),
        sound=jumps <= _JUMP,
    )


def _write(path: Path, frames: Frames, tell: Callable[[int], None]) -> _Pass:
    """The frames, coarsened, one after the other in C order."""
    seen = _Pass()
    shape = (-1,) + (1,) * len(frames.space)
    offset = np.reshape([channel.offset for channel in frames.channels], shape)
    scale = np.reshape([channel.scale for channel in frames.channels], shape)
    with path.open("wb") as out:
        for frame in frames.read():
            values = coarse(frame.values, frames.coarsen).astype(frames.dtype, copy=False)
            seen.add(frame.time_s, offset + scale * values.astype(np.float64))
            if values.dtype == np.uint8:
                seen.clipped += int(np.count_nonzero((values == 0) | (values == _FULL)))
                seen.values += values.size
            out.write(values.tobytes())
            if len(seen.times) % 20 == 0:
                tell(len(seen.times))
    return seen


def coarse(values: NDArray[Any], factor: int) -> NDArray[Any]:
    """Means over blocks of ``factor`` cells along each space axis of (channels, [y,] x); bytes stay bytes.

    Cells beyond the last whole block are left out.
    """
    if factor == 1:
        return values
    sizes = [size // factor for size in values.shape[1:]]
    cut = values[(slice(None), *(slice(size * factor) for size in sizes))]
    blocks = cut.reshape(len(values), *(part for size in sizes for part in (size, factor)))
    means = blocks.mean(axis=tuple(range(2, blocks.ndim, 2)), dtype=np.float64)
    rounded: NDArray[Any] = np.rint(means) if values.dtype.kind == "u" else means
    return rounded.astype(values.dtype)


def even_times(times: list[float | None]) -> tuple[float, float] | None:
    """Start and step of an even clock that the times keep to, or None."""
    known = np.array([np.nan if time_s is None else time_s for time_s in times], dtype=np.float64)
    if len(known) < 2 or not np.isfinite(known).all():
        return None
    step = float(known[-1] - known[0]) / (len(known) - 1)
    off = np.abs(known - known[0] - step * np.arange(len(known))).max()
    return (float(known[0]), step) if step > 0 and off <= _UNEVEN * step else None


def _clock(times: list[float | None], task: Pixel2Phys) -> tuple[float, float, str]:
    """Start and step in seconds, and in words where they are from."""
    given = task.field_options.dt or (1 / task.fps if task.fps else None)
    even = even_times(times)
    if given is not None:
        start = even[0] if even is not None and task.array is not None else 0.0
        return start, given, f"one frame every {given:g} s, as given"
    if even is not None:
        return (*even, f"one frame every {even[1]:.6g} s, as the file says")
    if all(time_s is None for time_s in times):
        return 0.0, 1.0, "one frame every second, for neither file nor task says otherwise"
    raise InputError("the frames do not follow each other evenly in time.", hint="Give the true step: fps, or dt.")


def _spacing(frames: Frames, task: Pixel2Phys) -> tuple[tuple[float, ...], str]:
    """Distance of neighbouring samples along each axis, and in words where it is from."""
    axes = len(frames.space)
    given = task.field_options.spacing
    if given is not None:
        if len(given) not in (1, axes):
            raise InputError(f"spacing: {len(given)} numbers for {axes} space axes.", hint="Give one, or one for each.")
        known: tuple[float | None, ...] = given * axes if len(given) == 1 else given
        words = "as given"
    else:
        known = frames.spacing
        words = "as the file says" if task.array and not task.calibrated else "by the scale"
    if None in known:
        words = "cells, for neither file nor task says otherwise"
    steps = tuple((1.0 if step is None else step) * frames.coarsen for step in known)
    return steps, f"spacing {', '.join(f'{step:.6g}' for step in steps)} ({words})"


def _borders(frames: NDArray[np.float64], task: Pixel2Phys) -> tuple[tuple[bool, ...], str]:
    """Which axes close on themselves, and in words where that is from."""
    axes = frames.ndim - 2
    given = task.field_options.periodic
    if given is not None and len(given) not in (1, axes):
        raise InputError(f"periodic: {len(given)} values for {axes} space axes.", hint="Give one, or one for each.")
    if given is not None:
        periodic = given * axes if len(given) == 1 else given
    else:
        periodic = tuple(closes(frames, axis) for axis in range(2, frames.ndim))
    names = ("y", "x")[-axes:]
    words = ", ".join(f"{name} {'closed' if closed else 'open'}" for name, closed in zip(names, periodic, strict=True))
    return periodic, f"borders: {words} ({'as given' if given is not None else 'as the values suggest'})"


def closes(frames: NDArray[np.float64], axis: int) -> bool:
    """Whether the values go on from the last cell of an axis to its first as they do from any cell to the next.

    Compared are first and second differences across the border with large ones inside.
    """
    moved = np.moveaxis(frames, axis, -1)
    for order in (1, 2):
        turned = np.diff(np.concatenate([moved, moved[..., :order]], axis=-1), n=order)
        steps = np.sqrt((turned**2).mean(axis=tuple(range(turned.ndim - 1))))
        if steps[-order:].max() > _SEAM * np.percentile(steps[:-order], _LARGE):
            return False
    return True


def jump(changes: list[float], least: float) -> float:
    """The largest change from frame to frame over the larger of those before and after it, or over ``least``."""
    if len(changes) < 3:
        return 0.0
    sizes = np.asarray(changes)
    beside = np.maximum(sizes[:-2], sizes[2:])
    return float((sizes[1:-1] / np.maximum(np.maximum(beside, least), 1e-300)).max())


def _evidence(jumps: float, clipped: float, notes: tuple[str, ...]) -> tuple[Evidence, ...]:
    return (
        Evidence(
            claim="the field changes without a jump",
            method="largest change from frame to frame over those before and after it",
            measured=jumps,
            expected=Bound(op="<=", value=_JUMP),
            holds=jumps <= _JUMP,
        ),
        Evidence(
            claim="the field stays within its scale",
            method="part of the bytes that are 0 or 255",
            measured=clipped,
            expected=Bound(op="<=", value=_CLIPPED),
            text="More of them may hide part of the field, unless it rests there.",
        ),
        Evidence(claim="how the field was read", method="file and options", text="; ".join(notes)),
    )
