"""Draws a latent law once, at the end: equation, states over time, and the decoded roll-out beside the seen video."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lookagain.agents.pixel2phys.field.pictures import VALUES, coloured, side_by_side
from lookagain.agents.pixel2phys.field.state import load_field, sampled_of
from lookagain.agents.pixel2phys.latent.experiment import Outcome, load_outcome
from lookagain.agents.pixel2phys.latent.state import report_of
from lookagain.agents.pixel2phys.pictures import dress, equation_png, new_figure, to_png
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.state import Pixel2PhysState
    from lookagain.core.blobs import BlobRef
    from lookagain.runtime.services import Services
    from lookagain.tools.media.values import Pixels
    from lookagain.tools.physics.fields import Field
    from lookagain.tools.physics.trajectory import Array

__all__ = ["draw"]

_SECONDS, _LEAST_FPS, _MOST_FPS = 8.0, 1.0, 30.0
_SEEN, _LAW, _FAINT = "#7a8699", "#d1495b", "#e4e7ec"


def draw(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Pictures, the roll-out video, the table of variables and the auto-encoder, each under its own name."""
    report = report_of(state)
    if report is None or report.trained is None:
        return {"pictures": {}}
    services.progress("drawing")
    outcome = load_outcome(report, services)
    field = load_field(sampled_of(state)[0], services)
    made: dict[str, BlobRef] = {"variables.csv": report.trained.trajectory, "model.safetensors": report.trained.model}
    for name, data in (("equation.png", equation_png(outcome.system.latex())), ("states.png", _states_png(outcome))):
        made[name] = services.blobs.put(data, media_type="image/png", name=name)
    made["rollout.mp4"] = _video(outcome, field, services)
    return {"pictures": {name: as_json(ref) for name, ref in made.items()}}


def _states_png(outcome: Outcome) -> bytes:
    """Each latent variable over time: the encoded frames, and the law from the first held-out one on."""
    t, names = outcome.trajectory.t, outcome.system.names
    figure = new_figure(7.5, 0.8 + 1.9 * len(names))
    panels = figure.subplots(len(names), 1, sharex=True, squeeze=False)
    for column, axes in enumerate(panels[:, 0]):
        axes.plot(t, outcome.trajectory.x[:, column], ".", color=_SEEN, markersize=3, label="encoded")
        axes.plot(t[outcome.fitted :], outcome.rollout[:, column], color=_LAW, linewidth=1.3, label="law")
        axes.axvspan(t[outcome.fitted], t[-1], color=_FAINT, alpha=0.5, linewidth=0, label="held out")
        dress(axes, "", names[column], legend=column == 0)
    panels[-1, 0].set_xlabel("t [s]")
    return to_png(figure)


def _video(outcome: Outcome, field: Field, services: Services) -> BlobRef:
    from lookagain.tools.media import write_video

    fps = min(_MOST_FPS, max(_LEAST_FPS, len(outcome.rollout) / _SECONDS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rollout.mp4"
        write_video(path, _frames(outcome, field), fps=fps)
        return services.blobs.put_file(path, media_type="video/mp4", name="rollout.mp4")


def _frames(outcome: Outcome, field: Field) -> Iterator[Pixels]:
    """Held-out frames, the first channel: what was seen beside the decoded roll-out."""
    import matplotlib as mpl

    colours = mpl.colormaps[VALUES]
    offset, scale = field.offset[0], field.scale[0]
    seen_first = field.quantity(slice(outcome.fitted, outcome.fitted + 1))[0, 0]
    low, high = float(seen_first.min()), float(seen_first.max())
    span = high - low or 1.0
    for row, state in enumerate(outcome.rollout):
        at = outcome.fitted + row
        seen: Array = field.quantity(slice(at, at + 1))[0, 0]
        decoded: Array = outcome.model.decode(state[None])[0]
        law = offset + scale * (decoded if decoded.ndim == 2 else decoded[..., 0])
        panels = [coloured(colours, (seen - low) / span), coloured(colours, (law - low) / span)]
        panels[1] = _of_size(panels[1], panels[0])
        yield side_by_side(panels, (f"seen, t = {field.t[at]:.4g} s", "law, decoded"))


def _of_size(picture: Pixels, like: Pixels) -> Pixels:
    """The decoder works on a coarser grid where pictures are large."""
    import cv2

    if picture.shape == like.shape:
        return picture
    height, width = like.shape[:2]
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
