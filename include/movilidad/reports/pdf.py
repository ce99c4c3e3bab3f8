"""The report as an accessible PDF (PDF/UA-1 tags) by WeasyPrint; equal reports give equal bytes.

Only files shipped with the project are read: the fonts of the system are out of reach, and so is the network.
"""

import base64
import gc
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from markupsafe import escape

from movilidad.model.errors import DataError
from movilidad.reports.charts import WIDE, draw
from movilidad.reports.elements import Chart, Report
from movilidad.reports.fonts import FOLDER, faces_for_print, glyphs
from movilidad.reports.language import written_in
from movilidad.reports.rendering import fill, fill_drawing
from movilidad.reports.wording import load_wording

_REPLACEMENT = "\N{WHITE SQUARE}"
_HARMLESS = "Using fontTools instead of HarfBuzz-Subset"  # the bytes are the same thanks to SOURCE_DATE_EPOCH
_LONGEST = 300  # of a complaint: it may quote a whole picture
_environment_lock = Lock()


def render_pdf(report: Report) -> bytes:
    """The PDF.

    Raises:
        DataError: WeasyPrint complained (a missing alternative text, font or image): such a PDF is not shown.
    """
    # looks for fonts when first imported, which must not see the settings below
    from weasyprint.urls import FatalURLFetchingError

    html = _printable(print_html(report))
    settings = {"SOURCE_DATE_EPOCH": str(report.epoca), "FONTCONFIG_FILE": str(FOLDER / "fonts.conf")}
    with _environment(settings), _complaints() as complaints, _uncollected():
        try:
            document = _weasy_html(html).render(font_config=_font_config())
            _require_none(complaints, report)  # drawing without a font would end the process
            content: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=_identifier(report))
        except FatalURLFetchingError as error:  # not an Exception: nobody else would catch it
            _require_none([str(error.__cause__ or error)], report)
            raise
        _require_none(complaints, report)
    return content


def print_html(report: Report) -> str:
    """The HTML that is set as PDF."""
    watermark = fill_drawing("agua.svg.j2", aviso=report.aviso)
    with written_in(report.idioma):
        words = load_wording().frases
    return fill(
        "impreso.html.j2",
        report,
        _drawn,
        impreso=True,
        fuentes=faces_for_print(),
        agua=_data_uri(watermark),
        aviso=_css_text(report.aviso),
        estado=_css_text(report.estado),
        cabeza=_css_text(report.titulo_completo),
        pie=_css_text(f"{words['publicacion']} {report.publicacion_id} · {report.fecha}"),
        pagina=_counters(words["pagina_de"]),
    )


def _counters(pattern: str) -> str:
    """``Página {pagina} de {paginas}`` as CSS content."""
    parts = pattern.replace("{paginas}", "\0pages\0").replace("{pagina}", "\0page\0").split("\0")
    return " ".join(f"counter({part})" if part in ("page", "pages") else f'"{_css_text(part)}"' for part in parts)


def _require_none(complaints: list[str], report: Report) -> None:
    if complaints:
        raise DataError(
            f"el PDF no se puede hacer bien: {complaints[0][:_LONGEST]}",
            place=f"informe {report.publicacion_id}",
            remedy="corrija la plantilla, la fuente tipográfica o el gráfico que se nombra",
        )


def _drawn(chart: Chart) -> str:
    return f'<img src="{_data_uri(draw(chart, WIDE))}" alt="{escape(chart.alt)}">'


def _data_uri(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


def _css_text(text: str) -> str:
    """Text for a CSS string: all but letters, digits and blanks as escapes, so that nothing ends the string."""
    return "".join(char if char.isalnum() or char == " " else f"\\{ord(char):06x} " for char in text)


def _printable(html: str) -> str:
    """Characters that the shipped font lacks become □: better than a font that only some machine has."""
    missing = {ord(char) for char in set(html)} - glyphs() - {ord("\n"), ord("\t")}
    return html.translate(dict.fromkeys(missing, _REPLACEMENT))


def _identifier(report: Report) -> bytes:
    return f"{report.publicacion_id} {report.programa}".encode()


def _weasy_html(html: str) -> Any:
    from weasyprint import HTML

    return HTML(string=html, base_url=FOLDER.as_uri() + "/", url_fetcher=_fetcher())


def _font_config() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class PackagedFiles(URLFetcher):  # type: ignore[misc]
        """Gives data within the document and files of the fonts' folder, nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("file:") and not _is_packaged(url):
                raise FatalURLFetchingError("the report may read packaged files only")
            return super().fetch(url, headers)

    return PackagedFiles(allowed_protocols=("data", "file"), allow_redirects=False, fail_on_errors=True)


def _is_packaged(url: str) -> bool:
    from urllib.parse import unquote, urlsplit

    return Path(unquote(urlsplit(url).path)).resolve().parent == FOLDER.resolve()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Environment variables that libraries read, for the time of one rendering."""
    with _environment_lock:
        before = {name: os.environ.get(name) for name in values}
        os.environ.update(values)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: a tenth of the time, and all boxes of a report are in use."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What WeasyPrint logs as a warning or an error meanwhile."""
    from weasyprint import LOGGER

    found: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if not record.getMessage().startswith(_HARMLESS):
                found.append(record.getMessage())

    handler = Collector(logging.WARNING)
    LOGGER.addHandler(handler)
    try:
        yield found
    finally:
        LOGGER.removeHandler(handler)
