"""What a plain script does with the same month: read, clean, count every table, write it. For comparison only.

It keeps no snapshot, quarantine or history, gives no list of what it left out, protects nobody and draws nothing.
"""

import hmac
import re
from pathlib import Path

import pandas as pd
from invented_platform import MONTH
from sqlalchemy import Engine, text

from movilidad.model import paths
from movilidad.model.codelists import code_list, rows
from movilidad.statistics.specs import load_specs

_QUERIES = paths.SQL / "extraccion" / "programa_trabajo_temporal"
_AGES = [0, 18, 20, 25, 30, 35, 40, 45, 50, 55, 60, 200]


def make_tables(platform: Engine, folder: Path) -> int:
    """Write the tables of the placed and the applicants as CSV; give the number of persons placed."""
    people, applications, employers, placed = (
        _read(platform, name) for name in ("personas", "solicitudes", "empleadores", "colocaciones")
    )
    people = _cleaned(people)
    placed = _identified(placed).merge(employers[["id_empleador"]], on="id_empleador")
    placed = placed.drop_duplicates(["persona_id", "id_empleador", "fecha_salida"]).sort_values("fecha_salida")
    placed = placed.merge(people, on="persona_id")
    placed["ocupacion"], placed["sector"] = placed["codigo_puesto"].str[:2], placed["codigo_actividad"].str[:2]
    placed["salario"] = pd.to_numeric(placed["salario"]).where(lambda wage: wage > 0)
    applied = _identified(applications).sort_values("fecha_registro").drop_duplicates("persona_id", keep="last")
    applied = applied.merge(people, on="persona_id")
    applied["canal_registro"] = _coded(applied["canal"], "canales_registro")
    for population, records in (("colocados", placed), ("aplicantes", applied)):
        records["grupo_edad"] = pd.cut(2026.8 - records["nacido"].dt.year, _AGES, right=False)
        for table in load_specs().tables_of(population):
            names = [name for name in table.dimensiones if name in records]
            counts = records.groupby(names or ["sexo"], observed=True)["persona_id"].agg(["count", "nunique"])
            counts.to_csv(folder / f"{table.nombre}.csv")
    placed.groupby("pais")["salario"].describe().to_csv(folder / "salarios.csv")
    return int(placed["persona_id"].nunique())


def _read(platform: Engine, name: str) -> pd.DataFrame:
    first, last = MONTH.first_day, MONTH.last_day
    given = {
        "inicio": first,
        "fin": last,
        "inicio_utc": f"{first} 00:00-06",
        "fin_utc": f"{MONTH.plus(1).first_day} 00:00-06",
    }
    query = (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    used = {key: value for key, value in given.items() if re.search(rf":{key}\b", query)}
    with platform.connect() as connection:
        return pd.read_sql(text(query), connection, params=used)


def _identified(frame: pd.DataFrame) -> pd.DataFrame:
    """Only rows with a sound CUI, with a pseudonym in its place."""
    sound = frame[frame["cui"].map(_is_cui)]
    persons = sound["cui"].map(lambda cui: hmac.digest(b"clave", cui.encode(), "sha256").hex()[:32])
    return sound.assign(persona_id=persons).drop(columns="cui")


def _is_cui(text: str) -> bool:
    total = sum(int(digit) * (place + 2) for place, digit in enumerate(text[:8]))
    return len(text) == 13 and total % 11 == int(text[8])


def _cleaned(people: pd.DataFrame) -> pd.DataFrame:
    people = _identified(people).drop_duplicates("persona_id")
    towns = {(row["departamento"], row["municipio"]): row["codigo"] for row in rows("municipios")}
    found = [towns.get(pair, "ND") for pair in zip(people["departamento"], people["municipio"], strict=True)]
    people = people.assign(municipio_origen=found, nacido=pd.to_datetime(people["fecha_nacimiento"]))
    people["departamento_origen"] = people["municipio_origen"].str[:2]
    for name, codes in (("sexo", "sexos"), ("pueblo", "pueblos")):
        people[name] = _coded(people[name], codes)
    people["comunidad_linguistica"] = _coded(people["comunidad_linguistica"], "comunidades_linguisticas")
    return people


def _coded(texts: pd.Series, codes: str) -> pd.Series:
    known = {text: code_list(codes).resolve(text) or "ND" for text in texts.dropna().unique()}
    return texts.map(known).fillna("ND")
