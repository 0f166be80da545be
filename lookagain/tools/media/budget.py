"""How much one file may cost before it is refused."""

from __future__ import annotations

from dataclasses import dataclass, fields

from lookagain.core.errors import ConfigError

__all__ = ["Budget"]


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Limits on one file. A file over a limit raises ``InputError`` whose ``limit`` is the field's name.

    ``max_bytes``: size of the file, or of all files of a folder. ``max_pixels``: width times height of an image or of
    one frame. ``max_frames``, ``max_seconds``: length of a video or stack. ``max_array_bytes``: what is decoded of an
    array at once (a memory-mapped one is not decoded). ``decode_seconds``: time spent inside the decoder in
    one pass over a video (the consumer's own time does not count).
    """

    max_bytes: int = 8 * 1024**3
    max_pixels: int = 64_000_000
    max_frames: int = 1_000_000
    max_array_bytes: int = 2 * 1024**3
    max_seconds: float = 6 * 3600.0
    decode_seconds: float = 1800.0

    def __post_init__(self) -> None:
        """Refuse limits that nothing could meet."""
        for field in fields(self):
            if not getattr(self, field.name) > 0:
                raise ConfigError(
                    f"Budget.{field.name} must be positive, got {getattr(self, field.name)!r}.",
                    hint="Leave it out to use the default.",
                )
