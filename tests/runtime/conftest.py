"""What the runtime's tests share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.calls import CallLog, LoggedLength, LoggedModel


@dataclass(frozen=True, kw_only=True)
class Calls:
    """The options that give the toy agent its logged model and expert, and their log."""

    options: dict[str, Any]
    log: CallLog

    @property
    def count(self) -> int:
        return sum(self.log.made().values())


@pytest.fixture
def calls(tmp_path: Path) -> Calls:
    log = CallLog(path=tmp_path / "calls.log")
    experts: dict[str, Any] = {"length": LoggedLength(log=log)}
    return Calls(options={"model": LoggedModel(log=log), "experts": experts}, log=log)
