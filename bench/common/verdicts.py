"""What a verdict means for a bar, the same in every benchmark of an agent that finds laws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

__all__ = ["Judged", "withheld", "wrong_confirmed"]


class Judged(Protocol):
    """The end of a run: ``error`` is ``Kind: message`` of an error of the library, else empty."""

    @property
    def error(self) -> str: ...
    @property
    def verdict(self) -> str: ...


def withheld(outcome: Judged) -> bool:
    """Whether the run told no law: undecided, or refused with an ``InputError``. Any other error is a defect."""
    return _refused(outcome) or (not outcome.error and outcome.verdict == "undecided")


def wrong_confirmed(outcome: Judged, judged: Mapping[str, object] | None = None) -> bool | None:
    """The failure that may never happen: another set of terms than the true one, called confirmed.

    ``judged`` is a row with ``exact``; without it there is no true law, and every confirmed one is wrong. None where
    the run gave no verdict, except that a refusal of what has no law is an answer: a run that broke shows nothing,
    and a bar over it does not hold.
    """
    if judged is None and _refused(outcome):
        return False
    if outcome.error or not outcome.verdict:
        return None
    return outcome.verdict == "confirmed" and (judged is None or judged["exact"] is not True)


def _refused(outcome: Judged) -> bool:
    return outcome.error.startswith("InputError:")
