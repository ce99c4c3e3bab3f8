"""A figure through the months as a line: broken where a month is missing, ``c`` where it is hidden."""

from itertools import count, pairwise
from math import ceil

from movilidad.reports import numbers
from movilidad.reports.canvas import BAR, INK, PALE, SOFT, Canvas, text_width
from movilidad.reports.elements import Bar, Chart
from movilidad.reports.fonts import SEMIBOLD

_HEIGHT, _TOP, _BOTTOM = 150.0, 16.0, 20.0
_STEPS = 4
_YEAR = 12


def draw_line(chart: Chart, name: str, width: float, size: float) -> str:
    """The line as one ``svg`` element.

    Every twelfth point, counted from the last, has its month below and its number above; all numbers are in the
    alternative text and in the data.
    """
    return _Line(chart, name, width, size).svg()


class _Line:
    def __init__(self, chart: Chart, name: str, width: float, size: float) -> None:
        self._chart, self._size = chart, size
        self._canvas = Canvas(name, width, _HEIGHT)
        self._ticks = _scale(max((bar.valor or 0 for bar in chart.barras), default=0))
        self._left = max(text_width(numbers.number(tick), size) for tick in self._ticks) + 8
        # half of the last month's name and number stand to the right of their point
        self._right = width - max(text_width(text, size, SEMIBOLD) for text in self._beside()) / 2 - 1

    def svg(self) -> str:
        for tick in self._ticks:
            self._gridline(tick)
        points = list(enumerate(self._chart.barras))
        for one, other in pairwise(points):
            self._segment(one, other)
        for place, bar in points:
            self._point(place, bar)
        for place in range(len(points) - 1, -1, -_YEAR):
            self._label(place)
        return self._canvas.svg(self._chart.alt)

    def _beside(self) -> list[str]:
        last = self._chart.barras[-1]
        return [last.etiqueta, last.texto]

    def _gridline(self, tick: int) -> None:
        y = self._y(tick)
        color, line = (INK, 0.75) if tick == 0 else (PALE, 0.6)
        self._canvas.line(self._left, y, self._right, y, width=line, color=color)
        self._canvas.text(
            self._left - 5,
            y + self._size * 0.33,
            numbers.number(tick),
            size=self._size,
            anchor="right",
            color=SOFT,
        )

    def _segment(self, one: tuple[int, Bar], other: tuple[int, Bar]) -> None:
        (first, begin), (second, end) = one, other
        if begin.valor is not None and end.valor is not None:
            self._canvas.line(
                *(self._x(first), self._y(begin.valor), self._x(second), self._y(end.valor)), width=1.5, color=BAR
            )

    def _point(self, place: int, bar: Bar) -> None:
        if bar.valor is not None:
            self._canvas.circle(self._x(place), self._y(bar.valor), 2.8 if self._marked(place) else 1.9)
        elif bar.texto == numbers.HIDDEN:
            self._canvas.text(
                self._x(place), self._y(0) - 4, bar.texto, size=self._size, anchor="center", color=SOFT
            )

    def _label(self, place: int) -> None:
        bar = self._chart.barras[place]
        self._canvas.line(self._x(place), self._y(0), self._x(place), self._y(0) + 3, color=INK)
        self._canvas.text(
            self._x(place), _HEIGHT - _BOTTOM + self._size + 5, bar.etiqueta, size=self._size, anchor="center"
        )
        if bar.valor is not None:
            top = min(self._y(near.valor) for near in self._around(place) if near.valor is not None)
            self._canvas.text(
                *(self._x(place), top - 6, bar.texto), size=self._size, weight=SEMIBOLD, anchor="center"
            )

    def _around(self, place: int) -> tuple[Bar, ...]:
        """The points that a point's number stands above: over all of them it crosses no line."""
        bars = self._chart.barras
        step = self._x(1) - self._x(0)
        reach = ceil(text_width(bars[place].texto, self._size, SEMIBOLD) / 2 / step)
        return bars[max(place - reach, 0) : place + reach + 1]

    def _marked(self, place: int) -> bool:
        return (len(self._chart.barras) - 1 - place) % _YEAR == 0

    def _x(self, place: int) -> float:
        begin = self._left + 12
        return begin + (self._right - begin) * place / max(len(self._chart.barras) - 1, 1)

    def _y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / self._ticks[-1]


def _scale(largest: float) -> list[int]:
    """Round numbers from zero to at least ``largest``, in few steps."""
    rounds = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(each for each in rounds if each * _STEPS >= largest)
    return [step * number for number in range(max(ceil(largest / step), 1) + 1)]
