"""What a verdict means for a bar."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bench.common.verdicts import withheld, wrong_confirmed


@dataclass(frozen=True)
class End:
    """How a run ended."""

    verdict: str = ""
    error: str = ""


@pytest.mark.parametrize(
    ("end", "exact", "expected"),
    [
        (End("confirmed"), True, False),
        (End("confirmed"), False, True),
        (End("undecided"), False, False),
        (End(error="StateError: x"), False, None),
        (End("undecided", "RunError: x"), False, None),
        (End(error="InputError: x"), False, None),
    ],
)
def test_a_run_that_breaks_has_confirmed_nothing_and_shown_nothing(
    end: End, exact: bool, expected: bool | None
) -> None:
    assert wrong_confirmed(end, {"exact": exact}) is expected


@pytest.mark.parametrize(
    ("end", "kept", "wrong"),
    [
        (End("confirmed"), False, True),
        (End("refuted"), False, False),
        (End("undecided"), True, False),
        (End(error="InputError: nothing moves"), True, False),
        (End(error="StateError: x"), False, None),
        (End(), False, None),
    ],
)
def test_where_there_is_no_law_only_withholding_will_do(end: End, kept: bool, wrong: bool | None) -> None:
    assert withheld(end) is kept
    assert wrong_confirmed(end) is wrong
