"""From a video to its law, with the evidence: the whole use in Python."""

from importlib.resources import files
from pathlib import Path

import lookagain as la

DEMO = Path(str(files("lookagain") / "data" / "demo"))


def main() -> la.Result[la.Law]:
    video = min(DEMO.glob("*.mp4"))
    result = la.run(la.Pixel2Phys(video=video), limits=la.Limits(seconds=300))
    print(f"{video.name}: {result.verdict.value}. {result.verdict.reason}")
    for entry in result.evidence:
        mark = {True: "holds", False: "does not hold", None: "informs"}[entry.holds]
        print(f"  {mark:>13}  {entry.claim}: {entry.measured} {entry.unit} (expected {entry.expected})")
    if result.answer is not None:
        print(result.answer)
        times = [result.answer.t0 + 0.1 * step for step in range(5)]
        print("first half second:", result.answer.simulate(times).tolist())
        print("pictures, table and overlay video:", result.run_dir)
    return result


if __name__ == "__main__":
    main()
