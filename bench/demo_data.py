"""Makes the small videos and the scene that the demo runs on: ``python -m bench.demo_data``.

Each is a disc on a textured background with camera noise, moved by a law that is integrated here. The pictures are
the project's own; the laws are written below, so that anyone can compare what the demo finds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from bench.common.video import write_video
from bench.pixel2phys.render import frames, make_look

FOLDER = Path(__file__).resolve().parent.parent / "lookagain" / "data" / "demo"
FPS, SIZE = 30, 192
SENTENCE = "Move the armchair next to the sofa, turn it to face the television, and put the lamp on the bookcase"
Floats = NDArray[np.float64]


def pendulum() -> Floats:
    """theta'' = -25 sin(theta) - 0.1 theta', 70 px long."""
    t = np.arange(150) / FPS
    theta = solve_ivp(
        lambda _, z: [z[1], -25 * np.sin(z[0]) - 0.1 * z[1]], (0, t[-1]), [1.0, 0.0], t_eval=t, rtol=1e-10
    ).y[0]
    return np.column_stack([96 + 70 * np.sin(theta), 50 + 70 * np.cos(theta)])


def thrown() -> Floats:
    """x'' = 0, y'' = -60 px/s^2 (y up)."""
    t = np.arange(100) / FPS
    return np.column_stack([20 + 45 * t, 160 - 95 * t + 30 * t**2])


def spiral() -> Floats:
    """x' = -0.25 x + 3 y, y' = -3 x - 0.25 y about pixel (96, 96)."""
    t = np.arange(160) / FPS
    radius, phase = 70 * np.exp(-0.25 * t), 3 * t
    return np.column_stack([96 + radius * np.cos(phase), 96 + radius * np.sin(phase)])


def wandering() -> Floats:
    """A random walk: there is no law to find."""
    steps = np.random.default_rng(1234).normal(0, 2.0, (150, 2))
    return np.clip(96 + np.cumsum(steps, axis=0), 20, 172)


def flat() -> dict[str, Any]:
    """A living room with a kitchen, in lookagain's own scene format."""
    rooms: list[dict[str, Any]] = [
        {"id": "living", "kind": "living room", "polygon": [[0, 0], [6, 0], [6, 5], [0, 5]], "floor": 0, "height": 2.6},
        {"id": "kitchen", "kind": "kitchen", "polygon": [[6, 0], [9, 0], [9, 5], [6, 5]], "floor": 0, "height": 2.6},
    ]
    door: dict[str, Any] = {"id": "door_1", "kind": "door", "rooms": ["living", "kitchen"]}
    door |= {"centre": [6, 4, 1], "size": [0.9, 0.1, 2], "yaw": np.pi / 2}
    placed = [
        ("sofa_1", "sofa", "living", (3.0, 0.5), (2.0, 0.9, 0.8), 0, 0.0),
        ("armchair_1", "armchair", "living", (0.8, 3.9), (0.8, 0.8, 0.9), 0, -90.0),
        ("coffee_table_1", "coffee table", "living", (3.0, 2.0), (1.2, 0.6, 0.45), 0, 0.0),
        ("tv_stand_1", "tv stand", "living", (3.0, 4.7), (1.6, 0.4, 0.5), 0, 180.0),
        ("television_1", "television", "living", (3.0, 4.7), (1.1, 0.1, 0.65), 0.5, 180.0),
        ("bookcase_1", "bookcase", "living", (0.2, 1.5), (0.9, 0.3, 1.8), 0, -90.0),
        ("lamp_1", "lamp", "living", (2.6, 2.0), (0.2, 0.2, 0.4), 0.45, 0.0),
        ("vase_1", "vase", "living", (3.3, 2.1), (0.15, 0.15, 0.3), 0.45, 0.0),
        ("table_1", "dining table", "kitchen", (7.5, 2.5), (1.4, 0.9, 0.75), 0, 0.0),
        ("chair_1", "chair", "kitchen", (7.5, 1.7), (0.45, 0.5, 0.9), 0, 0.0),
        ("chair_2", "chair", "kitchen", (7.5, 3.3), (0.45, 0.5, 0.9), 0, 180.0),
        ("fridge_1", "fridge", "kitchen", (8.6, 0.4), (0.7, 0.7, 1.8), 0, 0.0),
    ]
    carriers = {"television_1": "tv_stand_1", "lamp_1": "coffee_table_1", "vase_1": "coffee_table_1"}
    things = [
        {
            "id": id_,
            "category": category,
            "room": room,
            **({"parent": carriers[id_]} if id_ in carriers else {}),
            **{"centre": [*xy, bottom + size[2] / 2], "size": list(size), "yaw": float(np.radians(degrees))},
        }
        for id_, category, room, xy, size, bottom, degrees in placed
    ]
    frame = {"unit": "metre", "up": "z", "front": "+y at yaw 0", "yaw": "radians, counter-clockwise from above"}
    head = {"format": "lookagain.scene", "version": 1, "frame": frame}
    return {**head, "rooms": rooms, "openings": [door], "objects": things}


def main() -> None:
    """Write all videos, the scene and what is asked of it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for seed, make in enumerate((pendulum, thrown, spiral, wandering), start=2000):
        look = make_look(seed, size=SIZE)
        path = FOLDER / f"{make.__name__}.mp4"
        write_video(path, frames(look, [make()], np.random.default_rng(seed)), rate=FPS, crf=24)
        print(path, path.stat().st_size)
    (FOLDER / "flat.json").write_text(json.dumps(flat(), indent=1) + "\n", encoding="utf-8")
    asked = {"flat.json": {"agent": "edit_as_act", "input": "scene", "instruction": SENTENCE}}
    (FOLDER / "demo.json").write_text(json.dumps(asked, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
