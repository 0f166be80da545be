"""Every error that lookagain raises on purpose.

::

    LookagainError
    ├── ConfigError        the caller's settings cannot work (before anything ran)
    ├── InputError         a file or value from outside is unusable
    ├── ModelError         a model back-end failed or its output is unusable
    │   ├── OutputError    the output did not fit the schema after all repairs
    │   └── BackendError   the back-end itself failed (network, server, weights)
    ├── ExpertError        a vision expert failed
    ├── LimitError       a limit of the run was hit; the run can be resumed
    └── RunError           a run folder cannot be used as asked
        └── StateError     state that may not be stored, or of another version

A message says what was expected, what came and what to do. Errors that a second try may mend
carry ``retryable=True``.
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "BackendError",
    "ConfigError",
    "ExpertError",
    "InputError",
    "LimitError",
    "LookagainError",
    "ModelError",
    "OutputError",
    "RunError",
    "StateError",
]


class LookagainError(Exception):
    """Base of all errors raised on purpose.

    ``hint`` is the remedy: what the caller can do next. It is part of ``str(error)``.
    """

    retryable: bool = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class ConfigError(LookagainError):
    """The caller's settings cannot work; nothing ran."""


class InputError(LookagainError):
    """A file or value from outside is unusable.

    ``path`` is the file at fault, if it is one; ``limit`` names the budget that was exceeded, if one was.
    """

    def __init__(self, message: str, *, path: str | Path | None = None, limit: str = "", hint: str = "") -> None:
        where = f"{path}: " if path is not None else ""
        super().__init__(f"{where}{message}", hint=hint)
        self.path = None if path is None else Path(path)
        self.limit = limit


class ModelError(LookagainError):
    """A model back-end failed, or what it said is unusable."""


class OutputError(ModelError):
    """The model's output did not fit the asked schema after all repairs.

    ``attempts`` holds the raw outputs, oldest first.
    """

    def __init__(self, message: str, *, attempts: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.attempts = attempts


class BackendError(ModelError):
    """The back-end itself failed. ``retryable`` says whether the same call may succeed later."""

    def __init__(self, message: str, *, retryable: bool = False, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retryable = retryable


class ExpertError(LookagainError):
    """A vision expert failed, or its weights are not there."""


class LimitError(LookagainError):
    """A limit of the run was hit: ``limit`` names it; ``spent``, ``allowed`` and what the refused call ``needs`` are
    in its unit.
    """

    def __init__(self, limit: str, *, spent: float, allowed: float, needs: float = 0) -> None:
        more = f", the next call needs {needs:g}" if needs else ""
        super().__init__(
            f"limit {limit!r} reached: {spent:g} spent of {allowed:g}{more}.",
            hint="Raise it and resume the run; nothing paid for is paid again.",
        )
        self.limit = limit
        self.spent = spent
        self.allowed = allowed


class RunError(LookagainError):
    """A run folder cannot be used as asked: another task, other provenance, or damaged."""


class StateError(RunError):
    """State that may not be stored (not JSON, not finite), or state of another schema version."""
