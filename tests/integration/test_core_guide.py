"""The guide on contracts lists every field of the core that a source may fill, and which must not be missing."""

import re

from sqlalchemy import Engine, inspect

from movilidad.model import paths
from movilidad.store.core import core_columns

PAGE = (paths.PROJECT / "docs" / "contratos.md").read_text(encoding="utf-8")
LISTED = dict(re.findall(r"^\| `(\w+)` \| ((?:\*\*)?\w+(?:\*\*)?,.*) \|$", PAGE, re.MULTILINE))
#: told by other fields, or by the load itself
_DERIVED = {"carga_id", "snapshot_id", "fila", "salario_estado", "departamento_origen", "departamento_curso"}


def test_every_field_of_every_table_is_listed(warehouse: Engine) -> None:
    with warehouse.connect() as connection:
        for table in inspect(connection).get_table_names(schema="nucleo"):
            columns = [column for column in core_columns(connection, table) if column.name not in _DERIVED]
            listed = LISTED[table].split(", ")
            assert [name.strip("*") for name in listed] == [column.name for column in columns], table
            # a text that a source does not give is «no declarado», unless rows are known apart by it
            needed = {each.name for each in columns if each.key or (each.required and each.type != "text")}
            assert {name.strip("*") for name in listed if name.startswith("**")} == needed, table
