"""The desk's first page: what waits for a person, the calendar, and in a line each how the rest is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from movilidad.alerts.words import listed
from movilidad.desk.agenda import Appointment, agenda
from movilidad.desk.airflow import Airflow
from movilidad.desk.matters import Matter, matters
from movilidad.desk.platforms import PlatformRow, all_platforms
from movilidad.desk.sources import SourceRow, all_sources
from movilidad.desk.viewer import Viewer
from movilidad.reports.numbers import number

_NEAR = 4  # appointments ahead that are shown at once
_PAST = 3
_NAMED = 4


@dataclass(frozen=True)
class Line:
    """One line about many things; ``bien`` if there is nothing to see."""

    texto: str
    bien: bool


@dataclass(frozen=True)
class Today:
    """What the page shows; ``lejanas`` are the appointments after the near ones."""

    asuntos: tuple[Matter, ...]
    cercanas: tuple[Appointment, ...]
    lejanas: tuple[Appointment, ...]
    fuentes: Line
    plataformas: Line


def today(connection: Connection, airflow: Airflow, viewer: Viewer, now: datetime) -> Today:
    """Everything at a glance."""
    dates = agenda(connection, now)
    past, coming = [each for each in dates if each.momento <= now], [each for each in dates if each.momento > now]
    return Today(
        asuntos=tuple(matters(connection, airflow, now)),
        cercanas=(*past[-_PAST:], *coming[:_NEAR]),
        lejanas=tuple(coming[_NEAR:]),
        fuentes=_sources(all_sources(connection, viewer, now)),
        plataformas=_platforms(all_platforms(connection, now)),
    )


def _sources(rows: Sequence[SourceRow]) -> Line:
    odd = [row for row in rows if row.estado.waits]
    if odd:
        return Line(f"{_how_many(odd)}: {listed([row.titulo for row in odd], _NAMED)}.", bien=False)
    known = [row for row in rows if row.mes]
    if not known:
        return Line("Todavía no se ha revisado ninguna fuente.", bien=True)
    return Line(f"{_counted(len(known), 'fuente')} al día y sin avisos.", bien=True)


def _platforms(rows: Sequence[PlatformRow]) -> Line:
    odd = [row for row in rows if row.estado.waits]
    if odd:
        told = [f"{row.titulo} ({row.estado.texto.lower()})" for row in odd]
        return Line(f"{_how_many(odd)}: {listed(told, _NAMED)}.", bien=False)
    answering = [row for row in rows if row.estado.tono == "bien"]
    if not answering:
        return Line("Todavía no hay mediciones.", bien=True)
    verb = "responde" if len(answering) == 1 else "responden"
    return Line(f"{_counted(len(answering), 'plataforma')} {verb} como de costumbre.", bien=True)


def _counted(count: int, name: str) -> str:
    return f"{number(count)} {name}{'' if count == 1 else 's'}"


def _how_many(odd: Sequence[object]) -> str:
    return "Una pide atención" if len(odd) == 1 else f"{number(len(odd))} piden atención"
