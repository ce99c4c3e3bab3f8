"""Whether the public files of an evaluation agree with each other: parts with wholes, lists with figures."""

from collections.abc import Iterable, Iterator, Mapping

from movilidad.model.codelists import TOTAL
from movilidad.publishing.findings import Finding, listed
from movilidad.publishing.tables_read import PublishedTable

_NAME = "evaluacion"
_Rows = list[dict[str, str]]
_Figures = dict[tuple[str, ...], int]

# of the three kinds of opportunities about records: file of the count, its indicator
_COUNTED = {
    "captura": ("celdas_por_campo", "celdas_vacias"),
    "codificacion": ("celdas_por_campo", "celdas_inservibles"),
    "revision": ("apartados_por_causa", "registros_apartados"),
}


def evaluation_agrees(tables: list[PublishedTable]) -> Finding:
    """Parts fit into their wholes; opportunities tell figures that are shown, and the summary their number."""
    rows = {table.nombre: table.records() for table in tables}
    try:
        problems = [*_records(rows), *_cells(rows), *_opportunities(rows), *_followed(rows)]
    except KeyError as error:
        return Finding(_NAME, False, f"Falta un archivo o una columna de la evaluación: {error.args[0]}.")
    if problems:
        return Finding(_NAME, False, f"Cifras de la evaluación que no concuerdan: {listed(problems)}.")
    return Finding(_NAME, True, "Las partes caben en sus totales, y las listas dicen lo mismo que las cifras.")


def _records(rows: Mapping[str, _Rows]) -> Iterator[str]:
    counts = _figures(rows["registros_por_conjunto"], ("plataforma", "conjunto", "indicador"))
    for (fuente, name, indicator), count in counts.items():
        if indicator == "registros_apartados" and count > counts.get((fuente, name, "registros_recibidos"), count):
            yield f"{fuente}, {name}: se apartó más de lo recibido"
        if name == TOTAL:
            parts = [found for key, found in counts.items() if (key[0], key[2]) == (fuente, indicator)]
            if sum(parts) - count > count:
                yield f"{fuente}: los conjuntos suman más que el total"
    for row in rows["apartados_por_causa"]:
        whole = counts.get((row["plataforma"], row["conjunto"], "registros_apartados"))
        if row["valor"] and whole is not None and int(row["valor"]) > whole:
            yield f"{row['plataforma']}, {row['conjunto']}: una causa aparta más que todas juntas"


def _cells(rows: Mapping[str, _Rows]) -> Iterator[str]:
    counts = _figures(rows["celdas_por_campo"], ("plataforma", "conjunto", "campo", "indicador"))
    for row in rows["celdas_por_campo"]:
        if row["indicador"] != "celdas":
            continue
        place = (row["plataforma"], row["conjunto"], row["campo"])
        parts = [counts.get((*place, kind)) for kind in ("celdas_vacias", "celdas_inservibles", "celdas_utiles")]
        shown = [part for part in parts if part is not None]
        whole = int(row["valor"]) if row["valor"] else None
        if whole is not None and (sum(shown) > whole or (len(shown) == len(parts) and sum(shown) < whole)):
            yield f"{', '.join(place)}: las celdas no suman"


def _opportunities(rows: Mapping[str, _Rows]) -> Iterator[str]:
    told = rows["oportunidades"]
    summary = {row["indicador"]: row["valor"] for row in rows["resumen"]}
    if summary.get("oportunidades") != str(len(told)):
        yield "el resumen dice otro número de oportunidades"
    for row in told:
        if row["clase"] in _COUNTED and _shown(rows, row) != row["cuantos"]:
            yield f"{row['plataforma']}, {row['clave']}: la oportunidad dice otra cifra que su cuadro"


def _shown(rows: Mapping[str, _Rows], chance: Mapping[str, str]) -> str:
    """The figure that an opportunity tells of, as its table shows it."""
    file, indicator = _COUNTED[chance["clase"]]
    _, name, about, *reason = chance["clave"].split("/", 3)
    wanted = {"plataforma": chance["plataforma"], "conjunto": name, "campo": about, "indicador": indicator}
    wanted |= {"causa": reason[0]} if reason else {}
    found = (row for row in rows[file] if all(row[key] == code for key, code in wanted.items()))
    return next((row["valor"] for row in found), "")


def _followed(rows: Mapping[str, _Rows]) -> Iterator[str]:
    proposed = {(row["plataforma"], row["clave"]): row["cuantos"] for row in rows["oportunidades"]}
    for row in rows.get("seguimiento", ()):
        now = proposed.get((row["plataforma"], row["clave"]))
        if now is not None and now != row["ahora"]:
            yield f"{row['plataforma']}, {row['clave']}: el seguimiento dice otra cifra que la oportunidad"
        if now is not None and row["resultado"] == "resuelta":
            yield f"{row['plataforma']}, {row['clave']}: se da por resuelta y se propone otra vez"


def _figures(rows: Iterable[Mapping[str, str]], key: tuple[str, ...]) -> _Figures:
    return {tuple(row[name] for name in key): int(row["valor"]) for row in rows if row["valor"]}
