"""The tables as SQL give what the cube gives."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Engine, Text, text
from statistics_support import SPECS, any_rows, any_table, plain_counts

from movilidad.model.errors import DataError
from movilidad.statistics.cube_sql import columns_of, table_query


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_cell_and_margin_of_any_table_is_what_pandas_counts(database: Engine, data: st.DataObject) -> None:
    table = data.draw(any_table())
    rows = data.draw(any_rows(table.poblacion))
    types = {name: Boolean() if name == "primera_salida" else Text() for name in rows.columns}
    with database.begin() as connection:
        rows.to_sql("registros", connection, index=False, if_exists="replace", dtype=types)  # type: ignore[arg-type]
        values = {name: list(rows[name].unique()) for name in columns_of(SPECS, table)}
        query = table_query(SPECS, table, "registros", values, many="primera_salida" in rows)
        found = [tuple(row) for row in connection.execute(text(query))]
    size = len(table.dimensiones)
    for indicator in table.indicadores:
        measure = size + (SPECS.indicadores[indicator].cuenta == "distintos")
        cells = {row[:size]: row[measure] for row in found if row[measure]}
        if table.jerarquia:  # inner codes stand within their whole only
            cells = {key: value for key, value in cells.items() if key[0] != "Total" or key[1] == "Total"}
        assert cells == plain_counts(rows, table, indicator)


def test_a_value_that_could_end_a_text_is_refused_or_counts_as_not_stated() -> None:
    table = next(table for table in SPECS.cuadros.values() if "ocupacion" in table.dimensiones)
    values = {name: ["1"] for name in columns_of(SPECS, table)}
    assert "DROP" not in table_query(SPECS, table, "registros", values | {"ocupacion": ["'; DROP"]}, many=True)
    with pytest.raises(DataError, match="signos que no son de un código"):
        table_query(SPECS, table, "registros", values | {"ocupacion": ["9211'; DROP"]}, many=True)  # of 92 it is
