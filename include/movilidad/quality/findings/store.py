"""Findings in the warehouse, table ``control.hallazgos``: found, found no more, open."""

import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, text

from movilidad.model.errors import UsageError
from movilidad.model.periods import Month, Period
from movilidad.quality.exceptions import in_force
from movilidad.quality.findings.finding import Finding, OpenFinding

_FIELDS = "asunto, gravedad, que, cuanto, que_hacer, antes_despues, claves"


def keep(
    connection: Connection, fuente: str, periodo: str, findings: Iterable[Finding], kinds: Collection[str]
) -> None:
    """What the checks ``kinds`` (first part of a subject) found now: others of theirs are resolved, new ones kept.

    Args:
        findings: at most one per subject.
    """
    found = {each.asunto: each for each in findings}
    key = {"fuente": fuente, "periodo": periodo}
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"hallazgos:{fuente}/{periodo}"}
    )
    connection.execute(
        text(
            "UPDATE control.hallazgos SET resuelto = now() WHERE fuente = :fuente AND periodo = :periodo"
            " AND resuelto IS NULL AND split_part(asunto, '/', 1) = ANY(:kinds) AND NOT asunto = ANY(:found)"
        ),
        {**key, "kinds": list(kinds), "found": list(found)},
    )
    for each in found.values():
        connection.execute(
            text(
                f"INSERT INTO control.hallazgos (fuente, periodo, {_FIELDS}, encontrado)"
                " VALUES (:fuente, :periodo, :asunto, :gravedad, :que, :cuanto, :que_hacer,"
                " CAST(:antes_despues AS jsonb), CAST(:claves AS jsonb), now())"
                " ON CONFLICT (fuente, periodo, asunto) WHERE resuelto IS NULL"
                " DO UPDATE SET gravedad = excluded.gravedad, que = excluded.que, cuanto = excluded.cuanto,"
                " que_hacer = excluded.que_hacer, antes_despues = excluded.antes_despues, claves = excluded.claves"
            ),
            {**key, **_as_row(each)},
        )


def open_findings(
    connection: Connection, periods: Collection[str], severities: Collection[str], sources: Collection[str] | None
) -> list[OpenFinding]:
    """What is neither resolved nor accepted, the gravest first.

    Args:
        sources: of what is examined under these names only; of all, if None.
    """
    rows = connection.execute(
        text(
            f"SELECT fuente, periodo, encontrado, {_FIELDS} FROM control.hallazgos"
            " WHERE resuelto IS NULL AND periodo = ANY(:periods) AND gravedad = ANY(:severities)"
            " ORDER BY gravedad = 'info', gravedad = 'warning', periodo, fuente, asunto"
        ),
        {"periods": list(periods), "severities": list(severities)},
    ).mappings()
    found = [row for row in rows if sources is None or row["fuente"] in sources]
    accepted = {
        (fuente, periodo): in_force(connection, fuente, periodo).subjects()
        for fuente, periodo in {(row["fuente"], row["periodo"]) for row in found}
    }
    return [
        OpenFinding(
            row["fuente"],
            row["periodo"],
            _as_finding(row),
            _since(connection, row["fuente"], row["periodo"], row["asunto"]),
            row["encontrado"],
        )
        for row in found
        if row["asunto"] not in accepted[row["fuente"], row["periodo"]]
    ]


def _since(connection: Connection, fuente: str, periodo: str, asunto: str) -> str:
    """The first of the months without a gap, up to ``periodo``, in which the same was found."""
    try:
        month = Month.parse(periodo)
    except UsageError:
        return str(Period.parse(periodo))
    rows = connection.execute(
        text("SELECT DISTINCT periodo FROM control.hallazgos WHERE fuente = :fuente AND asunto = :asunto"),
        {"fuente": fuente, "asunto": asunto},
    )
    months = {row[0] for row in rows}
    while str(month.plus(-1)) in months:
        month = month.plus(-1)
    return str(month)


def _as_row(finding: Finding) -> dict[str, Any]:
    return {
        **vars(finding),
        "antes_despues": json.dumps(finding.antes_despues, ensure_ascii=False),
        "claves": json.dumps(finding.claves, ensure_ascii=False),
    }


def _as_finding(row: Any) -> Finding:
    return Finding(
        asunto=row["asunto"],
        gravedad=row["gravedad"],
        que=row["que"],
        cuanto=row["cuanto"],
        que_hacer=row["que_hacer"],
        antes_despues=tuple((str(what), str(figure)) for what, figure in row["antes_despues"]),
        claves=tuple(row["claves"]),
    )
