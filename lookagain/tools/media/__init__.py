"""The only door for files: images, videos and arrays come in, and go out, through this package."""

from lookagain.tools.media.arrays import Stack, parse_axes
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.door import MediaDoor
from lookagain.tools.media.encode import to_data_url, write_png, write_video
from lookagain.tools.media.values import Frame, Image, Probe, ReadOutcome, VideoInfo
from lookagain.tools.media.video import Video

__all__ = [
    "Budget",
    "Frame",
    "Image",
    "MediaDoor",
    "Probe",
    "ReadOutcome",
    "Stack",
    "Video",
    "VideoInfo",
    "parse_axes",
    "to_data_url",
    "write_png",
    "write_video",
]
