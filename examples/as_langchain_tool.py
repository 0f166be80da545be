"""The agent as a LangChain tool. A model may name files, but only inside media_root."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import lookagain as la

DEMO = Path(str(files("lookagain") / "data" / "demo"))


def main() -> tuple[dict[str, Any], str]:
    tool = la.as_tool(la.Pixel2Phys, media_root=DEMO)
    # chat_model.bind_tools([tool]) gives it to a model; here we call it as a model would.
    said = json.loads(tool.invoke({"video": min(DEMO.glob("*.mp4")).name, "max_rounds": 1}))
    print(said["verdict"])
    refused = str(tool.invoke({"video": "../../../etc/passwd"}))
    print(refused)
    return said, refused


if __name__ == "__main__":
    main()
