"""Filling the templates of ``include/templates/informe``; one body serves page and print."""

from collections.abc import Callable
from typing import Any

from jinja2 import Environment

from movilidad.model.templates import templates
from movilidad.reports import language
from movilidad.reports.elements import Chart, Report
from movilidad.reports.wording import say

NO_BREAK = "\N{NO-BREAK SPACE}"
_SHORT = 5  # words

# anchor → phrase of its name
_PARTS = {
    "cobertura": "cobertura",
    "calidad": "calidad",
    "cambios": "cambios",
    "fuentes": "fuentes",
    "simbolos": "simbolos",
    "glosario": "glosario",
    "cita": "cita_titulo",
}


def fill(template: str, report: Report, draw: Callable[[Chart], str], **values: Any) -> str:
    """The report as HTML.

    Args:
        template: name of the frame around the body.
        draw: markup of a chart, for the medium at hand.
        values: what only this frame needs. Texts are escaped; the frames mark what is markup or style already.
    """
    absent = {"cambios": not report.revisada, "calidad": report.calidad is None}
    with language.written_in(report.idioma) as written:
        parts = [(anchor, say(name)) for anchor, name in _PARTS.items() if not absent.get(anchor)]
        others = [language.language(code) for code in report.ediciones if code != report.idioma]
        return (
            _environment()
            .get_template(template)
            .render(
                informe=report, apartados=parts, dibujo=draw, frase=say, idioma=written, otras=others, **values
            )
        )


def fill_drawing(template: str, **values: Any) -> str:
    """A drawing that is a template."""
    return _environment().get_template(template).render(**values)


def _environment() -> Environment:
    environment = templates("informe")
    environment.filters["mayuscula"] = lambda text: text[:1].upper() + text[1:]
    environment.filters["unidas"] = _last_words_together
    environment.filters["minuscula"] = lambda text: text[:1].lower() + text[1:]
    return environment


def _last_words_together(text: str) -> str:
    """The heading with its last words on one line (after a colon, or three): print does not balance lines."""
    before, colon, after = text.rpartition(": ")
    if colon and after.count(" ") < _SHORT:
        return f"{before}{colon}{after.replace(' ', NO_BREAK)}"
    head, *tail = text.rsplit(" ", 2) if text.count(" ") > _SHORT else [text]
    return NO_BREAK.join([head, *tail])
