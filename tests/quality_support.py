"""A month of the programme and of the exchange rates, as snapshots that a test changes and judges."""

import pandas as pd
from sqlalchemy import Engine, text

from movilidad.model.periods import Month
from movilidad.quality.admission import admit
from movilidad.quality.gate import check
from movilidad.store import snapshots

MONTH = Month(2026, 10)

Frames = dict[str, pd.DataFrame]


def programme(size: int = 60) -> Frames:
    """A clean month: ``size`` persons, each with an application and a departure, and one employer."""
    people = pd.DataFrame(
        {
            "registro_persona": [f"A{row:03}" for row in range(size)],
            "persona_id": [f"{row:032x}" for row in range(size)],
            "persona_id_estado": "ok",
            "sexo": ["Mujer", "M"] * (size // 2),
            "fecha_nacimiento": "1990-05-20",
            "pueblo": "maya",
            "comunidad_linguistica": "Q’eqchi’",
            "nivel_educativo": "Primaria completa",
            "departamento_texto": "Alta Verapaz",
            "municipio_origen": "coban",
        }
    )
    applications = pd.DataFrame(
        {
            "solicitud_id": [f"S{row:03}" for row in range(size)],
            "persona_id": people["persona_id"],
            "persona_id_estado": "ok",
            "fecha": "2026-10-05T15:00:00+00:00",
            "canal_registro": "Internet",
            "pais_interes": "EE. UU.",
            "ocupacion": "45-2092.00",
            "etapa": "6",
            "fecha_etapa": "2026-10-20T15:00:00+00:00",
        }
    )
    employers = pd.DataFrame(
        {"empleador_id": ["E1"], "pais": ["USA"], "subdivision": ["US-GA"], "sector": ["111219"]}
    )
    departures = pd.DataFrame(
        {
            "colocacion_id": [f"C{row:03}" for row in range(size)],
            "contrato_id": [f"K{row:03}" for row in range(size)],
            "persona_id": people["persona_id"],
            "persona_id_estado": "ok",
            "empleador_id": "E1",
            "pais": "estados unidos",
            "subdivision": "US-GA",
            "tipo_visa": "H2A",
            "ocupacion": "45-2092",
            "sector": "111219",
            "fecha_inicio": "2026-10-12",
            "fecha_fin": "2027-04-30",
            "fecha_salida": "2026-10-10",
            "fecha_retorno": None,
            "recontratado": "false",
            "salario": "14.68",
            "moneda": "USD",
            "periodo_pago": "Hour",
            "horas_semana": "40",
        }
    )
    return {"personas": people, "solicitudes": applications, "empleadores": employers, "colocaciones": departures}


# a departure that a recruiter reports
TRABAJADORES = {
    "colocacion_id": "T1",
    "reclutador_id": "R1",
    "empleador_id": "X1",
    "persona_id": "a" * 32,
    "persona_id_estado": "ok",
    "sexo": "F",
    "fecha_nacimiento": "20-05-1990",
    "pueblo": "Ladino",
    "comunidad_linguistica": "No aplica",
    "departamento_texto": "San Marcos",
    "municipio_origen": "La Democracia",  # one of Escuintla and one of Huehuetenango, none of San Marcos
    "pais": "MEX",
    "tipo_visa": "TVTF",
    "ocupacion": "9211",
    "fecha_salida": "03-10-2026",
    "fecha_inicio": "05-10-2026",
    "fecha_fin": "05-04-2027",
    "salario": "350",
    "moneda": "MXN",
    "periodo_pago": "Jornada",
    "horas_semana": "48",
}


def recruiters() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "reclutador_id": ["R1", "R2"],
            "nombre": ["Cosechas del Sur", "Manos del Norte"],
            "nit": ["576937-K", "8977112-0"],
            "autorizacion": ["2026-001", None],
            "fecha_solicitud": "2026-01-05",
            "fecha_resolucion": "2026-01-12",
            "vigente_desde": "2026-01-15",
            "vigente_hasta": "2029-01-14",
            "paises": "MEX|USA",
        }
    )


def stored(frames: Frames, fuente: str = "programa_trabajo_temporal") -> str:
    return snapshots.save(fuente, frames, contrato_sha256="", demostracion=True)


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def quarantine(engine: Engine) -> set[tuple[object, ...]]:
    return set(rows(engine, "SELECT conjunto, clave, campo FROM control.cuarentena"))


def ingested(frames: Frames, month: Month = MONTH, fuente: str = "programa_trabajo_temporal") -> str:
    snapshot_id = stored(frames, fuente)
    return admit(check(snapshot_id, month).require_approved(), month)


def with_cell(frames: Frames, dataset: str, field: str, row: int, value: str | None) -> Frames:
    changed = frames[dataset].astype("object")
    changed.loc[row, field] = value
    return {**frames, dataset: changed.astype("str")}


def with_rows(frames: Frames, dataset: str, extra: pd.DataFrame) -> Frames:
    return {**frames, dataset: pd.concat([frames[dataset], extra], ignore_index=True)}


def rates(sale: str = "7.66") -> Frames:
    """The month's exchange rates, a source with few rules."""
    days = [f"{day:02}/10/2026" for day in range(1, 32)]
    return {"referencia": pd.DataFrame({"fecha": days, "compra": "7.65", "venta": sale})}


def rates_ingested(frames: Frames) -> str:
    return admit(check(stored(frames, "tipo_cambio_banguat"), MONTH).require_approved(), MONTH)
