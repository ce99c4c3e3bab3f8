"""What the quality control found, as the desk tells it to whoever looks."""

from collections.abc import Iterable
from dataclasses import dataclass

from movilidad.alerts.desk_pages import source_page
from movilidad.alerts.message import period_label
from movilidad.desk.viewer import Viewer
from movilidad.publishing.signoff_summary import rounded
from movilidad.quality.findings import CORE, EVALUATION, TABLES, OpenFinding
from movilidad.quality.findings.titles import title_of_examined

_SEVERITIES = {"critical": "Detiene", "warning": "Pide decisión", "info": "Se anota"}


@dataclass(frozen=True)
class Found:
    """One finding: its figures rounded and without record keys, unless the viewer acts.

    Attributes:
        asunto: what an accepted exception would name.
        tabla: before and after: what, figure.
    """

    gravedad: str
    grave: bool
    fuente: str
    pagina: str
    periodo: str
    desde: str
    que: str
    cuanto: str
    que_hacer: str
    asunto: str
    tabla: tuple[tuple[str, str], ...]
    claves: tuple[str, ...]


def told(findings: Iterable[OpenFinding], viewer: Viewer) -> list[Found]:
    """The findings for a viewer, in their order."""
    return [_found(each, viewer) for each in findings]


def _found(each: OpenFinding, viewer: Viewer) -> Found:
    finding = each.hallazgo

    def figure(text: str) -> str:
        return text if viewer.actua else rounded(text)

    return Found(
        gravedad=_SEVERITIES[finding.gravedad],
        grave=finding.gravedad != "info",
        fuente=title_of_examined(each.fuente),
        pagina="" if each.fuente in {CORE, TABLES, EVALUATION} else source_page(each.fuente),
        periodo=period_label(each.periodo),
        desde=period_label(each.desde) if each.desde != each.periodo else "",
        que=finding.que,
        cuanto=figure(finding.cuanto),
        que_hacer=finding.que_hacer,
        asunto=finding.asunto,
        tabla=tuple((what, figure(value)) for what, value in finding.antes_despues),
        claves=finding.claves if viewer.actua else (),
    )
