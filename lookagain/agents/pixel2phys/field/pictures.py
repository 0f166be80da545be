"""The pictures of a field's round: frames seen, rolled out and their difference; the error over time; the video."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lookagain.agents.pixel2phys.field.equation import load_array
from lookagain.agents.pixel2phys.field.experiment import Outcome, kept, load_outcome, spread_of
from lookagain.agents.pixel2phys.pictures import dress, new_figure, to_png
from lookagain.tools.models import ImagePart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from lookagain.agents.pixel2phys.field.state import FieldReport, Rolled, SampledField
    from lookagain.runtime.services import Services
    from lookagain.tools.media.values import Pixels
    from lookagain.tools.physics.trajectory import Array

__all__ = [
    "VALUES",
    "coloured",
    "error_png",
    "frames_png",
    "kept_frames",
    "plan_pictures",
    "rollout_frames",
    "side_by_side",
]

VALUES, _DIFFERENCE = "viridis", "RdBu_r"
_SHOWN_AT = 5
_COLOURS = ("#d1495b", "#2e6f95", "#e09f3e", "#4f772d")
_FAINT = "#e4e7ec"
_PANEL_SIDE, _GAP, _HEAD = 240, 8, 22
#: The difference map reaches from minus to plus this share of the field's range at least.
_LEAST_DIFFERENCE = 1e-9


class Kept:
    """What is kept of a roll-out for pictures: ``seen`` and ``difference`` (channels, *space) of each time of ``t``."""

    def __init__(self, outcome: Outcome, rolled: Rolled, services: Services) -> None:
        if rolled.difference is None:
            raise ValueError("the law was not rolled out")
        field = outcome.field
        every, cells = kept(field)
        self.names = field.names
        self.t = field.t[::every]
        self.width = field.spacing[-1] * field.space[-1]
        self.along = f"x [{field.unit}]" if field.unit else "x"
        self._field, self._every, self._cells = field, every, cells
        self._difference = load_array(rolled.difference, services)
        self._spread = spread_of(field)[0]
        sample = field.quantity(slice(None, None, max(1, field.frames // 16)))
        axes = (0, *range(2, sample.ndim))
        self.low, self.high = sample.min(axis=axes), sample.max(axis=axes)
        finite = np.abs(np.where(np.isfinite(self._difference), self._difference, 0)).astype(np.float64)
        largest = finite.max(axis=axes) * self._spread.reshape(-1)
        # A roll-out that ran away would leave nothing else to be seen.
        span = np.where(self.high > self.low, self.high - self.low, 1.0)
        self.off = np.clip(largest, _LEAST_DIFFERENCE * span, span)

    def __len__(self) -> int:
        return len(self.t)

    def seen(self, row: int) -> Array:
        """A kept frame of the field."""
        at = row * self._every
        frame: Array = self._field.quantity(slice(at, at + 1))[0][(slice(None), *self._cells)]
        return frame

    def difference(self, row: int) -> Array:
        """The roll-out minus what was seen; NaN where the law blew up."""
        off: Array = self._difference[row].astype(np.float64) * self._spread
        return off


def kept_frames(rolled: Rolled, outcome: Outcome, services: Services) -> Kept:
    """What is kept of the round's roll-out."""
    return Kept(outcome, rolled, services)


def frames_png(shown: Kept) -> bytes:
    """Each channel at a few times: seen, rolled out, difference. On one space axis: space and time as a picture."""
    if shown.seen(0).ndim == 2:
        return _lines_png(shown)
    rows = np.unique(np.linspace(0, len(shown) - 1, _SHOWN_AT).round().astype(int))
    figure = new_figure(1.1 + 1.7 * len(rows), 4.9 * len(shown.names))
    panels = figure.subplots(3 * len(shown.names), len(rows), squeeze=False)
    for channel, name in enumerate(shown.names):
        for column, row in enumerate(rows):
            seen, off = shown.seen(row)[channel], shown.difference(row)[channel]
            at = panels[3 * channel : 3 * channel + 3, column]
            limits = {"vmin": shown.low[channel], "vmax": shown.high[channel], "cmap": VALUES}
            first = at[0].imshow(seen, **limits)
            at[1].imshow(seen + off, **limits)
            third = at[2].imshow(off, vmin=-shown.off[channel], vmax=shown.off[channel], cmap=_DIFFERENCE)
            at[0].set_title(f"t = {shown.t[row]:.4g} s", fontsize=8)
            for axes in at:
                _bare(axes)
        for axes, label in zip(panels[3 * channel : 3 * channel + 3, 0], ("seen", "law", "law - seen"), strict=True):
            axes.set_ylabel(f"{name}: {label}", fontsize=8, parse_math=False)
        figure.colorbar(first, ax=list(panels[3 * channel : 3 * channel + 2].ravel()), shrink=0.7, pad=0.01)
        figure.colorbar(third, ax=list(panels[3 * channel + 2]), shrink=0.8, pad=0.01)
    return to_png(figure)


def _lines_png(shown: Kept) -> bytes:
    seen = np.stack([shown.seen(row) for row in range(len(shown))])
    off = np.stack([shown.difference(row) for row in range(len(shown))])
    figure = new_figure(9.6, 3.0 * len(shown.names))
    panels = figure.subplots(len(shown.names), 3, squeeze=False, sharex=True, sharey=True)
    extent = (0.0, shown.width, float(shown.t[-1]), float(shown.t[0]))
    for channel, name in enumerate(shown.names):
        limits = {"vmin": shown.low[channel], "vmax": shown.high[channel], "cmap": VALUES}
        mapped = {"aspect": "auto", "extent": extent, "interpolation": "nearest"}
        drawn = [
            panels[channel, 0].imshow(seen[:, channel], **limits, **mapped),
            panels[channel, 1].imshow((seen + off)[:, channel], **limits, **mapped),
            panels[channel, 2].imshow(
                off[:, channel], vmin=-shown.off[channel], vmax=shown.off[channel], cmap=_DIFFERENCE, **mapped
            ),
        ]
        for axes, image, label in zip(panels[channel], drawn, ("seen", "law", "law - seen"), strict=True):
            axes.set_title(f"{name}: {label}", fontsize=9, parse_math=False)
            axes.set_xlabel(shown.along, parse_math=False)
            figure.colorbar(image, ax=axes, pad=0.02)
        panels[channel, 0].set_ylabel("t [s]")
    return to_png(figure)


def error_png(outcome: Outcome, errors: Array) -> bytes:
    """rms error of the roll-out over time, against the field's own spread; the held-out part is shaded."""
    field = outcome.field
    held = field.t[-max(1, min(field.frames, round(float(outcome.found["held_out"]["frames"]))))]
    figure = new_figure(7.5, 3.2)
    axes = figure.add_subplot()
    spread = spread_of(field).reshape(-1)
    for channel, name in enumerate(field.names):
        colour = _COLOURS[channel % len(_COLOURS)]
        axes.plot(field.t, errors[:, channel], color=colour, linewidth=1.3, label=f"{name}: law - seen, rms")
        axes.axhline(spread[channel], color=colour, linewidth=0.8, linestyle=":", label=f"{name}: spread of the field")
    axes.axvspan(held, field.t[-1], color=_FAINT, alpha=0.5, linewidth=0, label="held out")
    axes.set_yscale("log")
    dress(axes, "t [s]", "rms error")
    return to_png(figure)


def rollout_frames(shown: Kept) -> Iterator[Pixels]:
    """Frames of a video: for each channel, side by side, what was seen, the law's roll-out, and the difference."""
    import matplotlib as mpl

    values, differences = mpl.colormaps[VALUES], mpl.colormaps[_DIFFERENCE]
    for row in range(len(shown)):
        seen, off = shown.seen(row), shown.difference(row)
        bands = []
        for channel, name in enumerate(shown.names):
            span = shown.high[channel] - shown.low[channel] or 1.0
            panels = [
                coloured(values, (seen[channel] - shown.low[channel]) / span),
                coloured(values, (seen[channel] + off[channel] - shown.low[channel]) / span),
                coloured(differences, 0.5 + 0.5 * off[channel] / shown.off[channel]),
            ]
            words = (f"{name}, t = {shown.t[row]:.4g} s", f"{name}, law", f"law - seen, +-{shown.off[channel]:.2g}")
            bands.append(side_by_side(panels, words))
        yield np.concatenate(bands)


def coloured(colours: Any, share: Array) -> Pixels:
    """The panel in colours, enlarged to be seen; grey where there is no value."""
    import cv2

    with np.errstate(invalid="ignore"):
        picture = np.asarray(colours(np.clip(share, 0, 1), bytes=True))[..., :3]
    picture[~np.isfinite(share)] = 128
    factor = max(1, round(_PANEL_SIDE / max(picture.shape[:2])))
    enlarged: Any = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST)
    return np.asarray(enlarged, dtype=np.uint8)


def side_by_side(panels: Sequence[Pixels], words: Sequence[str]) -> Pixels:
    """The panels in a row, what each shows written above it."""
    import cv2

    height, width = panels[0].shape[:2]
    band = np.full((height + _HEAD, len(panels) * (width + _GAP) - _GAP, 3), 255, dtype=np.uint8)
    for column, (panel, text) in enumerate(zip(panels, words, strict=True)):
        left = column * (width + _GAP)
        band[_HEAD:, left : left + width] = panel
        cv2.putText(band, text, (left + 2, _HEAD - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (60, 60, 60), 1, cv2.LINE_AA)
    return band


def _bare(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def plan_pictures(report: FieldReport, sampled: Sequence[SampledField], services: Services) -> tuple[ImagePart, ...]:
    """What the Plan agent's model looks at, of the first recording: frames seen, rolled out and their difference; the
    error over time.
    """
    if not report.rolled or report.rolled[0].errors is None:
        return ()
    outcome = load_outcome(report, sampled, services)
    drawn = (
        frames_png(kept_frames(report.rolled[0], outcome, services)),
        error_png(outcome, load_array(report.rolled[0].errors, services)),
    )
    return tuple(ImagePart.from_bytes(data, media_type="image/png") for data in drawn)
