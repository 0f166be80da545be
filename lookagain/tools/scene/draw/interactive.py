"""A plan to move about in: one fragment of HTML that refers to nothing outside of itself.

The fragment holds an SVG and its style. It shows all there is to see without a script; ``view_script`` adds moving and
zooming, and belongs once into the page (whose content-security policy may name its hash). Every text that comes from a
file is escaped, and numbers are written as numbers.
"""

from __future__ import annotations

import base64
import hashlib
import html
import math
from collections.abc import Collection, Iterable
from importlib.resources import files

from lookagain.tools.scene.draw.changes import COLOURS, Changes, changes, colour_of, frame, in_rooms, plain
from lookagain.tools.scene.values import Scene, SceneObject

__all__ = ["interactive_page", "interactive_view", "view_script"]


def interactive_view(
    after: Scene, *, before: Scene | None = None, rooms: Collection[str] | None = None, name: str = "scene"
) -> str:
    """The plan as a fragment of HTML; with ``before``, one switches between the two, and changes are marked.

    ``name`` (letters, digits and ``-``) tells several plans on a page apart. Raises ``ValueError`` for another name.
    """
    if not name.replace("-", "").isalnum() or not name.isascii():
        raise ValueError(f"not a plain name: {name!r}")
    found = changes(before, after)
    scenes = [("after", after)] if before is None else [("before", before), ("after", after)]
    layers = "".join(_layer(kind, scene, found, rooms) for kind, scene in scenes)
    left, bottom, right, top = frame([scene for _, scene in scenes], rooms)
    shown = f"{left:.3f} {-top:.3f} {right - left:.3f} {top - bottom:.3f}"
    label = "Plan of the scene from above" + ("" if before is None else ", before and after the edit")
    return (
        f'<div class="scene-view"><style>{_style()}</style><div class="scene-bar">'
        f"{_switch(name) if before is not None else ''}{_key(found)}</div>"
        f'<svg viewBox="{shown}" tabindex="0" role="group" aria-label="{label}">{layers}</svg>'
        f'<p class="scene-said" aria-live="polite">{_summary(found, after)}</p></div>'
    )


def view_script() -> str:
    """The script that lets one move and zoom; it is the same for all plans of a page."""
    return files("lookagain").joinpath("data/scene/view.js").read_text(encoding="utf-8")


def interactive_page(after: Scene, *, before: Scene | None = None, title: str = "Scene") -> str:
    """A whole page with one plan, whose policy runs our own script and asks nothing of anyone."""
    script = view_script()
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'; base-uri 'none'"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{_text(title)}</title></head>'
        f"<body>{interactive_view(after, before=before)}<script>{script}</script></body></html>"
    )


def _style() -> str:
    return files("lookagain").joinpath("data/scene/view.css").read_text(encoding="utf-8")


def _text(value: str) -> str:
    return html.escape(plain(value), quote=True)


def _switch(name: str) -> str:
    return "".join(
        f'<span><input type="radio" name="{name}-shown" id="{name}-{kind}" class="show-{kind}"{checked}>'
        f'<label for="{name}-{kind}">{kind}</label></span>'
        for kind, checked in (("before", ""), ("after", " checked"))
    )


def _key(found: Changes) -> str:
    kinds = [kind for kind in COLOURS if kind in found.marks.values()]
    return "".join(f'<span class="scene-key"><i style="color:{COLOURS[kind]}"></i>{kind}</span>' for kind in kinds)


def _summary(found: Changes, scene: Scene) -> str:
    if not found.marks:
        return f"{len(scene.objects)} objects. Point at one to see what it is."
    counts = (f"{sum(mark == kind for mark in found.marks.values())} {kind}" for kind in COLOURS)
    return ", ".join(one for one in counts if not one.startswith("0 ")) + "."


def _layer(kind: str, scene: Scene, found: Changes, rooms: Collection[str] | None) -> str:
    parts = [
        f'<polygon class="room" points="{_points(room.polygon)}"><title>{_text(room.kind)}</title></polygon>'
        for room in scene.rooms.values()
        if rooms is None or room.id in rooms
    ]
    for opening in scene.openings:
        if rooms is None or any(room in rooms for room in opening.rooms):
            fill = "#ffffff" if opening.kind == "door" else "#8ecae6"
            points = _points(opening.box.corners())
            title = f"<title>{opening.kind} {_text(opening.id)}</title>"
            parts.append(f'<polygon class="opening" fill="{fill}" points="{points}">{title}</polygon>')
    parts += [_thing(one, found) for one in in_rooms(scene, rooms)]
    return f'<g class="layer-{kind}">{"".join(parts)}</g>'


def _thing(one: SceneObject, found: Changes) -> str:
    mark = found[one.id]
    box = one.box
    u, v = box.forward
    ahead = ((box.centre.x, box.centre.y), (box.centre.x + u * box.size.y / 2, box.centre.y + v * box.size.y / 2))
    (x1, y1), (x2, y2) = ((x, -y) for x, y in ahead)
    said = [
        f"{one.category.replace('_', ' ')} ({one.id})",
        mark or "",
        f"{box.size.x:.2f} x {box.size.y:.2f} x {box.size.z:.2f} m",
        f"turned by {math.degrees(box.yaw) % 360:.0f}°",
        f"on {one.parent}" if one.parent and one.holding != "in" else f"in {one.parent}" if one.parent else "",
        one.style,
        *one.states,
    ]
    title = " · ".join(_text(part) for part in said if part)
    return (
        f'<g data-id="{_text(one.id)}" tabindex="-1"><title>{title}</title>'
        f'<polygon class="thing {mark or ""}" fill="{colour_of(one)}" points="{_points(box.corners())}"/>'
        f'<line x1="{x1:.3f}" y1="{y1:.3f}" x2="{x2:.3f}" y2="{y2:.3f}"/></g>'
    )


def _points(corners: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.3f},{-y:.3f}" for x, y in corners)
