"""Libraries that only some formats need, loaded when such a file is opened."""

from __future__ import annotations

import importlib
from typing import Any

from lookagain.core.errors import ConfigError

__all__ = ["needed"]


def needed(module: str, what: str) -> Any:
    """The module. Raises ``ConfigError``, which says what to install, where it is not there."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ConfigError(f"{what} need the package {module}.", hint='pip install "lookagain[arrays]"') from error
