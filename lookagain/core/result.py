"""What a run gives back: the answer, and why it may be believed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from lookagain.core.blobs import BlobRef
from lookagain.core.errors import RunError
from lookagain.core.limits import Usage
from lookagain.core.task import Answer
from lookagain.core.values import Json, Value, as_json

__all__ = [
    "RESULT_VERSION",
    "Bound",
    "ErrorInfo",
    "Evidence",
    "Provenance",
    "Question",
    "Result",
    "Status",
    "Verdict",
]

#: Version of the result's own fields; a result of another version is refused.
RESULT_VERSION = 1

Status: TypeAlias = Literal["complete", "limited", "needs_input", "failed"]
A = TypeVar("A", bound=Answer)


class Bound(Value):
    """What a measured number is held against."""

    op: Literal["<=", ">=", "<", ">", "==", "contains"]
    value: float

    def holds(self, measured: float) -> bool:
        """Whether ``measured`` keeps the bound; NaN never does. ``contains`` is decided by who measured."""
        match self.op:
            case "<=":
                return measured <= self.value
            case ">=":
                return measured >= self.value
            case "<":
                return measured < self.value
            case ">":
                return measured > self.value
            case "==":
                return measured == self.value
            case _:
                return False

    def __str__(self) -> str:
        return f"{self.op} {self.value:.6g}"


class Evidence(Value):
    """One claim, how it was checked, what was measured against what was expected, and the artifact.

    ``holds`` is None where the check only informs. ``measured`` is in ``unit``; ``text`` says it in words.
    """

    claim: str
    method: str
    measured: float | None = None
    unit: str = ""
    expected: Bound | None = None
    text: str = ""
    holds: bool | None = None
    artifact: BlobRef | None = None


class Verdict(Value):
    """``confirmed``: every required check holds. ``refuted``: a check shows the proposal wrong.
    ``undecided``: neither. The reason says which checks decided.
    """

    value: Literal["confirmed", "refuted", "undecided"] = "undecided"
    reason: str = ""


class Question(Value):
    """What a run that stopped with ``needs_input`` wants to know; answer it with ``resume``."""

    text: str
    choices: tuple[str, ...] = ()
    artifact: BlobRef | None = None


class ErrorInfo(Value):
    """The error that ended a failed run."""

    kind: str
    message: str
    hint: str = ""


class Provenance(Value):
    """What the result came from: enough to tell whether a second run would be the same run."""

    agent: str
    version: str
    state_version: int = 1
    seed: int = 0
    model: str | None = None
    experts: dict[str, str] = Field(default_factory=dict)
    prompts: dict[str, str] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
    inputs: dict[str, str] = Field(default_factory=dict)


class Result(BaseModel, Generic[A]):
    """The outcome of one run. Round-trips through JSON; a run folder opened later gives the same value."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")
    __hash__ = None  # type: ignore[assignment]

    schema_version: int = RESULT_VERSION
    task: dict[str, Any]
    status: Status
    answer: A | None = None
    verdict: Verdict = Verdict()
    evidence: tuple[Evidence, ...] = ()
    artifacts: dict[str, BlobRef] = Field(default_factory=dict)
    usage: Usage = Usage()
    provenance: Provenance
    question: Question | None = None
    error: ErrorInfo | None = None
    note: str = ""
    _run_dir: Path | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        """Equal values are equal results, wherever they lie."""
        return isinstance(other, Result) and self.__dict__ == other.__dict__

    @property
    def run_dir(self) -> Path | None:
        """The folder this result was written to or opened from; not part of the value."""
        return self._run_dir

    def opened_from(self, folder: Path) -> Result[A]:
        """This result, knowing the folder its artifacts lie in."""
        copy = self.model_copy()
        copy._run_dir = folder
        return copy

    def artifact_path(self, name: str) -> Path:
        """Where the artifact ``name`` lies on disk.

        Raises ``RunError`` when there is no such artifact or the run kept no folder.
        """
        if name not in self.artifacts:
            raise RunError(f"no artifact {name!r}; there are {sorted(self.artifacts)}.")
        if self._run_dir is None:
            raise RunError("this result was not kept in a folder.", hint="Pass run_dir= to run().")
        return self._run_dir / self.artifacts[name].relative_path

    def to_json(self) -> dict[str, Json]:
        """The result as JSON values (infinities and NaN as text)."""
        return as_json(self)
