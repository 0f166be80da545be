"""Read a domain from TOML, and refuse one that does not agree with itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, Final, get_args

from lookagain.core.errors import ConfigError
from lookagain.planners.editlang.domain import (
    ActionSchema,
    Case,
    Domain,
    Effects,
    Kind,
    Parameter,
    PredicateSchema,
)
from lookagain.planners.editlang.values import ANY, Atom

__all__ = ["packaged_domain", "parse_domain"]

_PATTERN: Final = re.compile(r"(\w+)\(([^()]*)\)")
_PARAMETER: Final = re.compile(r"(\*?)(\w+)(\??)(?:: (\w+))?")
_PREDICATE_KEYS: Final = frozenset(
    {"args", "doc", "per", "opposite", "not", "every", "mirrored", "static", "on_request", "extension"}
)
_EFFECT_KEYS: Final = frozenset({"doc", "pre", "add", "del"})
_ACTION_KEYS: Final = frozenset({"args", "doc", "pre", "add", "del", "also", "case"})
_CASE_KEYS: Final = frozenset({"when", "given", "pre", "add", "del", "also"})


def packaged_domain() -> Domain:
    """The domain file that is part of the package."""
    return parse_domain(files("lookagain.planners.editlang").joinpath("domain.toml").read_text(encoding="utf-8"))


def parse_domain(text: str) -> Domain:
    """A domain from TOML text.

    Raises:
        ConfigError: it is no TOML, has an unknown key, or a pattern that does not fit its predicates and arguments.
    """
    try:
        data = tomllib.loads(text)
        words = {name: tuple(of) for name, of in data["words"].items()}
        predicates = {name: _predicate(name, one) for name, one in data["predicate"].items()}
        shared = {name: _effects(_only(one, _EFFECT_KEYS, name), {}, name) for name, one in data["effects"].items()}
        actions = {name: _action(name, one, shared) for name, one in data["action"].items()}
        domain = Domain(version=data["version"], words=words, predicates=predicates, actions=actions)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(
            f"expected a domain of EditLang in TOML, came one with a fault: {error}.",
            hint="Compare it with the domain.toml that comes with lookagain.",
        ) from None
    _check(domain)
    return domain


def _only(data: Mapping[str, Any], known: frozenset[str], name: str) -> Mapping[str, Any]:
    unknown = set(data) - known
    if unknown:
        raise ValueError(f"{name}: unknown key {min(unknown)!r}, expected one of {sorted(known)}")
    return data


def _predicate(name: str, data: Mapping[str, Any]) -> PredicateSchema:
    _only(data, _PREDICATE_KEYS, name)
    parameters = _parameters(data["args"])
    names = [one.name for one in parameters]
    return PredicateSchema(
        name=name,
        parameters=parameters,
        doc=data["doc"],
        per=tuple(names.index(one) for one in data["per"]) if "per" in data else None,
        opposite=data.get("opposite"),
        negates=data.get("not"),
        every=_pattern(data["every"]) if "every" in data else None,
        **{key: bool(data.get(key, False)) for key in ("mirrored", "static", "on_request", "extension")},
    )


def _action(name: str, data: Mapping[str, Any], shared: Mapping[str, Effects]) -> ActionSchema:
    _only(data, _ACTION_KEYS, name)
    cases = []
    for one in data.get("case", ()):
        _only(one, _CASE_KEYS, name)
        given = [(one["given"], frozenset[str]())] if "given" in one else []
        ((parameter, words),) = given + [(of, frozenset(chosen)) for of, chosen in one.get("when", {}).items()]
        cases.append(Case(parameter=parameter, words=words, effects=_effects(one, shared, name)))
    return ActionSchema(
        name=name,
        parameters=_parameters(data["args"]),
        doc=data["doc"],
        effects=_effects(data, shared, name),
        cases=tuple(cases),
    )


def _effects(data: Mapping[str, Any], shared: Mapping[str, Effects], name: str) -> Effects:
    pre, add, delete = (tuple(map(_pattern, data.get(key, ()))) for key in ("pre", "add", "del"))
    effects = Effects(pre=pre, add=add, delete=delete)
    for one in data.get("also", ()):
        if one not in shared:
            raise ValueError(f"{name}: no [effects.{one}]")
        effects = effects.joined(shared[one])
    return effects


def _parameters(text: str) -> tuple[Parameter, ...]:
    found = []
    for part in text.split(", "):
        match = _PARAMETER.fullmatch(part)
        rest = match is not None and match[1] == "*"
        if match is None or (not rest and match[4] not in get_args(Kind)):
            raise ValueError(f"expected an argument such as 'obj: object', came {part!r}")
        found.append(Parameter(name=match[2], kind=match[4] or "word", optional=bool(match[3]), rest=rest))  # type: ignore[arg-type]
    return tuple(found)


def _pattern(text: str) -> Atom:
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f"expected a pattern such as 'on(obj, _)', came {text!r}")
    return Atom(match[1], tuple(part.strip() for part in match[2].split(",")))


def _check(domain: Domain) -> None:
    """Every name that the file mentions exists and every pattern has the arguments of its predicate."""
    known = domain.predicates
    for one in known.values():
        _known(domain, one.name, [name for name in (one.opposite, one.negates) if name is not None])
        if one.every is not None:
            _fits(domain, one.name, one.every, {ANY, *(parameter.name for parameter in one.parameters)})
    _known(domain, "relation", domain.words.get("relation", ()))
    for action in domain.actions.values():
        names = {parameter.name for parameter in action.parameters} | {ANY}
        for case in action.cases:
            _known_words(domain, action, case)
        for effects in (action.effects, *(case.effects for case in action.cases)):
            for pattern in effects.pre + effects.add + effects.delete:
                _fits(domain, action.name, pattern, names)


def _known(domain: Domain, owner: str, names: Iterable[str]) -> None:
    for name in names:
        if name not in domain.predicates:
            raise ConfigError(f"{owner}: no predicate {name!r} in the domain.", hint="Define it, or correct the name.")


def _known_words(domain: Domain, action: ActionSchema, case: Case) -> None:
    kinds = {parameter.name: parameter.kind for parameter in action.parameters}
    if case.parameter not in kinds or not case.words <= set(domain.words.get(kinds[case.parameter], ())):
        raise ConfigError(
            f"{action.name}: a case for {case.parameter} in {sorted(case.words)} that cannot occur.",
            hint="Name an argument of the action and words that its kind has.",
        )


def _fits(domain: Domain, owner: str, pattern: Atom, names: set[str]) -> None:
    words = {"ref"}.union(*domain.words.values())
    if pattern.predicate in names:
        return
    _known(domain, owner, [pattern.predicate])
    strange = [arg for arg in pattern.args if arg not in names | words]
    if strange or len(pattern.args) != domain.predicates[pattern.predicate].arity:
        raise ConfigError(
            f"{owner}: {pattern} does not fit {domain.predicates[pattern.predicate]}.",
            hint="Use arguments of the action, words of the domain and _, as many as the predicate has.",
        )
