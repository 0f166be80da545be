"""What moves in a video, tracked to a fraction of a pixel.

Coordinates are pixels: x to the right, y down, whole numbers at pixel centres ((0, 0) is the centre of the
top left pixel). Times are seconds after the first frame.
"""

from lookagain.tools.experts.motion.find import find_motion
from lookagain.tools.experts.motion.named import follow_named
from lookagain.tools.experts.motion.point import track_point
from lookagain.tools.experts.motion.settings import MotionSettings
from lookagain.tools.experts.motion.source import ArrayFrames, FrameSource
from lookagain.tools.experts.motion.values import Camera, MotionReport, Reason, Track

__all__ = [
    "ArrayFrames",
    "Camera",
    "FrameSource",
    "MotionReport",
    "MotionSettings",
    "Reason",
    "Track",
    "find_motion",
    "follow_named",
    "track_point",
]
