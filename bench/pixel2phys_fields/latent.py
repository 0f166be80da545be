"""``latent``: a law trained with its latent variables, beside an auto-encoder whose states get a law afterwards.

``joint`` and ``alone`` are the same code, seeds, first weights, epochs and Equation agent; the one difference is the
weight of the equation, 0 for ``alone``. PySINDy gets the states of ``alone`` and, of a stated grid, the threshold
that does best on the held-out frames themselves. Every roll-out starts at the encoded first held-out frame, and is
judged

- in the method's own latent coordinates, against its own encodings (``r2``);
- in the hidden variables (``r2_true``), through a polynomial map of degree 5 fitted on the fitted frames;
- in grey levels of the decoded pictures (``picture_rmse``), beside those of the decoded encodings.

``joint`` also trains once more from another seed, for the verdict alone.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from bench.common.pool import run_cases
from bench.common.table import table
from bench.pixel2phys_fields.latent_judge import gain, mapped, monomials, r2, rmse
from bench.pixel2phys_fields.latent_scene import DT, FRAMES, HELD_OUT, LAWLESS, oscillator
from lookagain.tools.physics.latent import LatentDiscovery, LatentSettings, latent_acceptance, train_latent

__all__ = ["LAWLESS_SEEDS", "SEEDS", "run"]

Floats = NDArray[np.float64]

SEEDS, LAWLESS_SEEDS = tuple(range(5)), tuple(range(200, 203))
_QUICK, _QUICK_LAWLESS = (1000,), (1200,)
_SETTINGS = LatentSettings(dimension=2, held_out=HELD_OUT / FRAMES, device="cpu")
#: Standard deviations beyond which a roll-out has blown up.
_FAR = 100.0
_DEGREE = 3
THRESHOLDS = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3)


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of groups ``latent`` (a seed and method each), ``latent_gain`` and ``latent_lawless``."""
    seeds, lawless = (_QUICK, _QUICK_LAWLESS) if quick else (SEEDS, LAWLESS_SEEDS)
    cases = [{"seed": seed, "method": method} for seed in seeds for method in ("joint", "alone")]
    rows = run_cases(case, cases, label="latent", workers=workers)
    gains = _gains(rows)
    print(table(gains, tuple(gains[0])) if gains else "no gain: a row is missing")
    without = run_cases(
        lawless_case,
        [{"kind": kind, "seed": seed} for kind in LAWLESS for seed in lawless],
        label="latent_lawless",
        workers=workers,
    )
    return {"latent": rows, "latent_gain": gains, "latent_lawless": without}


def case(values: Mapping[str, object]) -> dict[str, object]:
    """One training and its roll-out; for ``alone``, also that of PySINDy on the same states."""
    seed, joint = int(str(values["seed"])), values["method"] == "joint"
    scene = oscillator(seed)
    begin = time.process_time()
    settings = replace(_SETTINGS, seed=seed, replicas=int(joint))
    found = train_latent([scene.video], DT, settings if joint else replace(settings, lambda_eq=0.0))
    seconds = time.process_time() - begin
    rolled = _judged(found, scene.video, scene.states, found.rollouts[0])
    row: dict[str, object] = {**rolled, "terms": found.system.count, "equations": list(found.system.equations())}
    row |= {f"round_{k}": found.rounds[k].equation for k in (0, -1)}
    if joint:
        failed = [criterion.name for criterion in latent_acceptance(found) if not criterion.holds]
        row |= {"confirmed": not failed, "failed_criteria": failed}
    else:
        row |= _pysindy(found, scene.video, scene.states)
    return {**row, "cpu_seconds": seconds}


def lawless_case(values: Mapping[str, object]) -> dict[str, object]:
    """One video without a law of few variables: it must not be confirmed."""
    seed = int(str(values["seed"]))
    found = train_latent([LAWLESS[str(values["kind"])](seed)], DT, replace(_SETTINGS, dimension=None, seed=seed))
    failed = [criterion.name for criterion in latent_acceptance(found) if not criterion.holds]
    return {"dimension": found.model.dimension, "withheld": bool(failed), "failed_criteria": failed}


def _judged(found: LatentDiscovery, video: NDArray[np.uint8], hidden: Floats, rolled: Floats) -> dict[str, object]:
    states, n = found.trajectories[0].x, found.fitted[0]
    pictures = video[n:].astype(np.float64)
    in_hidden = mapped(states[:n], hidden[:n], np.concatenate([rolled, states[n:]]))
    return {
        "r2": r2(states[n:], rolled),
        "r2_true": r2(hidden[n:], in_hidden[: len(rolled)]),
        "map_r2": r2(hidden[n:], in_hidden[len(rolled) :]),
        "picture_rmse": rmse(pictures, found.model.decode(rolled)),
        "reconstruction_rmse": rmse(pictures, found.model.decode(states[n:])),
    }


def _pysindy(found: LatentDiscovery, video: NDArray[np.uint8], hidden: Floats) -> dict[str, object]:
    """PySINDy's best roll-out over the grid of thresholds, judged alike; degree 3 as ours."""
    import pysindy as ps

    states, n = found.trajectories[0].x, found.fitted[0]
    times = DT * np.arange(len(states) - n, dtype=np.float64)
    best: tuple[float, float, Floats] = (float("-inf"), float("nan"), np.full_like(states[n:], np.nan))
    for threshold in THRESHOLDS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = ps.SINDy(
                optimizer=ps.STLSQ(threshold=threshold), feature_library=ps.PolynomialLibrary(degree=_DEGREE)
            )
            model.fit(states[:n], t=DT)
            rolled = _simulated(model, np.asarray(states[n]), np.asarray(times, dtype=np.float64))
        score = r2(states[n:], rolled)
        if score > best[0]:
            best = (score, threshold, rolled)
    judged = _judged(found, video, hidden, best[2])
    columns = {f"pysindy_{name}": judged[name] for name in ("r2", "r2_true", "picture_rmse")}
    return {"pysindy_threshold": best[1], **columns}


def _simulated(model: Any, start: Floats, times: Floats) -> Floats:
    """The roll-out ``(n, d)`` of PySINDy's law; NaN from where it is far beyond any state, or cannot be integrated."""

    def within(_: float, state: Floats) -> float:
        return _FAR - float(np.abs(state).max())

    within.terminal = True  # type: ignore[attr-defined]
    weights = np.asarray(model.coefficients(), dtype=np.float64)
    solved = solve_ivp(
        lambda _, state: weights @ monomials(state[None], _DEGREE)[0],
        (times[0], times[-1]),
        start,
        t_eval=times,
        method="LSODA",
        events=within,
        rtol=1e-8,
        atol=1e-8,
    )
    out = np.full((len(times), len(start)), np.nan)
    out[: solved.y.shape[1]] = solved.y.T
    return out


def _gains(rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Ours over each other method, by each measure; none where a run failed."""
    if any("error" in row for row in rows):
        return []
    joint, alone = ([row for row in rows if row["method"] == method] for method in ("joint", "alone"))
    out = []
    for name, prefix in (("alone", ""), ("pysindy", "pysindy_")):
        for measure in ("r2", "r2_true"):
            gained = gain([row[measure] for row in joint], [row[prefix + measure] for row in alone])
            out.append({"against": name, "measure": measure, **gained})
    return out
