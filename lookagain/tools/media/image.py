"""Reading one image with Pillow, from an allowlist of formats and within a pixel budget."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from lookagain.core.errors import InputError
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.source import Source
from lookagain.tools.media.values import Image, Pixels

__all__ = ["BROKEN", "read_image"]

#: What Pillow's readers are known to raise on broken bytes; each is a verdict on the file, not on the program.
BROKEN = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    SyntaxError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    MemoryError,
    AssertionError,
    struct.error,
    zlib.error,
    UserWarning,
    Pillow.DecompressionBombError,
    Pillow.DecompressionBombWarning,
)
_LOSSLESS = frozenset({"png", "bmp", "tiff", "gif"})


def read_image(source: Source, budget: Budget) -> Image:
    """Decode ``source``; raises ``InputError`` if it is damaged or over ``budget.max_pixels``."""
    name = source.sniffed.format
    try:
        with source.open() as stream, Pillow.open(stream, formats=[name.upper()]) as picture:
            _check_size(source, picture.size, budget)
            pixels = _to_rgb(ImageOps.exif_transpose(picture))
    except BROKEN as error:
        raise InputError(
            f"the {name} image cannot be decoded ({type(error).__name__}: {error}).",
            path=source.path,
            limit="max_pixels" if isinstance(error, Pillow.DecompressionBombError) else "",
            hint="It is damaged, truncated or too large: export it again.",
        ) from error
    pixels.flags.writeable = False
    return Image(path=source.path, format=name, pixels=pixels, sha256=source.sha256(), lossless=name in _LOSSLESS)


def _check_size(source: Source, size: tuple[int, int], budget: Budget) -> None:
    width, height = size
    if width * height > budget.max_pixels:
        raise InputError(
            f"the image is {width}x{height} pixels, more than max_pixels={budget.max_pixels}.",
            path=source.path,
            limit="max_pixels",
            hint="Scale it down, or raise Budget.max_pixels.",
        )


def _to_rgb(picture: Pillow.Image) -> Pixels:
    """RGB uint8 on white; 16-bit grey is scaled to 8 bits."""
    if picture.mode.startswith("I;16"):
        deep = np.asarray(picture)
        grey = (deep.astype(np.uint16) >> 8).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if picture.mode in {"I", "F"}:
        raise ValueError(f"pixel type {picture.mode} is not supported, expected 8 or 16 bits a channel")
    if picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        picture = Pillow.alpha_composite(Pillow.new("RGBA", layer.size, "white"), layer)
    return np.array(picture.convert("RGB"), dtype=np.uint8)
