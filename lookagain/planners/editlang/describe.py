"""The domain in words: what a prompt tells a model, and what the documentation shows."""

from __future__ import annotations

from collections.abc import Iterator

from lookagain.planners.editlang.domain import ActionSchema, Domain, Effects, PredicateSchema

__all__ = ["describe"]


def describe(domain: Domain) -> str:
    """All predicates and actions with their arguments, meaning, needs and effects; one paragraph each."""
    parts = ["Predicates:", *map(_predicate, domain.predicates.values()), "", "Actions:"]
    for action in domain.actions.values():
        parts += _action(domain, action)
    return "\n".join(parts) + "\n"


def _predicate(one: PredicateSchema) -> str:
    notes = []
    if one.per is not None:
        notes.append(f"one at a time for each {' and '.join(one.parameters[at].name for at in one.per)}")
    if one.opposite:
        notes.append(f"excludes {one.opposite}")
    if one.negates:
        notes.append(f"the contrary of {one.negates}")
    if one.mirrored:
        notes.append("holds both ways")
    if one.static:
        notes.append("no action changes it")
    return f"- {one}: {one.doc}" + (f" [{'; '.join(notes)}]" if notes else "")


def _action(domain: Domain, action: ActionSchema) -> Iterator[str]:
    yield f"- {action}: {action.doc}"
    for parameter in action.parameters:
        if parameter.kind in domain.words:
            yield f"    {parameter.name} is one of {', '.join(domain.words[parameter.kind])}"
    yield from _effects(action.effects, "")
    for case in action.cases:
        when = f"{case.parameter} is {' or '.join(sorted(case.words))}" if case.words else f"{case.parameter} is given"
        yield from _effects(case.effects, f"if {when}, ")


def _effects(effects: Effects, when: str) -> Iterator[str]:
    for word, atoms in (("needs", effects.pre), ("adds", effects.add), ("deletes", effects.delete)):
        if atoms:
            yield f"    {when}{word} {', '.join(map(str, dict.fromkeys(atoms)))}"
