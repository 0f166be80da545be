"""Which ground actions bring about an atom: found from the atom alone, whatever the number of objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TypeAlias

from lookagain.planners.editlang.domain import IDS, ActionSchema, Domain, Effects, Parameter
from lookagain.planners.editlang.ground import instance
from lookagain.planners.editlang.source import Source
from lookagain.planners.editlang.values import ANY, Argument, Atom, GroundAction

__all__ = ["Places", "achievers"]

#: Where an object may be put to bring about an atom that names no place (that it leaves, say), the best first.
Places: TypeAlias = Callable[[str, Atom], Sequence[str]]
_Binding: TypeAlias = dict[str, tuple[Argument, ...]]
_Choice: TypeAlias = Callable[[str], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class _Maker:
    """A way to bring about a predicate: ``pattern`` of an action, under what its case says of an argument."""

    schema: ActionSchema
    pattern: Atom
    pre: tuple[Atom, ...]
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()


def achievers(source: Source, atom: Atom, places: Places) -> Iterator[GroundAction]:
    """The ground actions that make the atom true.

    All arguments follow from the atom, from the objects that the goal brings in, and from styles; only a support is
    chosen, among ``places`` of the object. Actions that leave an argument open otherwise are not considered: a place
    that serves any purpose but the asked one is as good as any other.
    """
    domain = source.domain
    found: dict[GroundAction, None] = {}
    for wanted in _readings(domain, atom):
        for maker in _makers(domain).get(wanted.predicate, ()):
            binding = _unify(maker, wanted, domain)
            if binding is not None:
                found.update(dict.fromkeys(_complete(source, maker, binding, lambda id_: places(id_, atom))))
    yield from found


def _readings(domain: Domain, atom: Atom) -> Iterator[Atom]:
    yield atom
    if domain.predicates[atom.predicate].mirrored:
        first, second, *rest = atom.args
        yield Atom(atom.predicate, (second, first, *rest))


@lru_cache(maxsize=8)
def _makers(domain: Domain) -> Mapping[str, tuple[_Maker, ...]]:
    """By predicate, what brings it about. Of a contrary, what deletes the other."""
    makers: dict[str, list[_Maker]] = {}
    for schema in domain.actions.values():
        kinds = {one.name: one.kind for one in schema.parameters}
        for words, effects, pre in _parts(schema):
            adds = [(one.predicate, one) for one in effects.add]
            adds += [
                (domain.negated_by[one.predicate], one) for one in effects.delete if one.predicate in domain.negated_by
            ]
            for predicate, pattern in adds:
                relations = domain.words["relation"] if kinds.get(predicate) == "relation" else (predicate,)
                for name in relations:
                    makers.setdefault(name, []).append(_Maker(schema=schema, pattern=pattern, pre=pre, words=words))
    return {name: tuple(dict.fromkeys(of)) for name, of in makers.items()}


def _parts(
    schema: ActionSchema,
) -> Iterator[tuple[tuple[tuple[str, tuple[str, ...]], ...], Effects, tuple[Atom, ...]]]:
    yield (), schema.effects, schema.effects.pre
    for case in schema.cases:
        words = ((case.parameter, tuple(sorted(case.words))),) if case.words else ()
        yield words, case.effects, schema.effects.pre + case.effects.pre


def _unify(maker: _Maker, atom: Atom, domain: Domain) -> _Binding | None:
    """The arguments of the action that make its pattern the atom; None where it cannot be."""
    names = {one.name for one in maker.schema.parameters}
    binding: _Binding = {}
    if maker.pattern.predicate in names:
        binding[maker.pattern.predicate] = (atom.predicate,)
    for at, term in enumerate(map(str, maker.pattern.args)):
        if term.startswith("*"):
            binding[term[1:]] = atom.args[at:]
            return binding
        value = atom.args[at]
        if term in names:
            if binding.setdefault(term, (value,)) != (value,):
                return None
        elif term not in (ANY, value):
            return None
    return binding


def _complete(source: Source, maker: _Maker, binding: _Binding, places: _Choice) -> Iterator[GroundAction]:
    choices: list[list[tuple[Argument, ...]]] = []
    for parameter in maker.schema.parameters:
        if parameter.name in binding:
            choices.append([binding[parameter.name]])
        elif parameter.optional:
            choices.append([()])
        else:
            choices.append([(value,) for value in _open(source, maker, binding, parameter, places)])
    for chosen in product(*choices):
        args = tuple(arg for part in chosen for arg in part)
        ids = [
            part[0]
            for part, one in zip(chosen, maker.schema.parameters, strict=True)
            if part and one.kind in IDS and not one.rest
        ]
        if len(set(ids)) == len(ids):
            yield GroundAction(maker.schema.name, args)


def _open(
    source: Source, maker: _Maker, binding: _Binding, parameter: Parameter, places: _Choice
) -> Iterable[Argument]:
    for name, words in maker.words:
        if name == parameter.name:
            return words if len(words) == 1 else ()
    if parameter.kind == "support":
        first = binding.get(maker.schema.parameters[0].name)
        return places(str(first[0])) if first else ()
    for pattern in maker.pre:
        if parameter.name in pattern.args[1:]:
            known = instance(pattern, {name: value[0] for name, value in binding.items() if value})
            return source.values(known) if known.args[0] != pattern.args[0] else ()
    return ()
