"""The representation level of Pixel2Phys: variables learned from the video, together with the law that they obey.

Variable and Equation agent alternate inside the training; so there is one round, and nothing to plan after it.
"""

from lookagain.agents.pixel2phys.field import variable
from lookagain.agents.pixel2phys.latent.conclude import conclude
from lookagain.agents.pixel2phys.latent.draw import draw
from lookagain.agents.pixel2phys.latent.experiment import experiment
from lookagain.agents.pixel2phys.latent.plan import plan
from lookagain.agents.pixel2phys.latent.train import equation

__all__ = ["conclude", "draw", "equation", "experiment", "plan", "variable"]
