"""``tables``: Burgers and Korteweg-de Vries fields of the shared data, beside PySINDy in the same run.

Ours gets the files as they are and nothing else. PySINDy gets what it is best with: library degree, order of
derivatives, threshold and differentiation are tuned on the true law, for each field and each form apart, and only its
best setting is compared: the exact terms with the smallest error of a coefficient, else the fewest wrong terms.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat

from bench.common.pool import run_cases
from bench.common.shared import shared_folder
from bench.common.table import table
from bench.common.verdicts import wrong_confirmed
from bench.pixel2phys_fields import api
from bench.pixel2phys_fields.judge import Coefficients, judge_terms

__all__ = ["TOOLS", "TRUTH", "Setting", "best", "run", "sindy_law", "sindy_term"]

Floats = NDArray[np.float64]

#: The textbook's laws of the two files.
TRUTH: Mapping[str, Coefficients] = {
    "burgers": {"u": {"u u_x": -1.0, "u_xx": 0.1}},
    "kdv": {"u": {"u u_x": -6.0, "u_xxx": -1.0}},
}
TOOLS = ("lookagain", "pysindy_pde", "pysindy_weak")
_THRESHOLDS = (0.02, 0.05, 0.1, 0.3, 0.5, 1.0, 2.0)
_ALPHA = 1e-5
_WEAK_DOMAINS = 1000
_SINDY_FACTOR = re.compile(r"u(?:_(1+))?(?:\^(\d+))?")


class Setting(NamedTuple):
    """Degree of the library, most derivatives of a term, order of the finite differences (which the weak form takes
    none of), threshold.
    """

    degree: int
    order: int
    accuracy: int
    threshold: float


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``tables``: a field and a tool each; one row with an error where the shared data are absent."""
    del quick
    folder = shared_folder("physics")
    if folder is None:
        print("tables: shared data is absent")
        return {"tables": [{"field": "none", "error": "shared data is absent"}]}
    paths = {name: str(folder / "pysindy_fields" / f"{name}.mat") for name in TRUTH}
    cases = [{"field": name, "tool": tool, "path": path} for name, path in paths.items() for tool in TOOLS]
    rows = run_cases(case, cases, label="tables", workers=workers)
    for row in rows:
        del row["path"]
    print(table(rows, ("field", "tool", "exact", "coefficient_error", "law", "missing", "extra", "verdict", "setting")))
    return {"tables": rows}


def case(values: Mapping[str, object]) -> dict[str, object]:
    """One field through one tool."""
    path, name = Path(str(values["path"])), str(values["field"])
    if values["tool"] == "lookagain":
        with TemporaryDirectory() as folder:
            outcome = api.run_file({"array": path}, Path(folder) / "run")
        judged = judge_terms(outcome.law.coefficients if outcome.law else None, TRUTH[name], axes="x")
        return {**judged, **outcome.columns(), "wrong_confirmed": wrong_confirmed(outcome, judged)}
    weak = values["tool"] == "pysindy_weak"
    tried = [(setting, sindy_law(path, setting, weak=weak)) for setting in _settings(TRUTH[name], weak=weak)]
    return best([{**judge_terms(law, TRUTH[name], axes="x"), **_told(setting, law)} for setting, law in tried])


def best(rows: list[dict[str, object]]) -> dict[str, object]:
    """The exact row of the smallest coefficient error, else the one of the fewest wrong terms."""

    def rank(row: Mapping[str, object]) -> tuple[int, float]:
        missing, extra, error = row["missing"], row["extra"], row["coefficient_error"]
        wrong = sum(len(terms) for terms in (missing, extra) if isinstance(terms, list))
        return wrong, error if isinstance(error, float) else float("inf")

    chosen = min(rows, key=rank)
    return {**chosen, "settings_tried": len(rows), "settings_exact": sum(bool(r["exact"]) for r in rows)}


def sindy_term(text: str) -> str:
    """PySINDy's name of a term in one variable and one axis, such as ``u^2u_111``, as factors: ``u^2*u_xxx``.

    Raises ValueError where it is anything else.
    """
    factors, at = [], 0
    for match in _SINDY_FACTOR.finditer(text):
        if match.start() != at:
            break
        at = match.end()
        name = "u" if match[1] is None else f"u_{'x' * len(match[1])}"
        factors.append(name if match[2] is None else f"{name}^{match[2]}")
    if text == "1":
        return text
    if not factors or at != len(text):
        raise ValueError(f"expected a product of u, its powers and derivatives, got {text!r}")
    return "*".join(factors)


def sindy_law(path: Path, setting: Setting, *, weak: bool) -> Coefficients:
    """What PySINDy finds with one setting."""
    import pysindy as ps

    t, x, u = _field(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.random.seed(0)
        model = ps.SINDy(
            feature_library=_library(ps, t, x, setting, weak=weak),
            optimizer=ps.STLSQ(threshold=setting.threshold, alpha=_ALPHA),
            differentiation_method=ps.FiniteDifference(order=setting.accuracy, axis=-2),
        )
        model.fit(u[..., None], t=float(t[1] - t[0]), feature_names=["u"])
        names = [sindy_term(str(name)) for name in model.get_feature_names()]
        values = np.asarray(model.coefficients(), dtype=np.float64)[0]
    return {"u": {name: float(value) for name, value in zip(names, values, strict=True) if value != 0.0}}


def _library(ps: Any, t: Floats, x: Floats, setting: Setting, *, weak: bool) -> Any:
    polynomials = ps.PolynomialLibrary(degree=setting.degree, include_bias=False)
    if not weak:
        differences = {"order": setting.accuracy}
        return ps.PDELibrary(polynomials, derivative_order=setting.order, spatial_grid=x, diff_kwargs=differences)
    grid = np.stack(np.meshgrid(x, t, indexing="ij"), axis=-1)
    return ps.WeakPDELibrary(polynomials, derivative_order=setting.order, spatiotemporal_grid=grid, K=_WEAK_DOMAINS)


def _settings(truth: Coefficients, *, weak: bool) -> Iterator[Setting]:
    """Derivatives up to those of the true law or one more; a transform of the weak form takes seconds, so it gets
    degree 2 alone, which holds all of degree 1.
    """
    needed = max(term.count("x") for term in truth["u"])
    grid = product((2,) if weak else (1, 2), (needed, needed + 1), (2,) if weak else (2, 4), _THRESHOLDS)
    for degree, order, accuracy, threshold in grid:
        yield Setting(degree, order, accuracy, threshold)


def _told(setting: Setting, law: Coefficients) -> dict[str, object]:
    text = " ".join(f"{value:+.4g}*{term}" for term, value in law["u"].items())
    told = ", ".join(f"{name} {value}" for name, value in setting._asdict().items())
    return {"law": f"u' = {text or '0'}", "setting": told}


def _field(path: Path) -> tuple[Floats, Floats, Floats]:
    """Times (n), places (m) and values (m x n): the files hold complex numbers without an imaginary part."""
    content = loadmat(path)
    values = np.real(content["usol"])
    return np.ravel(content["t"]), np.ravel(content["x"]), np.asarray(values, dtype=np.float64)
