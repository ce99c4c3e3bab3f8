"""Records from a JSON document: parsed with exact decimals, neither too many nor tangled, as a table."""

import json
from decimal import Decimal
from typing import Any

import pandas as pd

from movilidad.model.limits import DEEPEST_RECORD, FULLEST_RECORD, LARGEST_DOCUMENT
from movilidad.sources.canonical_text import frame_of_records
from movilidad.sources.reader import Place
from movilidad.sources.size import Size


def load_json(place: Place, content: bytes, where: str) -> Any:
    """Parse JSON with exact decimals; a DataError if it is too large, cut off or no JSON at all."""
    if len(content) > LARGEST_DOCUMENT:
        raise place.data_error("los datos JSON son demasiado grandes para leerlos enteros", where)
    try:
        text = content.decode("utf-8-sig")
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_once_each)
    except UnicodeDecodeError:
        what = "los datos JSON no están en UTF-8"
    except _RepeatedKeyError:
        what = "en los datos JSON hay una clave repetida dentro de un mismo objeto"
    except (ValueError, ArithmeticError, RecursionError):
        what = "no son datos JSON válidos, o están cortados" if content.strip() else "la respuesta está vacía"
    raise place.data_error(what, where)


def records_in(place: Place, document: Any, key: str | None, where: str) -> list[dict[str, Any]]:
    """The list of records of a JSON document, at its top or under ``key``."""
    found = document.get(key) if key and isinstance(document, dict) else document
    if not isinstance(found, list):
        wanted = f"la lista «{key}»" if key else "una lista de registros"
        raise place.data_error(f"en los datos JSON no está {wanted}", where)
    Size(place, where).require(len(found), 1)
    if wrong := sum(not isinstance(record, dict) for record in found):
        raise place.data_error("hay registros JSON que no tienen columnas con nombre", where, rows=wrong)
    Size(place, where).require(len(found), len({key for record in found for key in record}))
    if wrong := sum(_is_tangled(record) for record in found):
        raise place.data_error("hay registros JSON con listas u objetos demasiado anidados", where, rows=wrong)
    return found


def table_of(place: Place, name: str, records: list[dict[str, Any]]) -> pd.DataFrame:
    """The records of a data set as a table; a DataError if it would be too large."""
    Size(place, name).require(len(records), len({key for record in records for key in record}))
    return frame_of_records(records, [column.origen for column in place.dataset(name).columnas.values()])


def _is_tangled(record: dict[str, Any]) -> bool:
    """Whether lists and objects within a record go too deep or hold too much."""
    holders: list[Any] = [record]
    for _ in range(DEEPEST_RECORD):
        if sum(map(len, holders)) > FULLEST_RECORD:
            return True
        inside = [each for holder in holders for each in (holder.values() if isinstance(holder, dict) else holder)]
        holders = [each for each in inside if isinstance(each, dict | list)]
        if not holders:
            return False
    return True


class _RepeatedKeyError(ValueError):
    pass


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of a key that comes twice nobody can know which value is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError
    return found


def _no_constant(_: str) -> None:
    raise ValueError
