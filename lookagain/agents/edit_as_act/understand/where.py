"""What a preposition or a direction says of where a thing shall be, as atoms. Lengths in metres."""

from __future__ import annotations

import math
from typing import Final

from lookagain.agents.edit_as_act.understand.edit import Edit
from lookagain.agents.edit_as_act.understand.lexicon import hangs_by_kind, is_a
from lookagain.agents.edit_as_act.understand.limits import holds, separation, walls
from lookagain.agents.edit_as_act.understand.scope import Scope
from lookagain.agents.edit_as_act.understand.syntax import Amount, Side
from lookagain.tools.scene.geometry.boxes import point_gap
from lookagain.tools.scene.values import Box, Opening, SceneObject

__all__ = ["NEAR", "NEXT", "axis_of", "by", "corner", "nudge", "over", "small"]

#: "Near" and "to the left of": up to this gap. "Beside", "at": up to that one.
NEAR: Final = 1.0
NEXT: Final = 0.5
#: "To the left", without a distance.
_STEP: Final = 0.5
#: "Above": so much over the top.
_OVER: Final = 0.3
#: Prepositions that are predicates of their own.
_SIDES: Final = {"left_of": "left_of", "right_of": "right_of", "front_of": "in_front_of", "behind": "behind"}
_RELATIONS: Final = {"opposite": ("in_front_of", "is_facing"), "facing": ("is_facing",)}
#: How far away a thing may be, where no distance is said.
_REACHES: Final = {"near": NEAR, "by": NEAR, "with": NEAR, "beside": NEXT, "round": NEXT, "at": NEXT}
#: What stands on the floor, what carries small things, what holds them.
_FLOOR: Final = (
    *("furniture", "rug", "floor lamp", "fridge", "stove", "washing machine", "dishwasher", "toilet", "bathtub"),
    *("garbage can", "dog bed", "clothes dryer", "piano", "fireplace", "mirror"),
)
_SURFACES: Final = ("furniture", "counter top", "stand", "shelf", "cart")
_HOLDERS: Final = ("box", "garbage can", "garbage bag", "fridge", "sink", "basket", "drawer", "laundry hamper", "safe")


def by(edit: Edit, one: str, kind: str, target: str, amount: Amount | None, *, view: str = "ref") -> None:
    """``one`` shall be where preposition ``kind`` says of ``target``, seen from ``view``. ``amount``: the distance."""
    distance = amount.value if amount is not None and amount.unit == "m" else None
    if kind in _SIDES:
        edit.say(_SIDES[kind], one, target, *((view,) if kind in ("left_of", "right_of") else ()))
        _apart(edit, one, target, amount, NEAR)
    elif kind in ("against", "along", "back_to") or (kind == "at" and target.startswith("wall:")):
        edit.say("gap", one, target, distance or 0.0)
        if kind == "back_to":
            _turn_back(edit, one, target)
    elif kind in _REACHES:
        _apart(edit, one, target, amount, _REACHES[kind])
        if kind == "round" and is_a(edit.category(one), "seat"):
            edit.say("is_facing", one, target)
    elif kind in ("from", "away", "further", "closer", "toward"):
        _distance(edit, one, kind, target, amount)
    elif kind in _RELATIONS:
        for predicate in _RELATIONS[kind]:
            edit.say(predicate, one, target)
    elif kind in ("in_line", "parallel"):
        edit.say("aligned_with", one, target, "yaw" if kind == "parallel" else axis_of(edit, one, target))
    elif kind == "across":
        _across(edit, one, target)
    elif kind in ("on", "in", "to", "above", "under", "centre_of", "corner_of"):
        _into(edit, one, kind, target)
    else:
        edit.fail("a place", reason=f"{kind.replace('_', ' ')!r} tells no place here")


def _apart(edit: Edit, one: str, target: str, amount: Amount | None, reach: float) -> None:
    """The distance said, "at most" as a bound; else no farther than ``reach``."""
    if amount is None or amount.unit != "m":
        edit.say("near", one, target, reach)
    elif amount.preposition == "most":
        edit.say("near", one, target, amount.value)
    else:
        if amount.preposition == "least":
            edit.finder.notes.append(f"at least {amount.value:g} m: took just that.")
        edit.say("gap", one, target, amount.value)


def _across(edit: Edit, one: str, target: str) -> None:
    """The other side of something than now."""
    for here, there in (("left_of", "right_of"), ("front_of", "behind")):
        for now, then in ((here, there), (there, here)):
            if holds(edit.scope, now, one, (target,)):
                by(edit, one, then, target, None)
                return
    edit.fail("a side, such as 'to the left of'", reason="it is not clear on which side it is now")


def _into(edit: Edit, one: str, kind: str, target: str) -> None:
    """On, in, above, under: places that the target's box makes."""
    word, _, room = target.partition(":")
    own, box = edit.box(one), edit.box(target)
    low = box.bottom + own.size.z / 2
    match kind:
        case "in" if word in ("floor", "wall"):
            edit.say("on", one, target)
        case "in":
            edit.say("inside", one, target)
        case "on":
            edit.say("on", one, f"floor:{room}" if word == "room" else target)
        case "to":
            _to(edit, one, target)
        case "above":
            _above(edit, one, target)
        case "under" if word == target and (wall := _hung_at(edit, target)) is not None:
            edit.say("gap", one, wall, 0.0)
            over(edit, one, wall, target)
        case "under":
            edit.put_at(one, box.centre.x, box.centre.y, low)
        case "centre_of" if word in ("room", "floor"):
            x, y = _middle(edit.scope.world.scene.rooms[room].polygon)
            edit.put_at(one, x, y, low if word == "room" else box.top + own.size.z / 2)
        case "centre_of":
            edit.say("on", one, target)
            edit.put_at(one, box.centre.x, box.centre.y, box.top + own.size.z / 2)
        case "corner_of":
            corner(edit, (one,), edit.scope.room(target))


def _above(edit: Edit, one: str, target: str) -> None:
    """On the wall behind it what hangs there, from the ceiling what hangs from it, else in the air."""
    behind, box = _wall_behind(edit, one, target), edit.box(target)
    if _from_ceiling(edit, one):
        for axis in ("x", "y"):
            edit.say("aligned_with", one, target, axis)
        edit.say("on", one, f"ceiling:{edit.scope.room(target)}")
    elif behind is not None:
        edit.say("on", one, behind)
        over(edit, one, behind, target)
    else:
        edit.put_at(one, box.centre.x, box.centre.y, box.top + _OVER + edit.box(one).size.z / 2)


def over(edit: Edit, one: str, wall: str, target: str) -> None:
    """On the wall above something: in line with it along the wall."""
    edit.say("aligned_with", one, target, "x" if abs(math.cos(edit.box(wall).yaw)) > 0.7 else "y")


def _wall_behind(edit: Edit, one: str, target: str) -> str | None:
    """The wall on which a thing that hangs comes above another; None if it does not hang or none is close."""
    thing = edit.scope.world.scene.objects.get(one)
    hangs = edit.hung or (thing.holding == "wall" if thing is not None else hangs_by_kind(edit.category(one)) == "wall")
    room = edit.scope.room(target)
    if not hangs or room is None:
        return None
    nearest = min(walls(edit.scope, room), key=lambda wall: separation(edit.scope, target, wall))
    return nearest if separation(edit.scope, target, nearest) <= NEAR else None


def _hung_at(edit: Edit, target: str) -> str | None:
    """The wall that a window is in or a thing hangs at: below it is the floor along that wall."""
    scope = edit.scope
    own, opening, room = scope.world.scene.objects.get(target), scope.world.opening(target), scope.room(target)
    if room is None or (opening is None and (own is None or own.holding != "wall")):
        return None
    return min(walls(scope, room), key=lambda wall: separation(scope, target, wall))


def _from_ceiling(edit: Edit, one: str) -> bool:
    """Whether a thing hangs from the ceiling: a ceiling lamp, or a lamp that is hung over something."""
    category = edit.category(one)
    own = edit.scope.world.scene.objects.get(one)
    if own is not None and own.holding == "ceiling":
        return True
    lamp = edit.hung and is_a(category, "lamp") and not is_a(category, "wall lamp")
    return own is None and (lamp or hangs_by_kind(category) == "ceiling")


def _middle(polygon: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """The centroid of a polygon."""
    area = x = y = 0.0
    for (ax, ay), (bx, by) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        cross = ax * by - bx * ay
        area, x, y = area + cross / 2, x + (ax + bx) * cross / 6, y + (ay + by) * cross / 6
    return x / area, y / area


def _to(edit: Edit, one: str, target: str) -> None:
    """ "To": into a room, against a wall, onto a table if it is a small thing, else near."""
    word = target.partition(":")[0]
    category = edit.scope.category(target)
    if word == "room":
        edit.say("inside", one, target)
    elif word in ("floor", "ceiling"):
        edit.say("on", one, target)
    elif word == "wall":
        edit.say("gap", one, target, 0.0)
    elif small(edit, one) and any(is_a(category, kind) for kind in _HOLDERS):
        edit.say("inside", one, target)
    elif small(edit, one) and any(is_a(category, kind) for kind in _SURFACES):
        edit.say("on", one, target)
    else:
        edit.say("near", one, target, NEAR)


def small(edit: Edit, id_: str) -> bool:
    """Whether a thing is one that stands on furniture."""
    one = edit.scope.world.scene.objects.get(id_)
    if one is not None and one.parent is not None:
        return True
    category = edit.category(id_)
    return not any(is_a(category, kind) for kind in _FLOOR) and max(edit.box(id_).size) < 1.0


def _distance(edit: Edit, one: str, kind: str, target: str, amount: Amount | None) -> None:
    """ "50 cm from" and "50 cm away from" are the gap to be; "closer", "further" and "by 50 cm" change that of now."""
    if kind == "from" and target.startswith("ceiling:"):
        edit.say("on", one, target)
        return
    metres = amount.value if amount is not None and amount.unit == "m" else None
    share = amount.value if amount is not None and amount.unit == "extent" else 0.5
    if kind == "from" or (kind == "away" and metres is not None and amount and amount.preposition != "by"):
        edit.say("gap", one, target, NEXT) if metres is None else _apart(edit, one, target, amount, NEXT)
        return
    now = separation(edit.scope, one, target)
    if math.isinf(now):
        edit.say("near", one, target, NEAR)
    elif kind in ("away", "further"):
        edit.say("gap", one, target, now + (_STEP if metres is None else metres))
    elif metres is None:
        edit.say("near", one, target, now * (1 - share))
    else:
        edit.say("gap", one, target, max(0.0, now - metres))


def corner(edit: Edit, subject: tuple[str, ...], room: str | None, by: tuple[str, ...] = ()) -> None:
    """Against the two walls of a corner: the one nearest to ``by``, else to where the thing is; for a new thing the
    freest one.
    """
    scope = edit.scope
    for one in subject:
        known = [target for target in by or (one,) if edit.known(target)]
        own = room or next((found for id_ in known if (found := scope.room(id_))), None) or _only_room(edit)
        polygon = scope.world.scene.rooms[own].polygon
        sides = walls(scope, own)
        convex = [index for index in range(len(polygon)) if _turns_left(polygon, index)]
        around = [edit.box(id_) for id_ in known] or [box.box for box in _standing(scope, own)]
        sign = 1 if known else -1
        best = min(
            convex, key=lambda index: sign * min((point_gap(box, *polygon[index]) for box in around), default=0.0)
        )
        edit.say("gap", one, sides[best - 1], 0.0)
        edit.say("gap", one, sides[best], 0.0)


def _only_room(edit: Edit) -> str:
    rooms = edit.scope.rooms()
    if len(rooms) != 1:
        edit.fail("which room", reason="it is not said in which room")
    return rooms[0]


def _standing(scope: Scope, room: str) -> list[SceneObject | Opening]:
    scene = scope.world.scene
    inside = [one for one in scene.objects.values() if one.room == room and not one.fixed and one.box.size.z > 0.05]
    return [*inside, *(one for one in scene.openings if room in one.rooms and one.kind == "door")]


def _turns_left(polygon: tuple[tuple[float, float], ...], index: int) -> bool:
    (ax, ay), (bx, by), (cx, cy) = polygon[index - 1], polygon[index], polygon[(index + 1) % len(polygon)]
    return (bx - ax) * (cy - by) - (by - ay) * (cx - bx) > 0


def _turn_back(edit: Edit, one: str, target: str) -> None:
    """The back to a wall: the front looks into the room, along the wall's inward side."""
    place = edit.scope.world.place(target)
    if place is None or place.kind != "wall":
        edit.fail("a wall", reason="only a wall can be at the back")
    polygon = place.room.polygon
    (ax, ay), (bx, by) = polygon[place.edge], polygon[(place.edge + 1) % len(polygon)]
    edit.turn_to(one, math.degrees(math.atan2(by - ay, bx - ax)))


def axis_of(edit: Edit, one: str, target: str) -> str:
    """The axis along which two things are lined up with the least displacement; parallel to a wall."""
    if edit.scope.world.place(target) is not None:
        return "yaw"
    a, b = edit.box(one).centre, edit.box(target).centre
    return "x" if abs(a.x - b.x) <= abs(a.y - b.y) else "y"


def nudge(edit: Edit, subject: tuple[str, ...], side: Side) -> None:
    """A direction: left and right as one sees them who stands before a thing's front and looks at it, forward to where
    it looks, north to +y.
    """
    distance = side.amount.value if side.amount is not None else None
    for one in subject:
        if side.kind == "centre":
            _into(edit, one, "centre_of", f"room:{edit.scope.room(one) or _only_room(edit)}")
            continue
        if not edit.known(one):
            edit.fail("a place", span=side.span, reason="a new thing has no place to go on from")
        box = edit.box(one)
        way = _way(box, side.kind)
        if way is None:
            edit.fail("a direction", span=side.span)
        if distance is None:
            edit.finder.notes.append(f"no distance is said; took {_STEP} m.")
        step = _STEP if distance is None else distance
        edit.put_at(one, *(at + step * along for at, along in zip(box.centre, way, strict=True)))


def _way(box: Box, kind: str) -> tuple[float, float, float] | None:
    fx, fy = box.forward
    return {
        "left": (fy, -fx, 0.0),
        "right": (-fy, fx, 0.0),
        "forward": (fx, fy, 0.0),
        "back": (-fx, -fy, 0.0),
        "up": (0.0, 0.0, 1.0),
        "down": (0.0, 0.0, -1.0),
        "north": (0.0, 1.0, 0.0),
        "south": (0.0, -1.0, 0.0),
        "east": (1.0, 0.0, 0.0),
        "west": (-1.0, 0.0, 0.0),
        "on_left": (fy, -fx, 0.0),
        "on_right": (-fy, fx, 0.0),
    }.get(kind)
