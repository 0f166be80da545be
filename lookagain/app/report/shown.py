"""What a section for an answer gives to the page."""

from __future__ import annotations

from dataclasses import dataclass

from lookagain.app.report.html import Html

__all__ = ["Shown"]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """``headline`` stands at the top of the page, ``plain`` is the same as text, ``details`` are titled sections."""

    headline: Html
    plain: str
    details: tuple[tuple[str, Html], ...] = ()
