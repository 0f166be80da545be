"""Bring your own planning: any LangChain chat model takes the built-in planner's place.

This one is a function of what it is shown, made with the fake that ships for tests; with a server it would be
model="openai:NAME@http://localhost:8000/v1". It only plans: the checks and the verdict stay computations.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

import lookagain as la
from lookagain.testing import ScriptedCall, ScriptedChatModel

DEMO = Path(str(files("lookagain") / "data" / "demo"))


def stop_after_one_round(call: ScriptedCall) -> dict[str, Any]:
    return {"diagnosis": "One round is enough.", "bottleneck": "none", "action": "stop", "reason": "by rule"}


def main() -> la.Result[la.Law]:
    model = ScriptedChatModel(script=stop_after_one_round)
    result = la.run(la.Pixel2Phys(video=min(DEMO.glob("*.mp4"))), model=model)
    print(result.answer, result.verdict.value, f"after {result.usage.model_calls} calls")
    return result


if __name__ == "__main__":
    main()
