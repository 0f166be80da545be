"""The section for a law: equations typeset, coefficients with their uncertainty, variables with their units."""

from __future__ import annotations

from lookagain.agents.pixel2phys.answer import Grid, Law, Start
from lookagain.app.report.html import Html, el, join
from lookagain.app.report.mathml import FormulaError, formula
from lookagain.app.report.numbers import number, unit_text, with_uncertainty
from lookagain.app.report.shown import Shown

__all__ = ["show_law"]


def show_law(law: Law) -> Shown:
    """The equations at the top; coefficients and variables as sections."""
    lines = [el("div", _typeset(equation.text), class_="line") for equation in law.equations]
    source = el(
        "details",
        el("summary", "as text and LaTeX"),
        el("pre", el("code", law.text)),
        el("pre", el("code", law.latex)),
    )
    return Shown(
        headline=el("div", *lines, source, class_="headline equation"),
        plain="; ".join(equation.text for equation in law.equations) or "no equation",
        details=(("Coefficients", _coefficients(law)), ("Variables", _variables(law))),
    )


def _typeset(line: str) -> Html:
    try:
        return join(formula(line), " ")
    except FormulaError:
        return el("code", line)


def _coefficients(law: Law) -> Html:
    rows = []
    for equation in law.equations:
        for term in equation.terms:
            unit = f" {unit_text(term.unit)}" if term.unit else ""
            shown = with_uncertainty(term.value, term.sigma) + unit
            relative = f"{number(100 * abs(term.sigma / term.value), 2)} %" if term.value else "–"
            cells = [
                el("td", el("code", equation.lhs), data_label="equation"),
                el("td", el("code", term.term), data_label="term"),
                el("td", shown, data_label="coefficient", class_="n"),
                el("td", relative, data_label="relative", class_="n"),
            ]
            rows.append(el("tr", *cells))
    if not rows:
        return el("p", "No terms: the right-hand side is zero.", class_="missing")
    heads = (("equation", None), ("term", None), ("coefficient ± σ", "n"), ("relative", "n"))
    head = el("tr", *(el("th", name, scope="col", class_=kind) for name, kind in heads))
    return el("table", el("thead", head), el("tbody", *rows), class_="cards")


def _variables(law: Law) -> Html:
    units = (*law.units, *("" for _ in law.variables))
    rows = [
        join([el("dt", el("code", name)), el("dd", unit_text(unit) or "–")])
        for name, unit in zip(law.variables, units, strict=False)
    ]
    if law.grid is not None:
        rows += _grid(law.grid)
    order = "first: rates depend on positions" if law.order == 1 else "second: accelerations depend on the state"
    rows.append(join([el("dt", "order in time"), el("dd", order)]))
    rows += [_start(law, number, start) for number, start in enumerate(law.starts, 1)]
    rows.append(join([el("dt", "coordinates"), el("dd", law.frame.text or law.frame.coordinates)]))
    return el("dl", *rows, class_="pairs")


def _grid(grid: Grid) -> list[Html]:
    """The cells of a field, axis by axis."""
    unit = f" {unit_text(grid.unit)}" if grid.unit else ""
    axes = zip(grid.axes, grid.shape, grid.spacing, grid.periodic, strict=True)
    return [
        join(
            [
                el("dt", el("code", axis)),
                el("dd", f"{cells} cells of {number(step)}{unit}, {'closed' if closed else 'open'} border"),
            ]
        )
        for axis, cells, step, closed in axes
    ]


def _start(law: Law, number_of: int, start: Start) -> Html:
    """Where one of several recordings starts."""
    names = (*law.variables, *(f"{name}'" for name in law.variables))
    values = ", ".join(f"{name} = {number(value)}" for name, value in zip(names, start.state, strict=False))
    return join([el("dt", f"start of recording {number_of}"), el("dd", f"{values} at t = {number(start.t0)} s")])
