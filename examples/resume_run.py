"""A limit stops a run; with a higher one it goes on where it was. A kill or a crash is no different."""

import tempfile
from importlib.resources import files
from pathlib import Path

import lookagain as la

DEMO = Path(str(files("lookagain") / "data" / "demo"))


def main() -> tuple[la.Result[la.Law], la.Result[la.Law]]:
    folder = Path(tempfile.mkdtemp()) / "run"
    task = la.Pixel2Phys(video=min(DEMO.glob("*.mp4")), max_rounds=1)
    stopped = la.run(task, run_dir=folder, limits=la.Limits(frames=10))
    print(stopped.status, stopped.note)
    finished = la.resume(folder, limits=la.Limits(frames=100_000))
    print(finished.status, finished.answer)
    assert la.open_run(folder) == finished
    return stopped, finished


if __name__ == "__main__":
    main()
