"""The figures of a release as SDMX-CSV 2.1, of the structure that ``sdmx_structure`` writes."""

from movilidad.model.series import Series
from movilidad.publishing.csv_text import to_csv
from movilidad.publishing.formats.cells import columns
from movilidad.publishing.formats.sdmx_names import (
    AGENCY,
    NOT_BROKEN_DOWN,
    VERSION,
    code_id,
    concept_id,
    flow_of,
    time_period,
)
from movilidad.publishing.formats.whole import TABLE
from movilidad.publishing.sheets import Column, Sheet

_MISSING = "NaN"  # SDMX-CSV 2.1: a number that is missing on purpose
_LAST = ("valor", "unidad", "estado_obs", "estado_conf", "version", "fecha_publicacion")
_HEADS = ("OBS_VALUE", "UNIT_MEASURE", "OBS_STATUS", "CONF_STATUS", "REVISION", "FECHA_PUBLICACION")


def dimensions(table: Sheet) -> list[Column]:
    """The dimensions of the long table: table, breakdowns and indicator; frequency and time come besides."""
    left = {"periodo", *_LAST}
    return [column for column in table.columnas if column.nombre not in left and not _is_label(column, table)]


def is_coded(column: Column) -> bool:
    """Whether a dimension has a code list; of those of others' figures some are free text."""
    return bool(column.lista) or column.nombre == TABLE.nombre


def sdmx_csv(table: Sheet, series: Series) -> bytes:
    """The message. Each row replaces what a register has of that figure.

    Args:
        table: the long table of a release of the series, as ``whole`` gives it.
    """
    cells = columns(table)
    keys = dimensions(table)
    header = ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", *(concept_id(key.nombre) for key in keys)]
    rows, flow = len(table.filas), flow_of(series)
    turned = [
        ["dataflow"] * rows,
        [f"{AGENCY}:{flow.id}({VERSION})"] * rows,
        ["R"] * rows,
        [flow.frequency] * rows,
        *([_key(key, cell) for cell in cells[key.nombre]] for key in keys),
        [time_period(cell) for cell in cells["periodo"]],
        [cell or _MISSING for cell in cells["valor"]],
        *(cells[name] for name in _LAST[1:]),
    ]
    return to_csv([*header, "TIME_PERIOD", *_HEADS], zip(*turned, strict=True))


def _key(column: Column, cell: str) -> str:
    if not cell:
        return NOT_BROKEN_DOWN
    return code_id(cell) if is_coded(column) else cell


def _is_label(column: Column, table: Sheet) -> bool:
    return column.nombre.endswith("_nombre") and column.nombre.removesuffix("_nombre") in table.header
