"""From trajectories to governing equations: derivatives, libraries, sparse regression, shooting, checks."""

from lookagain.tools.physics import checks
from lookagain.tools.physics.acceptance import Bounds, Criterion, acceptance, accepted
from lookagain.tools.physics.affine import Affine
from lookagain.tools.physics.coordinates import (
    Circle,
    Coordinates,
    Line,
    along_line,
    angle,
    fit_circle,
    fit_line,
    plain,
    relative,
    suggest,
)
from lookagain.tools.physics.differentiate import Differentiation, SavitzkyGolay, Smooth, Spline, WeakForm, noise_level
from lookagain.tools.physics.discover import discover
from lookagain.tools.physics.discovery import Candidate, Discovery, HeldOut, Rival, SearchSettings, Tests
from lookagain.tools.physics.library import Library, state_names
from lookagain.tools.physics.prepare import default_library
from lookagain.tools.physics.regression import Ensemble, ensemble, stlsq
from lookagain.tools.physics.system import SparseSystem
from lookagain.tools.physics.terms import Factor, Term, parse_term
from lookagain.tools.physics.trajectory import Trajectory

__all__ = [
    "Affine",
    "Bounds",
    "Candidate",
    "Circle",
    "Coordinates",
    "Criterion",
    "Differentiation",
    "Discovery",
    "Ensemble",
    "Factor",
    "HeldOut",
    "Library",
    "Line",
    "Rival",
    "SavitzkyGolay",
    "SearchSettings",
    "Smooth",
    "SparseSystem",
    "Spline",
    "Term",
    "Tests",
    "Trajectory",
    "WeakForm",
    "acceptance",
    "accepted",
    "along_line",
    "angle",
    "checks",
    "default_library",
    "discover",
    "ensemble",
    "fit_circle",
    "fit_line",
    "noise_level",
    "parse_term",
    "plain",
    "relative",
    "state_names",
    "stlsq",
    "suggest",
]
