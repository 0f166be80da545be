"""What an outcome says, as text."""

from __future__ import annotations

from lookagain.agents.edit_as_act.understand import Understood


def atoms(found: Understood) -> set[str]:
    """The atoms of a goal."""
    return {str(atom) for atom in found.goal.atoms}
