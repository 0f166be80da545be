"""From symbolic actions to positions: each is simulated in the scene, and what it promised is measured there."""

from lookagain.planners.editlang.grounding.execute import Executed, Faults, Step, Stuck, execute, faults, holds

__all__ = ["Executed", "Faults", "Step", "Stuck", "execute", "faults", "holds"]
