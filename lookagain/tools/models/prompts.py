"""Prompts as files: ``lookagain/prompts/<agent>/<stage>.md`` holds words and the name of an output schema.

::

    ---
    name: pixel2phys/plan
    output: PlanChoice
    {{actions}}: text - what may be chosen
    {{report}}: data - what was measured
    ---
    # System
    ...
    # User
    ... {{actions}} ... {{report}} ...

Every placeholder is declared with its kind. ``text`` is written by the project and inserted as it is.
``data`` comes from files, images or models: it is inserted between ``<data name="report">`` and ``</data>``, and
every ``<data`` or ``</data`` inside it is defused (``<`` becomes ``&lt;``), so that data cannot close its own
quotation. The system section takes only ``text``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, NamedTuple, TypeAlias

from lookagain.core.errors import ConfigError

__all__ = ["Placeholder", "PlaceholderKind", "Prompt", "RenderedPrompt", "list_prompts", "load_prompt", "quote_data"]

PlaceholderKind: TypeAlias = Literal["text", "data"]

_NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)+")
_FILE = re.compile(r"\A---\n(?P<head>.*?)^---\n+# System\n(?P<system>.*?)^# User\n(?P<user>.*)\Z", re.S | re.M)
_HEAD = re.compile(r"(?P<key>name|output): *(?P<value>\S+)")
_DECLARED = re.compile(r"\{\{(?P<name>[a-z][a-z0-9_]*)\}\}: *(?P<kind>text|data) - (?P<meaning>\S.*)")
_USED = re.compile(r"\{\{([a-z][a-z0-9_]*)\}\}")
_DELIMITER = re.compile(r"<(?=\s*/?\s*data\b)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class RenderedPrompt(NamedTuple):
    """The two texts of a request."""

    system: str
    user: str


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """What a prompt leaves open, of which kind, and what it means."""

    name: str
    kind: PlaceholderKind
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A prompt file. ``sha256`` is of the file's text with Unix line ends; it goes into the provenance."""

    name: str
    output: str
    sha256: str
    placeholders: tuple[Placeholder, ...]
    system: str
    user: str

    def render(self, **values: str) -> RenderedPrompt:
        """Both sections with their placeholders filled, data quoted.

        Raises ``ConfigError`` unless exactly the declared placeholders are given.
        """
        declared = {placeholder.name for placeholder in self.placeholders}
        missing, unknown = sorted(declared - set(values)), sorted(set(values) - declared)
        if missing or unknown:
            raise ConfigError(
                f"prompt {self.name}: missing placeholders {missing}, unknown {unknown}.",
                hint=f"Give exactly {sorted(declared)}.",
            )
        filled = {
            placeholder.name: quote_data(placeholder.name, values[placeholder.name])
            if placeholder.kind == "data"
            else values[placeholder.name]
            for placeholder in self.placeholders
        }
        return RenderedPrompt(_fill(self.system, filled), _fill(self.user, filled))


def quote_data(name: str, value: str) -> str:
    """``value`` as quoted data: it cannot close its own quotation, and control characters are replaced."""
    defused = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _DELIMITER.sub("&lt;", value))
    return f'<data name="{name}">\n{defused}\n</data>'


def load_prompt(name: str) -> Prompt:
    """The prompt ``agent/stage``. Raises ``ConfigError`` when there is none, or its file is malformed."""
    if not _NAME.fullmatch(name):
        raise ConfigError(f"prompt {name!r}: expected a name such as 'pixel2phys/plan'.")
    file = _root().joinpath(*f"{name}.md".split("/"))
    if not file.is_file():
        raise ConfigError(f"prompt {name!r} does not exist.", hint=f"There are: {', '.join(list_prompts())}.")
    return parse_prompt(file.read_text(encoding="utf-8"), name=name)


def list_prompts() -> tuple[str, ...]:
    """The names of all prompts of the package, sorted."""
    return tuple(sorted(_names(_root(), "")))


def parse_prompt(text: str, *, name: str) -> Prompt:
    """The prompt in a file's ``text``. Raises ``ConfigError`` naming what is malformed."""
    text = text.replace("\r\n", "\n")
    match = _FILE.match(text)
    if match is None:
        raise ConfigError(f"prompt {name}: expected '---' lines around the head, then '# System' and '# User'.")
    head, placeholders = _parse_head(match["head"], name)
    if head.get("name") != name or "output" not in head:
        raise ConfigError(f"prompt {name}: expected 'name: {name}' and 'output: SCHEMA' in the head, got {head}.")
    prompt = Prompt(
        name=name,
        output=head["output"],
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        placeholders=placeholders,
        system=match["system"].strip(),
        user=match["user"].strip(),
    )
    _check_placeholders(prompt)
    return prompt


def _parse_head(head: str, name: str) -> tuple[Mapping[str, str], tuple[Placeholder, ...]]:
    values: dict[str, str] = {}
    placeholders: dict[str, Placeholder] = {}
    for line in head.splitlines():
        if found := _DECLARED.fullmatch(line.rstrip()):
            kind: PlaceholderKind = "data" if found["kind"] == "data" else "text"
            entry = Placeholder(name=found["name"], kind=kind, meaning=found["meaning"])
            if entry.name in placeholders:
                raise ConfigError(f"prompt {name}: placeholder {entry.name!r} is declared twice.")
            placeholders[entry.name] = entry
        elif (pair := _HEAD.fullmatch(line.rstrip())) and pair["key"] not in values:
            values[pair["key"]] = pair["value"]
        elif line.strip():
            raise ConfigError(
                f"prompt {name}: cannot read the head's line {line!r}.",
                hint="Expected 'name: ...', 'output: ...' or '{{placeholder}}: text|data - meaning'.",
            )
    return values, tuple(placeholders.values())


def _check_placeholders(prompt: Prompt) -> None:
    in_system, in_user = set(_USED.findall(prompt.system)), set(_USED.findall(prompt.user))
    declared = {placeholder.name for placeholder in prompt.placeholders}
    data = {placeholder.name for placeholder in prompt.placeholders if placeholder.kind == "data"}
    if in_system | in_user != declared:
        raise ConfigError(f"prompt {prompt.name}: declares {sorted(declared)} but uses {sorted(in_system | in_user)}.")
    if in_system & data:
        raise ConfigError(f"prompt {prompt.name}: data {sorted(in_system & data)} may not stand in the system section.")
    if any(mark in _USED.sub("", prompt.system + prompt.user) for mark in ("{{", "}}")):
        raise ConfigError(f"prompt {prompt.name}: holds '{{{{' or '}}}}' that is no placeholder.")


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _USED.sub(lambda found: values[found[1]], text)


def _root() -> Traversable:
    return files("lookagain").joinpath("prompts")


def _names(folder: Traversable, prefix: str) -> list[str]:
    found: list[str] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _names(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".md"):
            found.append(f"{prefix}{entry.name.removesuffix('.md')}")
    return found
