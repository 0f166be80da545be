"""Free space: where a thing can be put so that it holds what is wanted of it."""

from lookagain.tools.scene.space.settle import rest_height, settle
from lookagain.tools.scene.space.spots import spots
from lookagain.tools.scene.space.wanted import IT, Wanted

__all__ = ["IT", "Wanted", "rest_height", "settle", "spots"]
