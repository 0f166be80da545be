from __future__ import annotations

from lookagain.tools import physics


def test_every_exported_name_exists_once() -> None:
    assert sorted(set(physics.__all__)) == sorted(physics.__all__)
    for name in physics.__all__:
        assert getattr(physics, name).__doc__, name


def test_the_names_that_the_program_relies_on() -> None:
    relied = {
        "Trajectory", "Term", "Library", "SparseSystem", "SavitzkyGolay", "Spline", "WeakForm", "stlsq", "ensemble",
        "discover", "SearchSettings", "Discovery", "Candidate", "acceptance", "accepted", "Coordinates", "suggest",
        "Affine", "parse_term", "checks",
    }  # fmt: skip
    assert relied <= set(physics.__all__)
