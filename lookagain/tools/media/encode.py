"""Writing what people and models will look at: H.264 video, PNG, data URLs."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Literal, cast

import av
import numpy as np
from PIL import Image as Pillow

from lookagain.core.errors import InputError
from lookagain.tools.media.values import Image, Pixels

__all__ = ["to_data_url", "write_png", "write_video"]

Preset = Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"]

_SMALL_PIXELS = 512 * 512
_MAX_RATE_DENOMINATOR = 1_000_000


def write_video(
    path: str | Path, frames: Iterable[Pixels], fps: float | Fraction, *, crf: int = 18, preset: Preset = "medium"
) -> int:
    """Encode ``frames`` as H.264 (yuv420p) into an mp4 file and return how many there were.

    ``frames`` are RGB (h, w, 3) or grey (h, w) uint8, all of one shape; odd sizes are padded by repeating the
    last row or column. ``preset`` is x264's balance of speed and size. One frame at a time is held. The file
    appears under its name only when complete. Raises ``InputError`` for no frames, another shape or type, or a
    rate that is not positive.
    """
    target = Path(path)
    rate = Fraction(fps).limit_denominator(_MAX_RATE_DENOMINATOR)
    if rate <= 0:
        raise InputError(f"expected a positive frame rate, got {fps}.", path=target)
    part = target.with_name(f".{target.name}.part")
    count = 0
    shape: tuple[int, ...] = ()
    try:
        with av.open(str(part), "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=rate, options={"crf": str(crf), "preset": preset})
            stream.pix_fmt = "yuv420p"
            for pixels in frames:
                if count == 0:
                    shape = pixels.shape
                    stream.height, stream.width = (side + side % 2 for side in shape[:2])
                picture = av.VideoFrame.from_ndarray(_even(_checked(pixels, shape, target)), format="rgb24")
                picture.pts, picture.time_base = count, 1 / rate
                container.mux(stream.encode(picture))
                count += 1
            if count:
                container.mux(stream.encode(None))
        if not count:
            raise InputError("expected at least one frame to write, got none.", path=target)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return count


def write_png(path: str | Path, pixels: Pixels) -> None:
    """Write RGB (h, w, 3) or grey (h, w) uint8 as PNG; the file appears only when complete."""
    target = Path(path)
    part = target.with_name(f".{target.name}.part")
    try:
        Pillow.fromarray(_checked(pixels, pixels.shape, target, grey_to_rgb=False)).save(part, format="PNG")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def to_data_url(image: Image | Pixels, max_side: int = 1024, *, lossless: bool | None = None) -> str:
    """``data:`` URL of the image, scaled down so that no side exceeds ``max_side``.

    It is encoded once: PNG if the source is lossless and small (at most 512 x 512 pixels), else JPEG.
    ``lossless`` overrides what the image says; bare pixels count as not lossless.
    """
    pixels = image.pixels if isinstance(image, Image) else image
    keep = lossless if lossless is not None else isinstance(image, Image) and image.lossless
    if max_side < 1:
        raise InputError(f"expected max_side of at least 1 pixel, got {max_side}.")
    picture = Pillow.fromarray(_checked(pixels, pixels.shape, None))
    if max(picture.size) > max_side:
        scale = max_side / max(picture.size)
        width, height = (max(1, round(side * scale)) for side in picture.size)
        picture = picture.resize((width, height), Pillow.Resampling.LANCZOS)
    small = picture.width * picture.height <= _SMALL_PIXELS
    buffer = io.BytesIO()
    if keep and small:
        picture.save(buffer, format="PNG")
    else:
        picture.save(buffer, format="JPEG", quality=90)
    kind = "png" if keep and small else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def _checked(pixels: Pixels, shape: tuple[int, ...], path: Path | None, *, grey_to_rgb: bool = True) -> Pixels:
    ok = pixels.dtype == np.uint8 and pixels.shape == shape and pixels.size > 0
    if not ok or not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)):
        raise InputError(
            f"expected uint8 pixels (h, w, 3) or (h, w), all of shape {shape}; got {pixels.dtype} {pixels.shape}.",
            path=path,
        )
    if pixels.ndim == 2 and grey_to_rgb:
        return np.repeat(pixels[:, :, None], 3, axis=2)
    return np.ascontiguousarray(pixels)


def _even(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return pixels
    return cast(Pixels, np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge"))
