"""The field level of Pixel2Phys: the picture itself is the state, and its law a partial differential equation."""

from lookagain.agents.pixel2phys.field.conclude import conclude
from lookagain.agents.pixel2phys.field.draw import draw
from lookagain.agents.pixel2phys.field.equation import equation
from lookagain.agents.pixel2phys.field.experiment import experiment
from lookagain.agents.pixel2phys.field.plan import plan
from lookagain.agents.pixel2phys.field.variable import variable

__all__ = ["conclude", "draw", "equation", "experiment", "plan", "variable"]
