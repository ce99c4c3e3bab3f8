"""Small inline SVG charts that colour, width and print of the page's style: bars beside words, lines over time.

Plotting libraries take a tenth of a second for each; a portal has hundreds, drawn again each month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from markupsafe import Markup

from movilidad.reports.numbers import number

_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Bar:
    """One bar: what it says, its figure as printed, its length from 0 to 100 (None where there is no figure)."""

    nombre: Markup
    cifra: Markup
    largo: float | None
    aparte: bool = False  # not a category of its own: not stated, or several protected ones together


@dataclass(frozen=True)
class Form:
    """Measures of a line chart, in points of the drawing."""

    name: str
    width: float
    height: float
    left: float
    right: float
    labels: int  # how many periods get a label at most


WIDE = Form("ancho", 720, 260, 52, 62, 9)
NARROW = Form("angosto", 340, 220, 46, 14, 4)


def lengths(values: Sequence[float | None]) -> list[float | None]:
    """Lengths of bars, the longest 100."""
    longest = max((value for value in values if value), default=0.0)
    return [None if value is None else round(100 * value / longest, 2) if longest else 0.0 for value in values]


def lines(labels: Sequence[str], values: Sequence[float | None], title: str) -> Markup:
    """One line over time, from zero, with gaps where there is no figure; twice, for wide and narrow screens."""
    return Markup("").join(_lines(labels, values, title, form) for form in (WIDE, NARROW))


def spark(values: Sequence[float | None]) -> Markup:
    """A line without axes, for beside a figure that says the last value."""
    if sum(value is not None for value in values) < 2:
        return Markup("")
    x, y = _scales(values, _top(values), 100, 26, 2)
    last = max(place for place, value in enumerate(values) if value is not None)
    return Markup(
        '<svg class="chispa" viewBox="0 0 104 30" aria-hidden="true" focusable="false">'
        '<path class="linea" d="{}"/><circle class="punto" cx="{:.1f}" cy="{:.1f}" r="2.5"/></svg>'
    ).format(_path(x, y, values), x[last], y[last])


def _lines(labels: Sequence[str], values: Sequence[float | None], title: str, form: Form) -> Markup:
    top = _top(values)
    bottom = form.height - 26
    x, y = _scales(values, top, form.width - form.left - form.right, bottom - 14, 14)
    x = [form.left + place for place in x]
    shown = [place for place, value in enumerate(values) if value is not None]
    parts = [
        Markup('<svg class="grafico {}" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">').format(
            form.name, form.width, form.height, title
        )
    ]
    for share in (0, 0.5, 1):
        height = bottom - share * (bottom - 14)
        parts.append(
            Markup(
                '<path class="regla" d="M{:g} {:.1f}H{:g}"/><text x="{:g}" y="{:.1f}" class="eje fin">{}</text>'
            ).format(form.left, height, form.width - form.right, form.left - 8, height + 4, _short(top * share))
        )
    step = max(1, -(-len(labels) // form.labels))
    for place in range(len(labels) - 1, -1, -step):
        end = place == len(labels) - 1 and form.right < 30
        parts.append(
            Markup('<text x="{:.1f}" y="{:g}" class="eje {}">{}</text>').format(
                min(x[place], form.width - 2), form.height - 6, "fin" if end else "medio", labels[place]
            )
        )
    parts.append(Markup('<path class="linea" d="{}"/>').format(_path(x, y, values)))
    alone = [p for p in shown if (p - 1 not in shown) and (p + 1 not in shown)]
    for place in {*alone, *shown[-1:]}:
        parts.append(Markup('<circle class="punto" cx="{:.1f}" cy="{:.1f}" r="3.5"/>').format(x[place], y[place]))
    if shown and form.right > 30:
        last = shown[-1]
        parts.append(
            Markup('<text x="{:.1f}" y="{:.1f}" class="valor">{}</text>').format(
                x[last] + 9, y[last] + 4, _short(values[last] or 0)
            )
        )
    return Markup("").join([*parts, Markup("</svg>")])


def _scales(
    values: Sequence[float | None], top: float, width: float, height: float, above: float
) -> tuple[list[float], list[float]]:
    count = max(len(values) - 1, 1)
    across = [width * place / count if len(values) > 1 else width / 2 for place in range(len(values))]
    return across, [above + height * (1 - (value or 0) / top) for value in values]


def _path(x: Sequence[float], y: Sequence[float], values: Sequence[float | None]) -> str:
    parts, drawing = [], False
    for place, value in enumerate(values):
        if value is not None:
            parts.append(f"{'L' if drawing else 'M'}{x[place]:.1f} {y[place]:.1f}")
        drawing = value is not None
    return "".join(parts)


def _top(values: Sequence[float | None]) -> float:
    """A round number not below any value."""
    highest = max((value for value in values if value), default=1.0)
    unit = 10.0 ** floor(log10(highest))
    return next(step * unit for step in _STEPS if step * unit >= highest)


def _short(value: float) -> str:
    return number(value, 0 if float(value).is_integer() or value >= 100 else 1)
