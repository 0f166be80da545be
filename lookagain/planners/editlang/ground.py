"""What an action with its arguments needs and does. It follows from the domain alone, never from a model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from lookagain.core.errors import InputError
from lookagain.planners.editlang.domain import IDS, ActionSchema, Domain, Effects, Parameter
from lookagain.planners.editlang.values import ANY, Argument, Atom, GroundAction

__all__ = ["Ground", "check_action", "check_atom", "ground"]


class Ground(NamedTuple):
    """An action's meaning. ``delete`` holds patterns (``_`` for anything); what is added is never deleted by it."""

    pre: frozenset[Atom]
    add: frozenset[Atom]
    delete: frozenset[Atom]

    def effect(self, domain: Domain, atom: Atom) -> bool | None:
        """Whether the action makes the atom true or false; None: it leaves it as it is.

        Of a predicate that holds for ``every`` object only the falsifying is told: what it still takes to make it true
        depends on the other objects.
        """
        schema = domain.predicates[atom.predicate]
        if schema.negates is not None:
            contrary = self.effect(domain, Atom(schema.negates, atom.args))
            return None if contrary is None else not contrary
        if schema.every is not None:
            pattern = instance(schema.every, dict(zip((p.name for p in schema.parameters), atom.args, strict=True)))
            negates = domain.predicates[pattern.predicate].negates
            breaks = any(one.matches(Atom(negates, pattern.args)) for one in self.add) if negates else False
            return False if breaks else None
        if atom in self.add:
            return True
        return False if any(map(atom.matches, _by_predicate(self.delete).get(atom.predicate, ()))) else None


@lru_cache(maxsize=4096)
def _by_predicate(patterns: frozenset[Atom]) -> Mapping[str, tuple[Atom, ...]]:
    found: dict[str, list[Atom]] = {}
    for pattern in patterns:
        found.setdefault(pattern.predicate, []).append(pattern)
    return {name: tuple(of) for name, of in found.items()}


def ground(domain: Domain, action: GroundAction) -> Ground:
    """What the action needs, adds and deletes.

    Besides what the domain file lists, an action that adds an atom deletes those that exclude it (other values ``per``
    object, the ``opposite``) and adds a ``mirrored`` one both ways.

    Raises:
        InputError: no such action, or arguments that do not fit it.
    """
    check_action(domain, action)
    return ground_trusted(domain, action)


def ground_trusted(domain: Domain, action: GroundAction) -> Ground:
    """As ``ground``, of an action that is known to fit (also one whose arguments are variables of PDDL)."""
    schema = domain.actions[action.name]
    values = _values(schema, action.args)
    effects = _chosen(schema, values)
    pre, add, delete = (
        [_instance(one, values) for one in patterns] for patterns in (effects.pre, effects.add, effects.delete)
    )
    added = {mirror for one in add for mirror in _mirrors(domain, one)}
    deleted = set(delete)
    for one in added:
        deleted.update(_excluded(domain, one))
    return Ground(frozenset(pre), frozenset(added), frozenset(deleted - added))


def _values(schema: ActionSchema, args: Sequence[Argument]) -> dict[str, tuple[Argument, ...]]:
    values: dict[str, tuple[Argument, ...]] = {}
    for at, parameter in enumerate(schema.parameters):
        values[parameter.name] = tuple(args[at:]) if parameter.rest else tuple(args[at : at + 1])
    return values


def _chosen(schema: ActionSchema, values: dict[str, tuple[Argument, ...]]) -> Effects:
    effects = schema.effects
    for case in schema.cases:
        value = values[case.parameter]
        if value and (not case.words or value[0] in case.words):
            effects = effects.joined(case.effects)
    return effects


def _instance(pattern: Atom, values: dict[str, tuple[Argument, ...]]) -> Atom:
    predicate = str(values[pattern.predicate][0]) if pattern.predicate in values else pattern.predicate
    args: list[Argument] = []
    for arg in pattern.args:
        name = str(arg)
        args += values.get(name.removeprefix("*"), (arg,))
    return Atom(predicate, tuple(args))


def instance(pattern: Atom, values: dict[str, Argument]) -> Atom:
    """The pattern with values in the place of names."""
    return Atom(pattern.predicate, tuple(values.get(str(arg), arg) for arg in pattern.args))


def _mirrors(domain: Domain, atom: Atom) -> tuple[Atom, ...]:
    if not domain.predicates[atom.predicate].mirrored:
        return (atom,)
    first, second, *rest = atom.args
    return atom, Atom(atom.predicate, (second, first, *rest))


def _excluded(domain: Domain, atom: Atom) -> Iterator[Atom]:
    schema = domain.predicates[atom.predicate]
    if schema.per is not None:
        yield Atom(atom.predicate, tuple(arg if at in schema.per else ANY for at, arg in enumerate(atom.args)))
    if schema.opposite is not None:
        yield Atom(schema.opposite, atom.args)


def check_action(domain: Domain, action: GroundAction) -> None:
    """Raise InputError unless the action exists and its arguments fit in number and kind and are different objects."""
    schema = domain.actions.get(action.name)
    if schema is None:
        raise InputError(f"no action {action.name!r}.", hint=f"Use one of {', '.join(domain.actions)}.")
    relation = relation_of(domain, schema, action.args)
    parameters = domain.arguments(action.name, relation)
    _check_arguments(domain, str(action), str(schema), parameters, action.args)


def relation_of(domain: Domain, schema: ActionSchema, args: Sequence[Argument]) -> str | None:
    """The relation that an action's arguments choose, if it chooses one."""
    for parameter, arg in zip(schema.parameters, args, strict=False):
        if parameter.kind == "relation" and arg in domain.words["relation"]:
            return str(arg)
    return None


def check_atom(domain: Domain, atom: Atom) -> None:
    """Raise InputError unless the predicate exists and its arguments fit in number and kind and are different."""
    schema = domain.predicates.get(atom.predicate)
    if schema is None:
        raise InputError(f"no predicate {atom.predicate!r}.", hint=f"Use one of {', '.join(domain.predicates)}.")
    _check_arguments(domain, str(atom), str(schema), schema.parameters, atom.args)


def _check_arguments(
    domain: Domain, said: str, schema: str, parameters: Sequence[Parameter], args: Sequence[Argument]
) -> None:
    least = sum(not one.optional for one in parameters)
    if not least <= len(args) <= len(parameters):
        raise InputError(f"{said} has {len(args)} arguments, expected {schema}.", hint="Give each argument once.")
    ids = [arg for parameter, arg in zip(parameters, args, strict=False) if parameter.kind in IDS]
    for parameter, arg in zip(parameters, args, strict=False):
        fault = argument_fault(domain, parameter, arg)
        if fault:
            raise InputError(f"{said}: {fault} for {parameter.name}, came {arg!r}.", hint=f"Write {schema}.")
    if len(set(ids)) < len(ids):
        raise InputError(f"{said} names one object twice.", hint="An object cannot stand in a relation to itself.")


def argument_fault(domain: Domain, parameter: Parameter, arg: Argument) -> str:
    """What was expected, if the argument does not fit the parameter."""
    if parameter.kind == "number":
        return "" if isinstance(arg, int | float) and math.isfinite(arg) else "expected a finite number"
    if not isinstance(arg, str) or not arg or arg == ANY:
        return f"expected a {parameter.kind}"
    words = domain.words.get(parameter.kind)
    return "" if words is None or arg in words else f"expected one of {', '.join(words)}"
