"""The representation level of Pixel2Phys: latent variables of a video, trained together with the law they obey.

Importing this package loads neither torch nor safetensors; ``train_latent`` does.
"""

from lookagain.tools.physics.latent.acceptance import LatentBounds, latent_acceptance
from lookagain.tools.physics.latent.discovery import Agreement, HeldOutFrames, LatentDiscovery, Round
from lookagain.tools.physics.latent.model import Frames, LatentModel
from lookagain.tools.physics.latent.settings import LatentSettings
from lookagain.tools.physics.latent.train import train_latent

__all__ = [
    "Agreement",
    "Frames",
    "HeldOutFrames",
    "LatentBounds",
    "LatentDiscovery",
    "LatentModel",
    "LatentSettings",
    "Round",
    "latent_acceptance",
    "train_latent",
]
