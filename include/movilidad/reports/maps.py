"""The map of departments: circles whose area is the number of persons, each with its number.

Outlines: ``include/codelists/departamentos.geojson``, made with Natural Earth.
"""

import json
import math
from dataclasses import dataclass
from functools import lru_cache

from movilidad.model import paths
from movilidad.reports.canvas import INK, PAPER, Canvas, text_width
from movilidad.reports.elements import Bar, Chart
from movilidad.reports.fonts import SEMIBOLD

_FILE = paths.CODELISTS / "departamentos.geojson"
_LATITUDE = math.radians(15.6)  # middle of the country: a degree of longitude is cos of it as long
_LARGEST_RADIUS = 0.055  # of the map's width
_WIDEST = 300.0

Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Shape:
    """A department: outer rings in projected units, and the centre of the largest."""

    rings: list[Ring]
    centre: tuple[float, float]


def draw_map(chart: Chart, name: str, width: float, size: float) -> str:
    """The map as one ``svg`` element; categories without a department are left out."""
    shapes = _shapes()
    drawn = min(width, _WIDEST)
    left, top, right, bottom = _extent(shapes)
    scale, shift = drawn / (right - left), (width - drawn) / 2

    def placed(point: tuple[float, float]) -> tuple[float, float]:
        return shift + (point[0] - left) * scale, (point[1] - top) * scale

    canvas = Canvas(name, width, (bottom - top) * scale + 2)
    for shape in shapes.values():
        canvas.outline([_coarse([placed(point) for point in ring]) for ring in shape.rings])
    largest = max((bar.valor or 0 for bar in chart.barras), default=0)
    for bar in sorted(chart.barras, key=lambda bar: -(bar.valor or 0)):
        if bar.codigo in shapes and bar.valor != 0:
            _mark(canvas, bar, placed(shapes[bar.codigo].centre), largest, drawn * _LARGEST_RADIUS, size)
    return canvas.svg(chart.alt)


def _mark(
    canvas: Canvas, bar: Bar, centre: tuple[float, float], largest: float, radius: float, size: float
) -> None:
    x, y = centre
    small = size - 1
    if bar.valor is None:
        canvas.text(x, y + size * 0.33, bar.texto, size=size, weight=SEMIBOLD, anchor="center", color=INK)
        return
    drawn = max(radius * math.sqrt(bar.valor / largest), 1.2)
    canvas.circle(x, y, drawn)
    width = text_width(bar.texto, small, SEMIBOLD)
    if width + 3 < 2 * drawn:
        canvas.text(x, y + small * 0.33, bar.texto, size=small, weight=SEMIBOLD, anchor="center", color=PAPER)
    else:
        canvas.text(x + drawn + 1.5, y + small * 0.33, bar.texto, size=small, weight=SEMIBOLD, color=INK)


def _coarse(ring: Ring) -> Ring:
    """The ring without points that no eye tells apart: to half a point, ends kept."""
    points = [(round(2 * x) / 2, round(2 * y) / 2) for x, y in ring]
    return [point for number, point in enumerate(points) if number == 0 or point != points[number - 1]]


@lru_cache
def _shapes() -> dict[str, Shape]:
    collection = json.loads(_FILE.read_text(encoding="utf-8"))
    return {feature["properties"]["codigo"]: _shape(feature["geometry"]) for feature in collection["features"]}


def _shape(geometry: dict[str, object]) -> Shape:
    coordinates = geometry["coordinates"]
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    rings = [[_projected(*point[:2]) for point in polygon[0]] for polygon in polygons]  # type: ignore[attr-defined]
    return Shape(rings, _centroid(max(rings, key=lambda ring: abs(_area(ring)))))


def _projected(longitude: float, latitude: float) -> tuple[float, float]:
    return longitude * math.cos(_LATITUDE), -latitude


def _area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def _centroid(ring: Ring) -> tuple[float, float]:
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs)
    return x / (6 * _area(ring)), y / (6 * _area(ring))


def _extent(shapes: dict[str, Shape]) -> tuple[float, float, float, float]:
    points = [point for shape in shapes.values() for ring in shape.rings for point in ring]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)
