"""A task is a value: what is asked, of which files. The agent is what runs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticSerializationError

from lookagain.core.errors import InputError
from lookagain.core.values import Json, Value, as_json

__all__ = ["Answer", "Media", "MediaKind", "Task", "VideoPath", "media_paths", "task_json"]

MediaKind: TypeAlias = Literal["video", "image", "scene", "text", "table", "folder", "array"]


@dataclass(frozen=True)
class Media:
    """Marks a path field of a task as an input file: it is hashed, jailed and found by the batch.

    An ``array`` may be a folder too: an image stack, or a Zarr directory.
    """

    kind: MediaKind


VideoPath: TypeAlias = Annotated[Path, Media("video")]


class Answer(Value):
    """Base of what an agent answers with."""


A = TypeVar("A", bound=Answer)


class Task(BaseModel, Generic[A]):
    """Base of the tasks; the parameter is the type of the answer.

    ``agent`` is the registered name of the agent that runs it, ``schema_version`` the version of the task's
    fields: a run folder of another version is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    agent: ClassVar[str] = ""
    schema_version: ClassVar[int] = 1


def task_json(task: Task[Any]) -> dict[str, Json]:
    """The task as JSON values. Raises ``InputError`` for a file name that is no UTF-8."""
    try:
        return as_json(task)
    except (PydanticSerializationError, UnicodeEncodeError) as error:
        raise InputError(f"the task holds a name that is not UTF-8 ({error}).", hint="Rename the file.") from error


def media_paths(task: Task[Any]) -> Iterator[tuple[str, Media, Path]]:
    """Field name, kind and path of each input file of ``task``, in the order of the fields."""
    for name, field in type(task).model_fields.items():
        marks = [mark for mark in field.metadata if isinstance(mark, Media)]
        marks += [mark for mark in _nested(field.annotation) if isinstance(mark, Media)]
        if not marks:
            continue
        value = getattr(task, name)
        for path in value if isinstance(value, list | tuple) else [value]:
            if path is not None:
                yield name, marks[0], Path(path)


def _nested(annotation: object) -> Iterator[object]:
    """All ``Annotated`` marks inside an annotation such as ``tuple[VideoPath, ...] | None``."""
    yield from getattr(annotation, "__metadata__", ())
    for argument in getattr(annotation, "__args__", ()):
        yield from _nested(argument)
