"""JSON values, digests, blobs, results."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.core.blobs import BlobStore, sha256_of_file
from lookagain.core.errors import InputError, LimitError, LookagainError, RunError, StateError
from lookagain.core.limits import Limits
from lookagain.core.result import Bound, Evidence, Provenance, Result, Verdict
from lookagain.core.task import Answer
from lookagain.core.values import as_json, canonical_json, check_json, digest

FINITE = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(
    FINITE, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)


class Found(Answer):
    """An answer with a number that may be infinite."""

    value: float


@given(JSON)
def test_json_values_pass_and_their_text_reads_back(value: Any) -> None:
    check_json(value)
    assert json.loads(canonical_json(value)) == value
    assert digest(value) == digest(json.loads(json.dumps(value)))


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        (1, 2),
        {1: "a"},
        {"a": object()},
        b"bytes",
        {"deep": [[float("-inf")]]},
        Path("x"),
        {"set": {1}},
    ],
)
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(StateError):
        check_json(value)


def test_endless_nesting_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(StateError, match="nested"):
        check_json(value)


def test_equal_values_in_another_order_have_one_digest() -> None:
    assert digest({"a": 1, "b": [2.5, None]}) == digest({"b": [2.5, None], "a": 1})


@given(st.binary(max_size=200))
def test_a_blob_is_stored_once_and_reads_back(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = BlobStore(Path(folder))
        ref = store.put(data, media_type="application/octet-stream", name="data.bin")
        assert store.put(data, media_type="application/octet-stream", name="data.bin") == ref
        assert store.read(ref) == data
        assert sha256_of_file(store.path(ref)) == ref.sha256
        assert len([path for path in Path(folder).rglob("*") if path.is_file()]) == 1


def test_a_file_becomes_a_blob_and_stays_as_it_was(tmp_path: Path) -> None:
    source = tmp_path / "source.bin"
    source.write_bytes(b"x" * 3_000_000)
    store = BlobStore(tmp_path / "run")
    ref = store.put_file(source, media_type="application/octet-stream")
    assert (ref.name, ref.size) == ("source.bin", 3_000_000)
    assert store.read(ref) == source.read_bytes()


def test_a_damaged_or_missing_blob_is_said(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    ref = store.put(b"right", media_type="text/plain", name="a.txt")
    store.path(ref).write_bytes(b"wrong")
    with pytest.raises(RunError, match="damaged"):
        store.read(ref)
    store.path(ref).unlink()
    with pytest.raises(RunError, match="missing"):
        store.path(ref)


def _result(value: float) -> Result[Found]:
    return Result[Found](
        task={"x": 1},
        status="complete",
        answer=Found(value=value),
        verdict=Verdict(value="undecided", reason="because"),
        evidence=(
            Evidence(claim="c", method="m", measured=value, expected=Bound(op="<=", value=math.inf), holds=False),
        ),
        provenance=Provenance(agent="toy", version="0"),
    )


@pytest.mark.parametrize("value", [1.5, 0.1 + 0.2, math.inf, -math.inf, 5e-324])
def test_a_result_round_trips_through_json(value: float) -> None:
    result = _result(value)
    assert Result[Found].model_validate_json(result.model_dump_json()) == result
    assert Result[Found].model_validate(as_json(result)) == result
    check_json(result.to_json())


def test_nan_round_trips_as_nan() -> None:
    again = Result[Found].model_validate_json(_result(math.nan).model_dump_json())
    assert again.answer is not None
    assert math.isnan(again.answer.value)


def test_a_result_is_equal_wherever_it_lies(tmp_path: Path) -> None:
    result = _result(1.0)
    assert result.opened_from(tmp_path) == result
    assert result.opened_from(tmp_path).run_dir == tmp_path
    with pytest.raises(RunError, match="no artifact"):
        result.artifact_path("picture")


@pytest.mark.parametrize(
    ("op", "value", "measured", "holds"),
    [("<=", 1, 1, True), ("<", 1, 1, False), (">=", 1, 0.9, False), (">", 1, 1.1, True), ("==", 0, 0, True)],
)
def test_bounds(op: Any, value: float, measured: float, holds: bool) -> None:
    assert Bound(op=op, value=value).holds(measured) is holds
    assert Bound(op=op, value=value).holds(math.nan) is False


def test_limits_cannot_be_negative() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        Limits(model_calls=-1)


def test_errors_carry_their_remedy_and_share_one_base() -> None:
    error = InputError("the file is empty.", path="a.mp4", limit="max_bytes", hint="Record it again.")
    assert str(error) == "a.mp4: the file is empty. Record it again."
    assert isinstance(error, LookagainError)
    assert LimitError("tokens", spent=5, allowed=4).retryable is False
