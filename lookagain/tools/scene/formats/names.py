"""One spelling of categories: lower case, words joined by ``_``, whatever the file's own habit."""

from __future__ import annotations

import re
from functools import cache

from lookagain.tools.scene.typical import typical_sizes

__all__ = ["category_name"]


def category_name(spelt: str) -> str:
    """``DiningTable``, ``dining table`` and ``diningtable`` as ``dining_table``.

    Words written together are parted where the table of typical sizes knows them.
    """
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", spelt)
    name = re.sub(r"[^\w]+|_+", "_", parted.lower()).strip("_")
    return _together().get(name.replace("_", ""), name)


@cache
def _together() -> dict[str, str]:
    return {name.replace("_", ""): name for name in typical_sizes()}
