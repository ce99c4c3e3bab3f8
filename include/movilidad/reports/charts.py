"""Charts as SVG: the same data wide (print, desk) and narrow (telephone).

Nothing is told by colour alone: every bar has its label and its number, hidden categories have a ``c`` and no bar,
categories protected together are hatched, not stated is an open bar. So all of it prints in black and white.
"""

from dataclasses import dataclass
from functools import lru_cache

from movilidad.reports.canvas import INK, SOFT, Canvas, text_width, wrapped
from movilidad.reports.elements import Bar, Chart
from movilidad.reports.fonts import SEMIBOLD
from movilidad.reports.lines import draw_line
from movilidad.reports.maps import draw_map

_STYLES = {"categoria": "solid", "resto": "hatched", "nd": "open"}
_GAP = 5.0  # between a bar and its number


@dataclass(frozen=True)
class Format:
    """Measures of a chart in points; ``beside`` sets labels left of the bars, otherwise above them."""

    name: str
    width: float
    size: float
    leading: float
    bar: float
    pitch: float
    beside: bool


WIDE = Format("ancho", 470, 9, 10.6, 10, 17, beside=True)
NARROW = Format("angosto", 250, 9.5, 11.4, 9, 14, beside=False)


@lru_cache(maxsize=64)  # page and print show the same
def draw(chart: Chart, form: Format) -> str:
    """The chart as one ``svg`` element; equal charts give equal text."""
    if chart.forma == "linea":
        return draw_line(chart, f"{chart.nombre}-{form.name}", form.width, form.size)
    if chart.forma == "mapa":
        return draw_map(chart, f"{chart.nombre}-{form.name}", form.width, form.size)
    return _Rows(chart, form).svg()


class _Rows:
    """A chart of one row per category."""

    def __init__(self, chart: Chart, form: Format) -> None:
        self._chart, self._form = chart, form
        self._gutter = self._gutter_width() if form.beside else 0.0
        room = self._gutter - 10 if form.beside else form.width
        self._labels = [wrapped(bar.etiqueta, room, form.size) for bar in chart.barras]
        number_room = max(text_width(bar.texto, form.size, SEMIBOLD) for bar in chart.barras) + _GAP + 2
        self._scale = (form.width - self._gutter - number_room) / max(self._largest(), 1)
        self._heights = [self._height(lines) for lines in self._labels]

    def svg(self) -> str:
        form = self._form
        canvas = Canvas(f"{self._chart.nombre}-{form.name}", form.width, sum(self._heights) + 2)
        top = 1.0
        for bar, lines, height in zip(self._chart.barras, self._labels, self._heights, strict=True):
            self._row(canvas, bar, lines, top, height)
            top += height
        if form.beside:
            canvas.line(self._gutter, 0, self._gutter, top, color=INK)
        return canvas.svg(self._chart.alt)

    def _largest(self) -> float:
        return max((bar.valor or 0 for bar in self._chart.barras), default=0)

    def _gutter_width(self) -> float:
        form = self._form
        widest = max(text_width(bar.etiqueta, form.size) for bar in self._chart.barras)
        return min(widest + 11, form.width * 0.42)

    def _height(self, lines: list[str]) -> float:
        form = self._form
        if form.beside:
            return max(form.pitch, len(lines) * form.leading + 5)
        return len(lines) * form.leading + form.pitch + 4

    def _row(self, canvas: Canvas, bar: Bar, lines: list[str], top: float, height: float) -> None:
        form = self._form
        if form.beside:
            middle = top + height / 2
            first = middle - (len(lines) - 1) * form.leading / 2 + form.size * 0.33
        else:
            first = top + form.size
            middle = top + len(lines) * form.leading + form.bar / 2 + 2
        for number, line in enumerate(lines):
            canvas.text(0, first + number * form.leading, line, size=form.size)
        (self._range if self._chart.forma == "rangos" else self._bar)(canvas, bar, middle)
        if not form.beside:
            canvas.line(0.4, middle - form.bar / 2 - 1, 0.4, middle + form.bar / 2 + 1, color=INK)

    def _bar(self, canvas: Canvas, bar: Bar, middle: float) -> None:
        form, end = self._form, self._gutter
        if bar.valor:
            length = max(bar.valor * self._scale, 0.8)
            canvas.bar(end, middle - form.bar / 2, length, form.bar, _STYLES[bar.tipo])
            end += length
        color = SOFT if bar.valor is None else INK
        canvas.text(end + _GAP, middle + form.size * 0.33, bar.texto, size=form.size, weight=SEMIBOLD, color=color)

    def _range(self, canvas: Canvas, bar: Bar, middle: float) -> None:
        form = self._form
        begin, end = (self._gutter + (value or 0) * self._scale for value in (bar.desde, bar.valor))
        mark = self._gutter + (bar.marca or 0) * self._scale
        canvas.bar(begin, middle - form.bar / 2, end - begin, form.bar, "pale")
        canvas.line(mark, middle - form.bar / 2 - 1.5, mark, middle + form.bar / 2 + 1.5, width=2, color=INK)
        canvas.text(end + _GAP, middle + form.size * 0.33, bar.texto, size=form.size, weight=SEMIBOLD)
