"""The evidence of an evaluation, kept: table ``control.evidencias_plataforma``.

Looks are added, incidents end, deliveries are examined again; what an evaluation was made of must stay. So all
that the warehouse knew of a platform and a month is kept under the hash of its content, and read from there.

The name is public and the counts are not. So a secret is hashed with them: who knows everything but one of them
would otherwise find it by trying.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from movilidad.model.errors import DataError
from movilidad.model.periods import Month
from movilidad.monitoring.counts import Place
from movilidad.monitoring.evaluation import DriftEvent, Evaluation, Service
from movilidad.monitoring.incidents import Incident
from movilidad.quality.findings.timeliness import Delivery
from movilidad.sources.contracts import load_contract

_SALT = "sal"


def keep(connection: Connection, found: Evaluation) -> str:
    """Keep an evaluation and give its evidence's name; the same again is the same."""
    plain = as_dict(found)
    if before := _kept(connection, found, _text(plain)):
        return before
    content = _text({**plain, _SALT: secrets.token_hex(16)})
    name = _name(found.fuente, content)
    connection.execute(
        text(
            "INSERT INTO control.evidencias_plataforma (evidencia_id, fuente, periodo, contenido, reunida)"
            " VALUES (:name, :fuente, :periodo, CAST(:content AS jsonb), now())"
        ),
        {"name": name, "fuente": found.fuente, "periodo": str(found.mes), "content": content},
    )
    return name


def _kept(connection: Connection, found: Evaluation, plain: str) -> str:
    """The name under which the very same was kept before; empty if it was not."""
    query = text(
        "SELECT evidencia_id, contenido FROM control.evidencias_plataforma"
        " WHERE fuente = :fuente AND periodo = :periodo ORDER BY reunida, evidencia_id"
    )
    rows = connection.execute(query, {"fuente": found.fuente, "periodo": str(found.mes)})
    same = (name for name, content in rows if _text(_without_salt(content)) == plain)
    return next(same, "")


def known(connection: Connection, names: list[str]) -> set[str]:
    """Those of the names that this warehouse has evidence of."""
    query = text("SELECT evidencia_id FROM control.evidencias_plataforma WHERE evidencia_id = ANY(:names)")
    return set(connection.execute(query, {"names": names}).scalars())


def read(connection: Connection, name: str) -> Evaluation:
    """The evaluation of this evidence; a DataError if it is not there or was changed."""
    query = text("SELECT contenido FROM control.evidencias_plataforma WHERE evidencia_id = :name")
    content = connection.execute(query, {"name": name}).scalar()
    if content is None or _name(content["fuente"], _text(content)) != name:
        raise DataError(
            "falta la evidencia de la evaluación, o alguien la cambió",
            place=name,
            remedy="use la bodega con que se hizo, o restitúyala desde una copia",
        )
    return from_dict(content)


def as_dict(found: Evaluation) -> dict[str, Any]:
    """Plain values; counts as a list of places with their number."""
    return {
        "fuente": found.fuente,
        "mes": str(found.mes),
        "servicio": asdict(found.servicio),
        "incidentes": [
            {**asdict(each), "desde": _written(each.desde), "hasta": _written(each.hasta)}
            for each in found.incidentes
        ],
        "entrega": {name: _written(moment) for name, moment in asdict(found.entrega).items()},
        "conteos": [[*place, count] for place, count in found.conteos.items()],
        "deriva": [{**asdict(each), "encontrado": _written(each.encontrado)} for each in found.deriva],
        "demostracion": found.demostracion,
    }


def from_dict(content: Mapping[str, Any]) -> Evaluation:
    """What ``as_dict`` gave."""
    return Evaluation(
        contrato=load_contract(content["fuente"]),
        mes=Month.parse(content["mes"]),
        servicio=Service(**content["servicio"]),
        incidentes=tuple(
            Incident(**{**each, "desde": _moment(each["desde"]), "hasta": _moment(each["hasta"])})
            for each in content["incidentes"]
        ),
        entrega=Delivery(**{name: _moment(moment) for name, moment in content["entrega"].items()}),
        conteos={Place(*place): count for *place, count in content["conteos"]},
        deriva=tuple(
            DriftEvent(**{**each, "encontrado": _moment(each["encontrado"])}) for each in content["deriva"]
        ),
        demostracion=content["demostracion"],
    )


def _without_salt(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != _SALT}


def _name(fuente: str, content: str) -> str:
    return f"{fuente}-evidencia-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _moment(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None
