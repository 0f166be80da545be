"""What Pixel2Phys answers: a law that can be read, typeset and run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from lookagain.core.blobs import BlobRef
from lookagain.core.errors import InputError
from lookagain.core.task import Answer
from lookagain.core.values import Value

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Coefficient", "Equation", "Frame", "Grid", "Law", "Start"]


class Coefficient(Value):
    """One term of an equation: its text, coefficient, one-sigma uncertainty and unit."""

    term: str
    value: float
    sigma: float
    unit: str = ""


class Equation(Value):
    """One equation, as text and LaTeX; ``terms`` is empty when the right-hand side is 0."""

    lhs: str
    text: str
    latex: str
    terms: tuple[Coefficient, ...]


class Frame(Value):
    """Where the variables come from.

    Coordinates ``xy``: position = (pixel - ``origin_px``) * ``units_per_pixel``, y turned if ``y_up``. Then, when
    origin or scale were not given and had to be found: position = ``shift`` + ``stretch`` * variable. ``text`` says
    it in words for every kind.
    """

    coordinates: Literal["xy", "angle", "arc_length", "relative", "grid", "latent"]
    origin_px: tuple[float, float]
    units_per_pixel: float
    y_up: bool
    shift: tuple[float, ...] = ()
    stretch: float = 1.0
    text: str = ""


class Grid(Value):
    """The cells that a field is given on: ``shape`` and ``spacing`` along ``axes``, whether each axis closes on itself.

    ``start`` refers to a first state that is too large for the law itself: the artifact ``start.npy`` of the result,
    (variables, *shape).
    """

    axes: tuple[str, ...]
    shape: tuple[int, ...]
    spacing: tuple[float, ...]
    periodic: tuple[bool, ...]
    unit: str = ""
    start: BlobRef | None = None


class Start(Value):
    """The fitted state of one recording at its time ``t0`` in seconds."""

    t0: float
    state: tuple[float, ...]


class Law(Answer):
    """The governing equations: ``order`` 1 is dz/dt = f(z), order 2 is d2z/dt2 = f(z, dz/dt).

    With ``grid``, the variables are fields and the equations partial: terms such as ``lap_u`` or ``u_x`` are
    derivatives in space. ``initial_state`` is the fitted state at ``t0`` seconds (for order 2 the variables, then their
    derivatives; for fields all cells in C order, empty where the grid refers to it). Where several recordings were
    fitted together, ``starts`` has the state of each, and these two are those of the first. ``system`` is the
    machine-readable form that ``simulate`` runs.
    """

    order: Literal[1, 2]
    variables: tuple[str, ...]
    units: tuple[str, ...]
    equations: tuple[Equation, ...]
    initial_state: tuple[float, ...]
    t0: float = 0.0
    starts: tuple[Start, ...] = ()
    frame: Frame
    grid: Grid | None = None
    system: dict[str, Any]

    @property
    def text(self) -> str:
        """All equations, one a line."""
        return "\n".join(equation.text for equation in self.equations)

    @property
    def latex(self) -> str:
        """All equations as one LaTeX array."""
        return r" \\ ".join(equation.latex for equation in self.equations)

    @property
    def term_count(self) -> int:
        """Number of terms over all equations."""
        return sum(len(equation.terms) for equation in self.equations)

    def simulate(
        self,
        t: Sequence[float] | npt.NDArray[np.float64],
        x0: Sequence[float] | npt.NDArray[np.float64] | None = None,
        *,
        recording: int = 0,
    ) -> npt.NDArray[np.float64]:
        """Integrate the law: the variables at the times ``t`` (n,) in seconds, shape (n, variables), for fields
        (n, variables, *grid.shape).

        ``x0`` is the state at ``t[0]`` (variables, for order 2 followed by their derivatives; for fields
        (variables, *shape) of any shape). Without it the fitted initial state is used and ``t`` is on the video's
        clock; ``recording`` says which of several that were fitted together, counted from 0. NaN from where the
        solution blows up; no times give no rows. Raises ``InputError`` for a recording that there is not, and where
        the first state of a field is not kept in the law.
        """
        import numpy as np

        from lookagain.tools.physics import SparseSystem

        if self.grid is not None:
            return self._simulate_field(self.grid, np.asarray(t, dtype=float), x0, recording)

        system = SparseSystem.from_json(self.system)
        times = np.asarray(t, dtype=float)
        count = len(self.variables)
        if not times.size:
            return np.empty((0, count))
        if x0 is not None:
            return system.simulate(np.asarray(x0, dtype=float), times)[:, :count]
        begun = self.start(recording)
        start = np.asarray(begun.state, dtype=float)
        if times[0] == begun.t0:
            return system.simulate(start, times)[:, :count]
        return system.simulate(start, np.concatenate([[begun.t0], times]))[1:, :count]

    def start(self, recording: int = 0) -> Start:
        """Where a recording starts. Raises ``InputError`` for one that there is not."""
        starts = self.starts or (Start(t0=self.t0, state=self.initial_state),)
        if not 0 <= recording < len(starts):
            raise InputError(
                f"expected a recording from 0 to {len(starts) - 1}, got {recording}.",
                hint="Give x0 to start anywhere else.",
            )
        return starts[recording]

    def _simulate_field(
        self,
        grid: Grid,
        times: npt.NDArray[np.float64],
        x0: Sequence[float] | npt.NDArray[np.float64] | None,
        recording: int,
    ) -> npt.NDArray[np.float64]:
        import numpy as np

        from lookagain.tools.physics.fields import FieldSystem

        if x0 is None and not self.initial_state:
            name = grid.start.name if grid.start is not None else "start.npy"
            raise InputError(
                "the first state of this field is kept beside the law.",
                hint=f'Pass x0=np.load(result.artifact_path("{name}")).',
            )
        shape = (len(self.variables), *grid.shape)
        begun = self.start(recording)
        start = np.reshape(begun.state, shape) if x0 is None else np.asarray(x0, dtype=float)
        if not times.size:
            return np.empty((0, *start.shape))
        # The fitted state is that at ``t0``; a given one that at the first of the times.
        early = x0 is None and times[0] != begun.t0
        asked = np.concatenate([[begun.t0], times]) if early else times
        system = FieldSystem.from_json(self.system)
        found = system.simulate(start, asked, spacing=grid.spacing, periodic=grid.periodic)
        return found[1:] if early else found

    def to_pixels(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Values of the variables (n, 2) as pixels (n, 2), for a law in x and y of one object.

        Raises ``InputError`` for a law in other coordinates.
        """
        import numpy as np

        if self.frame.coordinates != "xy" or len(self.variables) != 2:
            raise InputError(f"pixels need a law in x and y, this one is in {self.variables}.")
        shift = np.asarray(self.frame.shift or (0.0, 0.0))
        position = (shift + self.frame.stretch * values) / self.frame.units_per_pixel
        flip = np.array([1.0, -1.0 if self.frame.y_up else 1.0])
        return np.asarray(self.frame.origin_px) + flip * position

    def __str__(self) -> str:
        return self.text
