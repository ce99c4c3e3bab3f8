"""Where the release desk tells of what an alert is about: its pages, and their addresses within Airflow's own.

The desk (``movilidad.desk``) answers at these paths; whoever writes a message only needs to know them.
"""

from dataclasses import replace
from urllib.parse import quote, urlsplit

from movilidad.alerts.notice import Link, Notice

ROOT = "mesa"  # where Airflow's server has the desk, and its name among Airflow's own pages
INCIDENTS = "incidentes"

_OF_RELEASES = {"publicacion_en_riesgo", "publicacion_atrasada"}
_OF_SOURCES = {"fuente_no_responde", "revision_detenida", "fuente_sin_entregar"}
_OF_ALERTS = {"aviso_fallido"}


def release_page(publicacion_id: str) -> str:
    """Of a release (``mensual/2026-10/r1``) or of its period (``mensual/2026-10``)."""
    return f"publicacion/{quote(publicacion_id)}"


def source_page(fuente: str) -> str:
    """Of the records of a source."""
    return f"fuente/{quote(fuente)}"


def platform_page(fuente: str) -> str:
    """Of how a source answers."""
    return f"plataforma/{quote(fuente)}"


def incident_page(incident: int) -> str:
    """Of an incident and its messages."""
    return f"incidente/{incident}"


def within_airflow(airflow: str, page: str = "") -> str:
    """The address at which Airflow shows a page of the desk beside its menu.

    Args:
        airflow: address of Airflow's pages, without a slash at its end.
    """
    # Airflow repeats there the whole path at which its server has the page
    path = "/".join(part for part in (urlsplit(airflow).path.strip("/"), ROOT, page) if part)
    return f"{airflow}/plugin/{ROOT}/{path}"


def with_desk(notice: Notice, airflow: str) -> Notice:
    """The notice with a link to the desk's page of what it is about before its own links.

    Args:
        airflow: address of Airflow's pages; without it nothing is added.
    """
    series = notice.series[0] if notice.series else ""
    text, page = page_about(notice.kind, notice.subject, source=notice.source, series=series, period=notice.period)
    if not airflow or not page:
        return notice
    return replace(notice, links=(Link(text, within_airflow(airflow, page)), *notice.links))


def is_of_desk(link: Link) -> bool:
    """Whether a link leads to the desk."""
    return f"/plugin/{ROOT}/" in link.direccion


def page_about(kind: str, subject: str, *, source: str, series: str, period: str) -> tuple[str, str]:
    """What a link says, and the page of what an incident is about; no page where the desk has none."""
    if kind == "plataforma_degradada":
        return "Ver la plataforma en la mesa", platform_page(subject)
    if kind == "visto_bueno_pendiente":
        return "Ver la publicación en la mesa", release_page(subject)
    if kind in _OF_SOURCES or (source and kind not in _OF_RELEASES):
        return "Ver la fuente en la mesa", source_page(source or subject)
    if series and period:
        return "Ver la publicación en la mesa", release_page(f"{series}/{period}")
    return ("Ver los avisos en la mesa", INCIDENTS) if kind in _OF_ALERTS else ("", "")
