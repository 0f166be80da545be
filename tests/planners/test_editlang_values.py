"""Atoms as text and patterns."""

from __future__ import annotations

from lookagain.planners.editlang.values import ANY, Atom, GroundAction


def test_an_atom_reads_as_it_is_written() -> None:
    assert str(Atom("near", ("chair_1", "desk_1", 0.5))) == "near(chair_1, desk_1, 0.5)"
    assert str(GroundAction("rotate_by", ("chair_1", 90.0))) == "rotate_by(chair_1, 90)"


def test_a_wildcard_stands_for_every_value_of_its_place() -> None:
    atom = Atom("on", ("cup_1", "desk_1"))
    assert atom.matches(Atom("on", ("cup_1", ANY)))
    assert not atom.matches(Atom("on", ("cup_2", ANY)))
    assert not atom.matches(Atom("on", ("cup_1",)))
    assert not atom.matches(Atom("supported", ("cup_1", ANY)))
