"""Rules for the whole suite: where the data lies, and which skips are allowed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parent.parent
_ALLOWED = _ROOT / "tests" / "allowed_skips.txt"


def pytest_configure(config: pytest.Config) -> None:
    """Collects the reasons of skipped tests."""
    config.stash[_SKIPPED] = []


_SKIPPED = pytest.StashKey[list[tuple[str, str]]]()


class _Skips:
    """Sees every report, also those of other processes."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember why a test was skipped."""
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self._config.stash[_SKIPPED].append((report.nodeid, reason.removeprefix("Skipped: ")))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Watches in the process that reports, not in its workers."""
    if not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(_Skips(session.config))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A skip for a reason that nobody committed fails the run."""
    allowed = [line for line in _ALLOWED.read_text().splitlines() if line and not line.startswith("#")]
    unknown = [(test, why) for test, why in session.config.stash[_SKIPPED] if why not in allowed]
    if unknown and not hasattr(session.config, "workerinput"):
        for test, why in unknown:
            print(f"\nskipped without leave: {test}: {why}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED if exitstatus == 0 else exitstatus


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data; the test is skipped where it is absent."""
    folder = Path(os.environ.get("LOOKAGAIN_DATA", _ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("shared data is absent")
    return folder
