"""One step forward and one step backward."""

from __future__ import annotations

from collections.abc import Iterable

from lookagain.planners.editlang.domain import Domain
from lookagain.planners.editlang.ground import ground
from lookagain.planners.editlang.source import Holds
from lookagain.planners.editlang.values import Atom, GroundAction

__all__ = ["applicable", "progress", "regress"]


def applicable(domain: Domain, action: GroundAction, holds: Holds) -> bool:
    """Whether all that the action needs holds."""
    return all(holds(atom) for atom in ground(domain, action).pre)


def progress(domain: Domain, facts: Iterable[Atom], action: GroundAction) -> frozenset[Atom]:
    """The facts after the action: ``(s \\ del) U add``. Atoms that negate others are not listed, they follow."""
    meaning = ground(domain, action)
    kept = {atom for atom in facts if not any(atom.matches(pattern) for pattern in meaning.delete)}
    return frozenset(kept | {atom for atom in meaning.add if domain.predicates[atom.predicate].negates is None})


def regress(
    domain: Domain, goals: Iterable[Atom], action: GroundAction, holds: Holds | None = None
) -> frozenset[Atom] | None:
    """What must hold before the action so that the goals hold after it; None where the action destroys one of them.

    With ``holds`` it is the paper's source-aware regression (Eq. 2), ``(G \\ add) U (pre \\ S0)``: what the source
    scene fulfils is not pushed further back. That alone proves nothing of a longer plan, as an earlier action may
    destroy what was dropped; without ``holds`` nothing is dropped, and a set that holds in the source proves the plan.
    """
    meaning = ground(domain, action)
    before: set[Atom] = set()
    for atom in goals:
        effect = meaning.effect(domain, atom)
        if effect is False:
            return None
        if effect is None:
            before.add(atom)
    return frozenset(before | {atom for atom in meaning.pre if holds is None or not holds(atom)})
