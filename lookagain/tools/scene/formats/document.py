"""What all JSON formats share: from bytes to a scene, and from an edited scene to the bytes with that edit alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from lookagain.core.errors import InputError
from lookagain.tools.scene.assets import Assets
from lookagain.tools.scene.formats.checked import MAX_OBJECTS, Record, parse, print_like, within
from lookagain.tools.scene.formats.fields import EXTRA, differences
from lookagain.tools.scene.values import Opening, Room, Scene, SceneObject

__all__ = ["Format", "Notes", "Original", "Reading", "add_once", "from_json", "to_json"]

_MAX_NOTES: Final = 20
#: Fields noted for one object may change how another is read (what lies in a resized box), hence more passes than one.
_PASSES: Final = 4


class Notes(list[str]):
    """Warnings about a file. Of a thousand like ones nobody reads more than a few."""

    def frozen(self) -> tuple[str, ...]:
        """The first of them, and how many there are more."""
        more = len(self) - _MAX_NOTES
        return (*self[:_MAX_NOTES], *([f"and {more} more warnings."] if more > 0 else []))


@dataclass(kw_only=True)
class Reading:
    """What a reader found in a tree of JSON; ``records`` are the objects' places in that tree."""

    objects: dict[str, SceneObject] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    openings: list[Opening] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)


class Format(NamedTuple):
    """A JSON format.

    ``read`` makes a ``Reading`` of a tree. ``store`` changes the tree of a reading so that its own fields say what the
    wanted objects are, as far as they can; what they cannot say is noted by ``to_json``.
    """

    name: str
    read: Callable[[Any, Assets], Reading]
    store: Callable[[Any, Reading, Mapping[str, SceneObject]], None]
    margin: Callable[[Record], Record] = lambda record: record
    """Where in a record there is room for the key ``lookagain``."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Original:
    """What a reader keeps in ``Scene.source``."""

    data: bytes = field(repr=False)
    assets: Assets = field(repr=False)
    objects: Mapping[str, SceneObject] = field(repr=False)
    rooms: Mapping[str, Room] = field(repr=False)
    openings: tuple[Opening, ...] = field(repr=False)

    def unedited(self, scene: Scene) -> bool:
        """Whether ``scene`` is what was read; order does not count."""
        return scene.objects == self.objects and self.same_building(scene)

    def same_building(self, scene: Scene) -> bool:
        """Whether rooms and openings are those that were read."""
        return scene.rooms == self.rooms and scene.openings == self.openings


def from_json(form: Format, data: bytes, assets: Assets, *, tree: Any = None) -> Scene:
    """The scene that ``data`` holds; ``tree`` is what it parses to, where that is known. Raises ``InputError``."""
    found = settled(form.read(parse(data) if tree is None else tree, assets))
    return scene_of(form.name, found, data, assets)


def to_json(form: Format, scene: Scene) -> bytes:
    """The bytes that were read, with what the edits changed and nothing else; unedited, the same bytes.

    Read again (with the same assets), they give ``scene``. Raises ``InputError`` for a scene that the format cannot
    hold, such as one whose rooms were changed or whose parents form a circle.
    """
    original = scene.source
    if not isinstance(original, Original):
        raise InputError(f"the scene was not read from {form.name}.", hint=_OWN)
    if original.unedited(scene):
        return original.data
    if not original.same_building(scene):
        raise InputError(f"rooms and openings of {form.name} are not edited.", hint=_OWN)
    for one in scene.objects.values():
        if one.parent is not None and one.parent not in scene.objects:
            raise InputError(f"{one.id} stands on {one.parent!r}, which is not in the scene.", hint="Give it a parent.")
    tree = parse(original.data)
    form.store(tree, form.read(tree, original.assets), scene.objects)
    for _ in range(_PASSES):
        found = settled(form.read(tree, original.assets))
        if found.objects.keys() != scene.objects.keys():
            break
        left = {id_: differences(found.objects[id_], wanted) for id_, wanted in scene.objects.items()}
        if not any(left.values()):
            return print_like(tree, original.data)
        for id_, fields in left.items():
            if fields:
                form.margin(found.records[id_]).setdefault(EXTRA, {}).update(fields)
    raise InputError(f"the edited scene does not fit into {form.name}.", hint=_OWN)


def scene_of(name: str, found: Reading, data: bytes, assets: Assets) -> Scene:
    """The reading as a scene that remembers its bytes."""
    scene = Scene(
        objects=found.objects,
        rooms=found.rooms,
        openings=tuple(found.openings),
        format=name,
        warnings=found.notes.frozen(),
    )
    kept = Original(data=data, assets=assets, objects=scene.objects, rooms=scene.rooms, openings=scene.openings)
    return replace(scene, source=kept)


def add_once(found: Reading, one: SceneObject, raw: Record, where: str) -> None:
    """Adds an object; its id must be new. Raises ``InputError``."""
    if one.id in found.objects:
        raise InputError(f"{where}: the id {one.id!r} occurs twice.", hint="Give every object an id of its own.")
    within("objects", len(found.objects) + 1, MAX_OBJECTS)
    found.objects[one.id] = one
    found.records[one.id] = raw


def settled(found: Reading) -> Reading:
    """Parents and rooms that do not exist are dropped, and the notes say so. Raises ``InputError`` for a circle of
    parents: nobody can tell which of them is wrong.
    """
    objects = found.objects
    for id_, one in objects.items():
        if one.parent is not None and one.parent not in objects:
            found.notes.append(f"{id_} has no parent {one.parent!r} in the file; it is read as standing alone.")
            objects[id_] = replace(one, parent=None)
        if one.room is not None and one.room not in found.rooms:
            found.notes.append(f"{id_} is in no room {one.room!r} of the file; it is read as in no room.")
            objects[id_] = replace(objects[id_], room=None)
    _refuse_circles(found)
    return found


def _refuse_circles(found: Reading) -> None:
    done: set[str] = set()
    for start in found.objects:
        path: list[str] = []
        on_path: set[str] = set()
        at: str | None = start
        while at is not None and at not in done and at not in on_path:
            path.append(at)
            on_path.add(at)
            at = found.objects[at].parent
        if at is not None and at in on_path:
            chain = [*path[path.index(at) :], at]
            shown = " on ".join(chain if len(chain) <= _SHOWN else (*chain[:_SHOWN], "..."))
            raise InputError(f"objects carry each other in a circle: {shown}.", hint="Mend their parents.")
        done |= on_path


#: So many ids of a circle are named.
_SHOWN: Final = 6
_OWN: Final = "Write it in lookagain's own format."
