"""Core rows and loads in force that a test writes itself, and figures read back."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, text

from movilidad.model.periods import Month
from movilidad.sources.contracts import contract_names
from movilidad.statistics.tables import MonthTables, PeriodTables

OCTOBER = Month(2026, 10)
PROGRAMME, RECRUITERS = "programa_trabajo_temporal", "registro_reclutadores"
NOW = datetime(2026, 11, 5, tzinfo=UTC)

PERSON = {
    "sexo": "1",
    "fecha_nacimiento": date(1996, 5, 1),
    "pueblo": "5",
    "comunidad_linguistica": "99",
    "nivel_educativo": "3",
    "municipio_origen": "1301",
    "departamento_origen": "13",
}
DEPARTURE = {
    "empleador_id": "E1",
    "canal": "programa",
    "pais": "USA",
    "subdivision": "ND",
    "tipo_visa": "H-2A",
    "ocupacion": "9211",
    "sector": "0113",
    "fecha_salida": date(2026, 10, 10),
    "salario": 15.0,
    "salario_estado": "ok",
    "moneda": "USD",
    "periodo_pago": "hora",
    "horas_semana": 40.0,
}


def insert(engine: Engine, table: str, rows: Iterable[dict[str, Any]]) -> None:
    rows = list(rows)
    names = sorted(rows[0])
    query = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"
    with engine.begin() as connection:
        connection.execute(text(query), rows)


def deliver(
    engine: Engine, source: str, month: Month, load: str | None = None, since: datetime = NOW
) -> dict[str, str]:
    """A load of a source in force for a month; gives the columns that its core rows carry."""
    load = load or f"carga-{source}-{month}"
    snapshot = f"{source}-{load}"
    insert(
        engine,
        "control.instantaneas",
        [
            {
                "snapshot_id": snapshot,
                "fuente": source,
                "contrato_sha256": "c",
                "filas": "{}",
                "demostracion": True,
                "extraida": NOW,
            }
        ],
    )
    insert(
        engine,
        "control.cargas",
        [{"carga_id": load, "snapshot_id": snapshot, "reglas_sha256": "r", "filas": "{}", "cargada": NOW}],
    )
    insert(
        engine,
        "control.vigencias",
        [{"fuente": source, "periodo": str(month), "carga_id": load, "desde": since}],
    )
    return {"carga_id": load, "snapshot_id": snapshot}


def deliver_all(engine: Engine, month: Month) -> dict[str, dict[str, str]]:
    return {source: deliver(engine, source, month) for source in contract_names()}


def add_departures(
    engine: Engine,
    origin: dict[str, str],
    departures: list[dict[str, Any]],
    persons: dict[str, dict[str, Any]] | None = None,
) -> None:
    """Departures with their persons; what is not given is ordinary."""
    known = {row["persona_id"]: {} for row in departures} | (persons or {})
    insert(
        engine,
        "nucleo.personas",
        [{**PERSON, **body, **origin, "persona_id": person} for person, body in known.items()],
    )
    insert(
        engine,
        "nucleo.colocaciones",
        [{**DEPARTURE, "colocacion_id": f"C{n}", **row, **origin} for n, row in enumerate(departures)],
    )


def add_rates(engine: Engine, origins: dict[str, dict[str, str]], month: Month = OCTOBER) -> None:
    insert(
        engine,
        "nucleo.tipos_cambio_diarios",
        [
            {
                **origins["tipo_cambio_banguat"],
                "fecha": date(month.year, month.month, day),
                "moneda": "GTQ",
                "compra": 7.5,
                "venta": sale,
            }
            for day, sale in ((1, 7.7), (2, 7.9))
        ],
    )
    insert(
        engine,
        "nucleo.tipos_cambio",
        [
            {**origins["tipo_cambio"], "periodo": when, "moneda": currency, "unidades_por_usd": rate}
            for when, currency, rate in (
                *(("2026-05", "CAD", 9.0), ("2026-06", "CAD", 1.4), ("2026-11", "CAD", 99.0)),
                *(("2026-10", "EUR", 0.8), ("2025-09", "MXN", 18.0)),
            )
        ],
    )


def cells(tables: MonthTables | PeriodTables, name: str, indicator: str) -> dict[Any, int]:
    frame = tables.cuadros[name]
    frame = frame[frame["indicador"] == indicator]
    dimensions = list(frame.columns[: frame.columns.get_loc("indicador")])
    keys = frame[dimensions].itertuples(index=False, name=None)
    return {key[0] if len(key) == 1 else key: value for key, value in zip(keys, frame["valor"], strict=True)}


def headline(tables: MonthTables, name: str) -> float:
    return tables.resumen.set_index("indicador")["valor"][name]
