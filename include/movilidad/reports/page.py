"""The report as one HTML page: everything inside, no script, nothing fetched from anywhere."""

from movilidad.reports.canvas import BAR, INK, PALE, PAPER, SOFT
from movilidad.reports.charts import NARROW, WIDE, Format, draw
from movilidad.reports.elements import Chart, Report
from movilidad.reports.fonts import faces_for_pages
from movilidad.reports.rendering import fill

# colours of the drawing → colours of the page, which change with light and dark
_COLOURS = {INK: "tinta", SOFT: "suave", BAR: "barra", PALE: "palido", PAPER: "papel"}


def render_html(report: Report) -> str:
    """The page. Equal reports give equal text."""
    return fill("pagina.html.j2", report, _drawn, impreso=False, fuentes=faces_for_pages())


def _drawn(chart: Chart) -> str:
    """The chart twice, of which the style shows the one that suits the screen's width."""
    return "".join(_themed(draw(chart, form), form) for form in (WIDE, NARROW))


def _themed(svg: str, form: Format) -> str:
    for colour, name in _COLOURS.items():
        svg = svg.replace(f'"{colour}"', f'"var(--{name})"')
    return svg.replace('class="grafico"', f'class="grafico {form.name}"', 1)
