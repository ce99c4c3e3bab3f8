"""A blank drawing in points, top left the origin, made with matplotlib and read back as small, equal SVG."""

import io
import re
from typing import Any
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import fromstring

from movilidad.reports.fonts import REGULAR, SANS, font_file

INK, SOFT, BAR, PALE, PAPER = "#1b2430", "#5a6472", "#1f5673", "#d9e0e6", "#fffffe"

_SVG = "http://www.w3.org/2000/svg"
_PREFIXES = {_SVG: "", "http://www.w3.org/1999/xlink": "xlink:", "http://www.w3.org/XML/1998/namespace": "xml:"}
_NUMBERED = re.compile(r"[a-z0-9]+_\d+")  # names that would repeat from drawing to drawing


class Canvas:
    """Draws rectangles, lines, outlines and text; ``svg`` gives the result.

    Equal drawings give equal text: identifiers come from the drawing's name, and no date is written.

    Args:
        name: distinguishes the identifiers of several drawings on one page.
        width, height: in points.
    """

    def __init__(self, name: str, width: float, height: float) -> None:
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        self._name, self._width, self._height = name, width, height
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        figure.patch.set_visible(False)
        self._axes = figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._figure = figure

    def bar(self, x: float, y: float, width: float, height: float, style: str = "solid") -> None:
        """A bar: ``solid``, ``hatched`` (several together), ``open`` (not stated), ``pale`` (a range)."""
        from matplotlib.patches import Rectangle

        looks: dict[str, dict[str, Any]] = {
            "solid": {"facecolor": BAR, "edgecolor": "none"},
            "hatched": {"facecolor": PAPER, "edgecolor": BAR, "hatch": "/////", "linewidth": 0.7},
            "open": {"facecolor": PAPER, "edgecolor": BAR, "linewidth": 0.9},
            "pale": {"facecolor": PALE, "edgecolor": SOFT, "linewidth": 0.5},
        }
        self._axes.add_patch(Rectangle((x, y), width, height, clip_on=False, **looks[style]))

    def line(self, x1: float, y1: float, x2: float, y2: float, *, width: float = 0.75, color: str = SOFT) -> None:
        """A straight line."""
        from matplotlib.lines import Line2D

        self._axes.add_line(
            Line2D([x1, x2], [y1, y2], linewidth=width, color=color, solid_capstyle="butt", clip_on=False)
        )

    def outline(self, rings: list[list[tuple[float, float]]]) -> None:
        """A closed shape of one or more rings, as land on a map."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        path = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
        self._axes.add_patch(PathPatch(path, facecolor=PALE, edgecolor=PAPER, linewidth=0.8, clip_on=False))

    def circle(self, x: float, y: float, radius: float) -> None:
        """A filled circle."""
        from matplotlib.patches import Circle

        self._axes.add_patch(Circle((x, y), radius, facecolor=BAR, edgecolor=PAPER, linewidth=0.8, clip_on=False))

    def text(
        self,
        x: float,
        y: float,
        content: str,
        *,
        size: float = 9,
        weight: int = REGULAR,
        anchor: str = "left",
        color: str = INK,
    ) -> None:
        """One line of text on the baseline ``y``."""
        from matplotlib.font_manager import FontProperties

        font = FontProperties(fname=str(font_file(SANS, weight)), size=size, weight=weight)
        self._axes.text(
            x,
            y,
            content,
            fontproperties=font,
            color=color,
            ha=anchor,
            va="baseline",
            parse_math=False,
            clip_on=False,
        )

    def svg(self, title: str) -> str:
        """The drawing as an ``svg`` element, ``title`` its first child; it refers to nothing outside."""
        import matplotlib

        buffer = io.StringIO()
        rules: dict[Any, Any] = {
            "svg.fonttype": "none",
            "svg.hashsalt": self._name,
            "path.simplify": False,
            "hatch.linewidth": 0.9,
        }
        with matplotlib.rc_context(rules):
            nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            self._figure.savefig(buffer, format="svg", metadata=nothing)
        root = fromstring(buffer.getvalue(), forbid_dtd=False)
        return self._tidied(root, title)

    def _tidied(self, root: Element, title: str) -> str:
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style") or _is_empty(child):
                    parent.remove(child)
        for element in root.iter():
            _plain(element)
            _name_plainly(element)
        root.attrib.clear()
        root.set("xmlns", _SVG)
        root.set("xmlns:xlink", "http://www.w3.org/1999/xlink")
        root.set("viewBox", f"0 0 {self._width:g} {self._height:g}")
        root.set("width", f"{self._width:g}")
        root.set("height", f"{self._height:g}")
        root.set("role", "img")
        root.set("class", "grafico")
        heading = Element("title")
        heading.text = title
        root.insert(0, heading)
        return tostring(root, encoding="unicode")


def text_width(content: str, size: float, weight: int = REGULAR) -> float:
    """Width of a line of text in points, by the font's own metrics."""
    from matplotlib.font_manager import get_font

    font = get_font(str(font_file(SANS, weight)))
    font.set_size(size, 72)
    font.set_text(content, 0.0)
    return float(font.get_width_height()[0]) / 64


def wrapped(content: str, width: float, size: float, lines: int = 3) -> list[str]:
    """The text in lines no wider than ``width`` points; what does not fit into ``lines`` ends in an ellipsis."""
    result = [""]
    for word in content.split():
        longer = f"{result[-1]} {word}".strip()
        if result[-1] and text_width(longer, size) > width:
            result.append(word)
        else:
            result[-1] = longer
    if len(result) > lines:
        result = [*result[: lines - 1], f"{result[lines - 1]} …"]
    return [_cut(line, width, size) for line in result]


def _cut(line: str, width: float, size: float) -> str:
    if text_width(line, size) <= width:
        return line
    while len(line) > 1 and text_width(f"{line}…", size) > width:
        line = line[:-1]
    return f"{line}…"


def _is_empty(element: Element) -> bool:
    return element.tag == f"{{{_SVG}}}defs" and len(element) == 0


def _name_plainly(element: Element) -> None:
    """Names with fixed prefixes: the registry of prefixes is global, and other libraries write into it."""
    element.tag = _with_prefix(element.tag)
    for name in list(element.attrib):
        element.set(_with_prefix(name), element.attrib.pop(name))


def _with_prefix(name: str) -> str:
    namespace, _, local = name.removeprefix("{").rpartition("}")
    return f"{_PREFIXES[namespace]}{local}" if namespace else local


def _plain(element: Element) -> None:
    """Styles as attributes, which both browsers and WeasyPrint read, and the font by its name."""
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name:
            element.set(name, SANS if name == "font-family" else value)
    if element.tag == f"{{{_SVG}}}text":
        element.attrib.pop("transform", None)  # matplotlib turns every text by zero degrees
    if _NUMBERED.fullmatch(element.get("id", "")):
        del element.attrib["id"]
