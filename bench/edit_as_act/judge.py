"""How an edited scene file is judged: the goal, what else changed, and what is physically wrong that was not before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.edit_as_act.conditions import Pair, holds
from bench.edit_as_act.geometry import colliding_pairs, floating, outside, rests_on
from bench.edit_as_act.raw import RawScene, Sizes, category_words, read_raw

__all__ = ["carried", "judge", "named_new"]


def judge(task: Mapping[str, Any], before: bytes, after: bytes, sizes: Sizes) -> dict[str, object]:
    """Columns ``goal_met``, ``missed``, ``drift``, ``drifted``, ``collisions``, ``unsupported``, ``out_of_bounds``.

    ``task`` is an entry of a suite file: ``may_change`` are the ids that the instruction is about, ``new`` the new
    objects it asks for (name to count and the categories a person would accept), ``goal`` its conditions.
    """
    was, now = read_raw(before, sizes), read_raw(after, sizes)
    new, problem = named_new(task.get("new", {}), was, now)
    pair = Pair(before=was, after=now, new=new)
    missed = [problem] if problem else []
    missed += [str(condition) for condition in task["goal"] if problem or not holds(pair, condition)]
    drifted = _drifted(was, now, {*task["may_change"], *carried(was, task["may_change"])})
    return {
        "goal_met": not missed,
        "missed": missed,
        "drift": len(drifted),
        "drifted": drifted[:5],
        **faults(was, now),
    }


def named_new(wanted: Mapping[str, Any], was: RawScene, now: RawScene) -> tuple[dict[str, tuple[str, ...]], str]:
    """The new objects by the names of the task, and what is wrong with them."""
    left = [id_ for id_ in now.bodies if id_ not in was.bodies]
    found = {}
    for name, (count, *categories) in wanted.items():
        accepted = {category_words(one).replace(" ", "") for one in categories}
        mine = [id_ for id_ in left if now.bodies[id_].category.replace(" ", "") in accepted][:count]
        found[name] = tuple(mine)
        left = [id_ for id_ in left if id_ not in mine]
        if len(mine) != count:
            kinds = [now.bodies[id_].category for id_ in left]
            return found, f"new {name}: {len(mine)} of {count}; other new ones: {kinds}"
    return found, f"new and not asked for: {[now.bodies[id_].category for id_ in left]}" if left else ""


def carried(scene: RawScene, ids: Sequence[str]) -> set[str]:
    """All that stands on or lies in these, by the file or by the boxes, over however many steps."""
    found: set[str] = set()
    todo = [id_ for id_ in ids if id_ in scene.bodies]
    while todo:
        lower = scene.bodies[todo.pop()]
        for one in scene.bodies.values():
            on_top = one.parent == lower.id or (rests_on(one, lower) and _smaller(one, lower))
            if on_top and one.id not in found and one.id not in scene.fixed and one.id != lower.id:
                found.add(one.id)
                todo.append(one.id)
    return found


def _smaller(one: Any, other: Any) -> bool:
    return bool(one.size[0] * one.size[1] <= other.size[0] * other.size[1])


def _drifted(was: RawScene, now: RawScene, allowed: set[str]) -> list[str]:
    """Records that are not value for value what they were, without being asked for; ``(rest)`` is all else."""
    found = [
        id_
        for id_, body in was.bodies.items()
        if id_ not in allowed and (id_ not in now.bodies or now.bodies[id_].record != body.record)
    ]
    return [*found, "(rest)"] if was.rest != now.rest else found


def faults(was: RawScene, now: RawScene) -> dict[str, object]:
    """What is wrong now and was not before: pairs that collide, things in the air, things out of their room."""
    changed = [
        id_ for id_, body in now.bodies.items()
        if id_ not in was.bodies or (body.centre, body.size, body.yaw) != _box(was, id_)
    ]  # fmt: skip
    before = colliding_pairs(was, [id_ for id_ in changed if id_ in was.bodies])
    old = {frozenset(pair) for pair in before}
    hits = [pair for pair in colliding_pairs(now, changed) if frozenset(pair) not in old]
    loose = [
        id_ for id_ in {*changed, *_rested_on(was, now, changed)}
        if id_ not in now.fixed and floating(now, now.bodies[id_])
        and not (id_ in was.bodies and floating(was, was.bodies[id_]))
    ]  # fmt: skip
    out = [
        id_ for id_ in changed
        if outside(now, now.bodies[id_]) and not (id_ in was.bodies and outside(was, was.bodies[id_]))
    ]  # fmt: skip
    return {
        "collisions": len(hits),
        "unsupported": len(loose),
        "out_of_bounds": len(out),
        "faults": [f"{a} in {b}" for a, b in hits[:3]]
        + [f"{one} floats" for one in loose[:3]]
        + [f"{one} out" for one in out[:3]],
    }


def _rested_on(was: RawScene, now: RawScene, changed: Sequence[str]) -> set[str]:
    """What stood on or lay in what changed or is gone: nothing else can have lost its support."""
    touched = [was.bodies[id_] for id_ in was.bodies if id_ in changed or id_ not in now.bodies]
    return {
        id_ for id_, body in was.bodies.items()
        if id_ in now.bodies and any(rests_on(body, lower) for lower in touched if lower.id != id_)
    }  # fmt: skip


def _box(scene: RawScene, id_: str) -> tuple[object, object, float]:
    body = scene.bodies[id_]
    return body.centre, body.size, body.yaw
