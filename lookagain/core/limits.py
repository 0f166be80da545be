"""What a run may spend, and what it has spent."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lookagain.core.values import Value

__all__ = ["Limits", "Usage"]

_Count = Annotated[int, Field(ge=0)]


class Limits(Value):
    """A policy: upper bounds of one run. ``None`` means no bound.

    ``model_calls`` counts requests sent to a model (repairs included), ``tokens`` input and output together,
    ``seconds`` the run's own working time over all its resumptions, ``frames`` decoded video frames,
    ``rounds`` the turns of an agent's loop.
    """

    model_calls: _Count | None = None
    tokens: _Count | None = None
    expert_calls: _Count | None = None
    seconds: Annotated[float, Field(ge=0)] | None = None
    frames: _Count | None = None
    rounds: Annotated[int, Field(ge=1)] | None = None


class Usage(Value):
    """What a run spent. Calls answered from the journal after a resumption are counted once."""

    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    expert_calls: int = 0
    frames: int = 0
    seconds: float = 0.0
