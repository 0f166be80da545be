"""Arrays and image stacks: every format in, one stack of frames with named axes out."""

from lookagain.tools.media.arrays.axes import parse_axes
from lookagain.tools.media.arrays.opening import hash_array, open_array
from lookagain.tools.media.arrays.values import ArrayFormat, Axis, Stack

__all__ = ["ArrayFormat", "Axis", "Stack", "hash_array", "open_array", "parse_axes"]
