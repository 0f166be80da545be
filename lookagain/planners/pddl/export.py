"""A planning problem as PDDL, for any planner that knows STRIPS.

Actions are written ground, one for each choice of arguments over *all* objects given (not only those that our planner
considers): what EditLang says with wildcards, contraries and "all different" is thereby exact without negative
preconditions, conditional effects or quantifiers. Atoms that no goal and no needed action asks for are left out, and so
are actions that bring about none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from lookagain.core.errors import InputError
from lookagain.planners.editlang.domain import IDS, Domain, Parameter
from lookagain.planners.editlang.ground import Ground, ground_trusted, instance
from lookagain.planners.editlang.source import Source, is_place
from lookagain.planners.editlang.task import Needs
from lookagain.planners.editlang.values import ANY, Argument, Atom, GroundAction
from lookagain.planners.pddl.names import action_name, argument_name, atom_text, escape, type_of

__all__ = ["MOST_ACTIONS", "Exported", "export"]

#: More ground actions than this are refused: no planner would read them in time.
MOST_ACTIONS = 200_000


@dataclass(frozen=True, kw_only=True)
class Exported:
    """Two PDDL texts, and how many atoms and actions they have."""

    domain: str
    problem: str
    atoms: int
    actions: int


@dataclass(frozen=True, kw_only=True)
class _Action:
    action: GroundAction
    meaning: Ground
    pre: tuple[Atom, ...]
    variant: int


def export(source: Source, *, objects: Iterable[str] | None = None, needs: Needs | None = None) -> Exported:
    """The goal of a source scene as PDDL.

    Args:
        source: the scene, with its goal.
        objects: those that actions may name, besides those of the goal and the parts of rooms (None: all).
        needs: as for ``plan``.

    Raises:
        InputError: too many objects for a ground problem.
    """
    writer = _Writer(source, source.objects if objects is None else objects, needs)
    return writer.export()


class _Writer:
    def __init__(self, source: Source, objects: Iterable[str], needs: Needs | None) -> None:
        self.source = source
        self.domain: Domain = source.domain
        self.needs = needs
        goal = source.goal
        named = {str(arg) for atom in goal.atoms for p, arg in self._kinds(atom) if p.kind in IDS}
        everything = {*objects, *named, *source.categories} - {"ref"}
        surfaces = {surface for id_ in everything for surface in source.supports(id_)}
        everything |= surfaces | {surface for surface in source.resting if is_place(surface)}
        self.objects = sorted(one for one in everything if one in source.objects or one in source.categories)
        self.places = sorted(everything)
        self.numbers = sorted({float(arg) for atom in goal.atoms for p, arg in self._kinds(atom) if p.kind == "number"})
        styles = {style for id_ in self.objects for style in source.values(Atom("has_style", (id_, ANY)))}
        self.words = sorted(styles | set(source.categories.values()))

    def _kinds(self, atom: Atom) -> list[tuple[Parameter, Argument]]:
        return list(zip(self.domain.predicates[atom.predicate].parameters, atom.args, strict=True))

    def export(self) -> Exported:
        goals = list(self.parts(self.source.goal.atoms))
        candidates = list(self.candidates())
        kept = dict.fromkeys(goals)
        chosen: dict[tuple[GroundAction, int], _Action] = {}
        before = -1
        while len(kept) != before:
            before = len(kept)
            for one in candidates:
                key = (one.action, one.variant)
                if key not in chosen and any(one.meaning.effect(self.domain, atom) is True for atom in kept):
                    chosen[key] = one
                    kept.update(dict.fromkeys(one.pre))
        return self.written(list(kept), list(chosen.values()), goals)

    def parts(self, atoms: Iterable[Atom]) -> Iterator[Atom]:
        """The atoms, with those that hold for ``every`` object spelt out."""
        for atom in atoms:
            schema = self.domain.predicates[atom.predicate]
            if schema.every is None:
                yield atom
                continue
            pattern = instance(schema.every, dict(zip((p.name for p in schema.parameters), atom.args, strict=True)))
            for id_ in self.objects:
                if id_ not in pattern.args:
                    yield Atom(pattern.predicate, tuple(id_ if arg == ANY else arg for arg in pattern.args))

    def candidates(self) -> Iterator[_Action]:
        count = 0
        for action in self.ground_actions():
            meaning = ground_trusted(self.domain, action)
            if any(self.domain.predicates[one.predicate].static and not self.source(one) for one in meaning.pre):
                continue
            for variant, more in enumerate(self.needs(action) if self.needs else [()]):
                count += 1
                if count > MOST_ACTIONS:
                    raise InputError(
                        f"expected at most {MOST_ACTIONS} ground actions, came more.",
                        limit="actions",
                        hint="Export fewer objects.",
                    )
                pre = tuple(dict.fromkeys(self.parts([*sorted(meaning.pre), *more])))
                yield _Action(action=action, meaning=meaning, pre=pre, variant=variant)

    def ground_actions(self) -> Iterator[GroundAction]:
        for schema in self.domain.actions.values():
            if not schema.parameters[-1].rest:
                yield from self.over(schema.name, schema.parameters, {})
                continue
            for relation in self.domain.words["relation"]:
                yield from self.over(
                    schema.name, self.domain.arguments(schema.name, relation), {"relation": [relation]}
                )

    def over(
        self, name: str, parameters: Sequence[Parameter], fixed: dict[str, Sequence[Argument]]
    ) -> Iterator[GroundAction]:
        choices = [fixed.get(one.kind) or self.choices(one) for one in parameters]
        at_ids = [at for at, one in enumerate(parameters) if one.kind in IDS]
        for args in product(*choices):
            given = tuple(arg for arg in args if arg != "")
            ids = [args[at] for at in at_ids if args[at] != ""]
            if len(set(ids)) == len(ids):
                yield GroundAction(name, given)

    def choices(self, parameter: Parameter) -> Sequence[Argument]:
        """All that may stand there; the empty word where nothing may."""
        found: Sequence[Argument]
        match parameter.kind:
            case "object":
                found = self.objects
            case "place" | "support":
                found = self.places
            case "view":
                found = [*self.places, "ref"]
            case "number":
                found = self.numbers
            case "word":
                found = self.words
            case closed:
                found = self.domain.words[closed]
        return ["", *found] if parameter.optional else found

    def written(self, kept: list[Atom], actions: list[_Action], goals: list[Atom]) -> Exported:
        names: dict[str, str] = {}
        for atom in kept:
            names.update((argument_name(p, arg), type_of(p)) for p, arg in self._kinds(atom))
        predicates = []
        for name in dict.fromkeys(atom.predicate for atom in kept):
            parameters = self.domain.predicates[name].parameters
            listed = " ".join(f"?{chr(97 + at)} - {type_of(one)}" for at, one in enumerate(parameters))
            predicates.append(f"    (p-{escape(name)} {listed})")
        constants = [f"    {name} - {of}" for name, of in sorted(names.items())]
        domain = [
            "(define (domain editlang)",
            "  (:requirements :strips :typing)",
            "  (:types thing number word)",
            "  (:constants",
            *constants,
            "  )",
            "  (:predicates",
            *predicates,
            "  )",
            *(self.written_action(one, kept) for one in actions),
            ")",
        ]
        init = [f"    {atom_text(self.domain, atom)}" for atom in kept if self.source(atom)]
        wanted = [f"    {atom_text(self.domain, atom)}" for atom in goals]
        problem = ["(define (problem edit)", "  (:domain editlang)", "  (:init", *init, "  )"]
        problem += ["  (:goal (and", *wanted, "  ))", ")"]
        return Exported(
            domain="\n".join(domain) + "\n", problem="\n".join(problem) + "\n", atoms=len(kept), actions=len(actions)
        )

    def written_action(self, one: _Action, kept: list[Atom]) -> str:
        effects = []
        for atom in kept:
            effect = one.meaning.effect(self.domain, atom)
            if effect is not None:
                text = atom_text(self.domain, atom)
                effects.append(text if effect else f"(not {text})")
        pre = " ".join(atom_text(self.domain, atom) for atom in one.pre)
        return (
            f"  (:action {action_name(one.action, one.variant)}\n    :parameters ()\n"
            f"    :precondition (and {pre})\n    :effect (and {' '.join(effects)}))"
        )
