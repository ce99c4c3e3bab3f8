"""The truth behind the simulated records, for tests only: the product never reads it.

Four Parquet files in the folder of a seeding:

``salidas``: one row per true departure of the programme. Keys ``clave``, ``aplicante``, ``contrato``,
    ``empleador``; ``mes``; codes of the core's lists: ``pais``, ``subdivision``, ``tipo_visa``, ``sexo``,
    ``grupo_edad``, ``pueblo``, ``comunidad_linguistica``, ``nivel_educativo``, ``municipio_origen``,
    ``departamento_origen``; the platform's own codes of the job, ``codigo_puesto`` (SOC or CIUO-08) and
    ``codigo_actividad`` (NAICS or CIIU); ``edad``, ``fecha_salida``, ``recontratado``, ``salario``, ``moneda``,
    ``periodo_pago``, ``horas_semana``.
``trabajadores``: the same, as far as it applies, for the workers whom recruiters report; ``reclutador``.
``solicitudes``: per month of registration ``aplicantes`` (different persons) and ``solicitudes`` (applications
    that remain after quarantine: a person entered twice has two).
``suciedad``: one row per fault: ``tabla``, ``clave``, ``tipo`` (``movilidad.demo.dirt.KINDS``), ``campo`` (the
    core's name) and ``perdido``: no cleaning can recover the field.

The truth about the job bank follows from what the seeding keeps of it; :func:`registrations` makes it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from movilidad.demo import job_bank, layout, records, simulation
from movilidad.demo.population import ages
from movilidad.demo.records import Rows
from movilidad.model.codelists import UNKNOWN
from movilidad.model.periods import Month

FILES = ("salidas", "trabajadores", "solicitudes", "suciedad")
_KEYED = {"colocaciones": "clave", "aplicantes": "aplicante"}
# truth column → core fields whose loss makes it unknown
_DEPENDS = {
    "tipo_visa": ("tipo_visa",),
    "subdivision": ("subdivision",),
    "codigo_puesto": ("ocupacion",),
    "codigo_actividad": ("sector",),
    "salario": ("salario",),
    "sexo": ("sexo",),
    "grupo_edad": ("fecha_nacimiento",),
    "pueblo": ("pueblo",),
    "comunidad_linguistica": ("comunidad_linguistica",),
    "nivel_educativo": ("nivel_educativo",),
    "municipio_origen": ("municipio_origen",),
}


class Writer:
    """Appends to the files; made by :func:`writing`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, pq.ParquetWriter] = {}

    def add(self, file: str, rows: Rows) -> None:
        """Append rows; the columns and types of the first ones hold for the file."""
        table = pa.table({name: _arrow(column) for name, column in rows.items()})
        if file not in self._open:
            self._open[file] = pq.ParquetWriter(self._folder / f"{file}.parquet", table.schema)
        self._open[file].write_table(table)

    def close(self) -> None:
        for writer in self._open.values():
            writer.close()


def _arrow(column: Any) -> pa.Array:
    return pa.array(column, type=pa.string()) if column.dtype == object else pa.array(column)


@contextmanager
def writing(folder: Path) -> Iterator[Writer]:
    """Write the truth into ``folder``, which exists and is empty."""
    writer = Writer(folder)
    try:
        yield writer
    finally:
        writer.close()


def read(folder: Path, file: str, month: Month | None = None) -> pd.DataFrame:
    """One of ``FILES`` of the seeding in ``folder``; of one month only, if it has months."""
    source = layout.truth(folder) / f"{file}.parquet"
    filters = None if month is None else [("mes", "==", str(month))]
    return pq.read_table(source, filters=filters).to_pandas(ignore_metadata=True)


def departures(folder: Path, month: Month | None = None) -> pd.DataFrame:
    """True departures, of one month or of all."""
    return read(folder, "salidas", month)


def expected(folder: Path, month: Month) -> pd.DataFrame:
    """Departures of a month as they are after good cleaning: ``ND`` where a fault left nothing.

    ``salario`` is missing where no comparable wage can be told (amount, currency or unit lost). The department
    stays known when only the municipality is lost.
    """
    frame = departures(folder, month)
    faults = read(folder, "suciedad")
    faults = faults[faults["perdido"]]
    for column, fields in _DEPENDS.items():
        lost = np.zeros(len(frame), dtype=bool)
        for table, keyed in _KEYED.items():
            hit = faults[(faults["tabla"] == table) & faults["campo"].isin(fields)]
            lost |= frame[keyed].isin(hit["clave"]).to_numpy()
        frame[column] = frame[column].mask(lost, np.nan if column == "salario" else UNKNOWN)
    return frame


def registrations(folder: Path, month: Month, *, after_cleaning: bool = False) -> pd.DataFrame:
    """Registrations of a month with the job bank: those that remain after quarantine, one row each.

    Columns ``clave``, ``aplicante`` (the person's key on the programme's platform, if she is there), ``cui``,
    ``momento`` (local time), ``interes``, and codes of the core's lists: ``carrera``, ``ocupacion``,
    ``experiencia``, ``idiomas`` and those of the person. ``after_cleaning``: ``ND`` where a fault left nothing.
    """
    found, rows, faults = job_bank.true_rows(layout.job_bank(folder), month)
    frame = pd.DataFrame(
        {
            "clave": rows["id"],
            "aplicante": records.key("A", found.people.number),
            "cui": rows["cui"],
            "momento": found.moment,
            "interes": rows["interes_ptt"] == "Sí",
            **{name: rows[f"id_{name}"] for name in ("carrera", "ocupacion", "experiencia", "idiomas")},
            **simulation.true_people(found.people, ages(found.people.birth, found.moment.astype("datetime64[D]"))),
        }
    )
    if after_cleaning:
        for field in set(faults["campo"][faults["perdido"]]):
            column = "grupo_edad" if field == "fecha_nacimiento" else field
            lost = faults["clave"][faults["perdido"] & (faults["campo"] == field)]
            if column in frame:
                frame[column] = frame[column].mask(frame["clave"].isin(lost), UNKNOWN)
    return frame
