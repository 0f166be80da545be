"""Made-up results, with real pictures, for the tests of reports and the batch."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from lookagain.agents.pixel2phys.answer import Coefficient, Equation, Frame, Law
from lookagain.core.blobs import BlobRef, BlobStore
from lookagain.core.limits import Usage
from lookagain.core.result import Bound, ErrorInfo, Evidence, Provenance, Question, Result, Verdict


def png(size: tuple[int, int] = (64, 48), colour: str = "white") -> bytes:
    """A small picture with a line on it."""
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).line((4, size[1] - 4, size[0] - 4, 4), fill="steelblue", width=2)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def pendulum() -> Law:
    """A damped pendulum."""
    terms = (
        Coefficient(term="sin(theta)", value=-39.24, sigma=0.031, unit="1/s^2"),
        Coefficient(term="theta'", value=-0.2003, sigma=0.0042, unit="1/s"),
    )
    equation = Equation(
        lhs="d2theta/dt2",
        text="d2theta/dt2 = -39.24*sin(theta) - 0.2003*theta'",
        latex=r"\ddot{\theta} = -39.24 \sin\theta - 0.2003 \dot{\theta}",
        terms=terms,
    )
    return Law(
        order=2,
        variables=("theta",),
        units=("rad",),
        equations=(equation,),
        initial_state=(0.6, 0.0),
        frame=Frame(
            coordinates="angle",
            origin_px=(128.0, 40.5),
            units_per_pixel=0.0021,
            y_up=True,
            text="theta is the angle about the pivot at pixel (128.0, 40.5), 0 straight down",
        ),
        system={},
    )


def evidence() -> tuple[Evidence, ...]:
    """One entry that holds, one that does not, one that informs."""
    return (
        Evidence(
            claim="The law predicts frames it was not fitted on",
            method="roll-out over the held-out last 25 % of the frames",
            measured=0.99987,
            unit="",
            expected=Bound(op=">=", value=0.999),
            text="R2, worst variable",
            holds=True,
        ),
        Evidence(
            claim="The residuals are noise",
            method="lag-1 autocorrelation of the residuals",
            measured=0.41,
            expected=Bound(op="<=", value=0.3),
            holds=False,
        ),
        Evidence(claim="The camera stood still", method="shift of the background", text="median 0.02 px"),
    )


def result(
    folder: Path | None = None,
    *,
    verdict: Verdict | None = None,
    name: str = "pendulum.mp4",
    pictures: bool = True,
    **changes: Any,
) -> Result[Law]:
    """A complete result; its artifacts are stored in ``folder``."""
    artifacts: dict[str, BlobRef] = {}
    if folder is not None and pictures:
        store = BlobStore(folder)
        for picture in ("phase.png", "residuals.png"):
            data = png(colour="white" if picture == "phase.png" else "ivory")
            artifacts[picture] = store.put(data, media_type="image/png", name=picture)
        artifacts["variables.csv"] = store.put(b"t,theta\n0,0.6\n", media_type="text/csv", name="variables.csv")
    values: dict[str, Any] = {
        "task": {"video": name, "unit": "m"},
        "status": "complete",
        "answer": pendulum(),
        "verdict": verdict or Verdict(value="confirmed", reason="All required checks hold."),
        "evidence": evidence(),
        "artifacts": artifacts,
        "usage": Usage(frames=200, seconds=3.21),
        "provenance": Provenance(agent="pixel2phys", version="0.1.0", inputs={f"video:{name}": "ab" * 32}),
        **changes,
    }
    made: Result[Law] = Result[Law](**values)
    return made if folder is None else made.opened_from(folder)


def failed(name: str = "broken.mp4") -> Result[Law]:
    """A failed run."""
    return result(
        name=name,
        status="failed",
        answer=None,
        verdict=Verdict(),
        evidence=(),
        error=ErrorInfo(kind="InputError", message="the file is empty.", hint="Record it again."),
    )


def asking(name: str = "two.mp4") -> Result[Law]:
    """A run that waits for an answer."""
    question = Question(text="Which object is meant?", choices=("left", "right"))
    return result(name=name, status="needs_input", answer=None, verdict=Verdict(), question=question)
