"""What is installed and usable, found from metadata: nothing heavy is imported to look."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, entry_points, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias

from packaging.requirements import InvalidRequirement, Requirement

__all__ = ["Check", "Group", "State", "examine"]

#: ``ok``: usable. ``missing``: something to install or set, and the rest works without. ``broken``: must be mended.
State: TypeAlias = Literal["ok", "missing", "broken"]
Group: TypeAlias = Literal["core", "extras", "models", "experts", "agents", "media", "folders"]
_PACKAGE = "lookagain"
_PYTHON = (3, 11)
#: For developing the package; a person who uses it misses nothing without them.
_DEVELOPMENT = frozenset({"bench", "dev"})
#: Encoders and decoders that videos and overlays need.
_CODECS: tuple[tuple[str, Literal["r", "w"], str], ...] = (
    ("h264", "r", "most videos"),
    ("hevc", "r", "videos of newer phones"),
    ("vp9", "r", "WebM videos"),
    ("av1", "r", "AV1 videos"),
    ("mjpeg", "r", "older cameras"),
    ("libx264", "w", "overlay videos"),
)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One finding: what it is about, how it is, and what to type when it is not usable."""

    group: Group
    name: str
    state: State
    detail: str = ""
    remedy: str = ""


def examine(*, folders: tuple[Path, ...] = ()) -> Iterator[Check]:
    """All findings, in the order a person reads them. ``folders`` are those that should be writable."""
    needed = list(_requirements())
    yield _python()
    yield from (_requirement(entry) for entry in needed if not entry.extra)
    yield from _extras(needed)
    yield from _agents()
    yield from _models()
    yield from _experts()
    yield from _codecs()
    yield from (_writable(folder) for folder in (*folders, Path(tempfile.gettempdir())))


@dataclass(frozen=True, kw_only=True)
class _Needed:
    requirement: Requirement
    extra: str


def _requirements() -> Iterator[_Needed]:
    for text in requires(_PACKAGE) or ():
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        marker = str(requirement.marker or "")
        extra = marker.partition("extra ==")[2].strip().strip("\"'") if "extra ==" in marker else ""
        yield _Needed(requirement=requirement, extra=extra)


def _found(requirement: Requirement) -> tuple[str | None, bool]:
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        return None, False
    return installed, requirement.specifier.contains(installed, prereleases=True)


def _python() -> Check:
    fine = sys.version_info[:2] >= _PYTHON
    wanted = ".".join(map(str, _PYTHON))
    return Check(
        group="core",
        name="python",
        state="ok" if fine else "broken",
        detail=f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        remedy="" if fine else f"use Python {wanted} or newer",
    )


def _requirement(entry: _Needed) -> Check:
    installed, fits = _found(entry.requirement)
    wanted = f"{entry.requirement.name}{entry.requirement.specifier}"
    return Check(
        group="core",
        name=entry.requirement.name,
        state="ok" if fits else "broken",
        detail=installed or "not installed",
        remedy="" if fits else f'pip install "{wanted}"',
    )


def _extras(needed: list[_Needed]) -> Iterator[Check]:
    for extra in dict.fromkeys(entry.extra for entry in needed if entry.extra):
        if extra in _DEVELOPMENT:
            continue
        parts = [entry.requirement for entry in needed if entry.extra == extra]
        found = [(part, *_found(part)) for part in parts]
        missing = [part.name for part, _, fits in found if not fits]
        versions = ", ".join(f"{part.name} {installed}" for part, installed, fits in found if fits)
        yield Check(
            group="extras",
            name=extra,
            state="missing" if missing else "ok",
            detail=f"without {', '.join(missing)}" if missing else versions,
            remedy=_install(extra) if missing else "",
        )


def _install(extra: str) -> str:
    return f'pip install "{_PACKAGE}[{extra}]"'


def _agents() -> Iterator[Check]:
    from lookagain.runtime.registry import agent_names

    for name in agent_names():
        yield Check(group="agents", name=name, state="ok", detail=f"lookagain {name} PATH...")


def _models() -> Iterator[Check]:
    from lookagain.tools.models.registry import SCHEMES

    yield Check(group="models", name="built-in", state="ok", detail="needs no model and no network")
    for scheme in SCHEMES.values():
        module = scheme.target.partition(":")[0]
        example = f"--model {scheme.example}"
        if find_spec(module) is None:
            detail, remedy = "not part of this version", scheme.instead
        elif scheme.extra and not _usable(scheme.extra):
            detail, remedy = f"needs the extra {scheme.extra}", _install(scheme.extra)
        elif scheme.name == "openai" and not os.environ.get("OPENAI_API_KEY"):
            detail, remedy = example, "OPENAI_API_KEY is not set; a server of your own takes any value"
        else:
            yield Check(group="models", name=scheme.name, state="ok", detail=example)
            continue
        yield Check(group="models", name=scheme.name, state="missing", detail=detail, remedy=remedy)


def _usable(extra: str) -> bool:
    parts = [entry.requirement for entry in _requirements() if entry.extra == extra]
    return all(_found(part)[1] for part in parts)


def _experts() -> Iterator[Check]:
    points = sorted(entry_points(group="lookagain.experts"), key=lambda point: point.name)
    if not points:
        yield Check(
            group="experts", name="built-in", state="ok", detail="motion detection and tracking need no weights"
        )
    for point in points:
        there = find_spec(point.value.partition(":")[0].partition(".")[0]) is not None
        yield Check(
            group="experts",
            name=point.name,
            state="ok" if there else "missing",
            detail=point.value,
            remedy="" if there else "install the package that provides it",
        )


def _codecs() -> Iterator[Check]:
    try:
        import av
        import av.codec
    except ImportError as error:
        yield Check(group="media", name="av", state="broken", detail=str(error), remedy="pip install av")
        return
    libraries = getattr(av, "library_versions", {})
    ffmpeg = ".".join(map(str, libraries.get("libavcodec", ())))
    yield Check(group="media", name="PyAV", state="ok", detail=f"{av.__version__}, libavcodec {ffmpeg}")
    for name, mode, use in _CODECS:
        try:
            av.codec.Codec(name, mode)
        except ValueError:
            yield Check(
                group="media",
                name=name,
                state="missing",
                detail=f"not in this build of PyAV: {use}",
                remedy="pip install --only-binary=:all: --force-reinstall av",
            )
        else:
            yield Check(group="media", name=name, state="ok", detail=use)


def _writable(folder: Path) -> Check:
    """Whether a file can be made in ``folder``, or in the nearest parent that exists."""
    at = folder.absolute()
    while not at.exists():
        at = at.parent
    try:
        with tempfile.TemporaryFile(dir=at if at.is_dir() else at.parent):
            fine = at.is_dir()
    except OSError:
        fine = False
    return Check(
        group="folders",
        name=str(folder),
        state="ok" if fine else "broken",
        detail="writable" if fine else "not writable",
        remedy="" if fine else "choose another folder with --out",
    )
