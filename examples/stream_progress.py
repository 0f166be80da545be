"""Watch a run, node by node."""

from importlib.resources import files
from pathlib import Path

import lookagain as la

DEMO = Path(str(files("lookagain") / "data" / "demo"))


def main() -> list[str]:
    visited = []
    for event in la.stream(la.Pixel2Phys(video=min(DEMO.glob("*.mp4")), max_rounds=1)):
        match event.kind:
            case "start":
                print(f"{event.node} ...")
            case "progress":
                print(f"  {event.message} {'' if event.fraction is None else f'{event.fraction:.0%}'}")
            case "node":
                visited.append(event.node)
            case "result" if event.result is not None:
                print(event.result.answer, event.result.verdict.value)
    return visited


if __name__ == "__main__":
    main()
