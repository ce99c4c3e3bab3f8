from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from movilidad.disclosure.decisions import COLUMNS
from movilidad.disclosure.history import read_history
from movilidad.disclosure.ledger import record
from movilidad.model.errors import DataError

RELEASE = "mensual/2026-10/r1"
BY_COUNTRY = ("2026-10", "colocados_por_pais", ["pais"])
DECISIONS = pd.DataFrame(
    [
        [*BY_COUNTRY, "colocados", '{"pais": "DEU"}', 1.0, 1, True, "primaria", "frecuencia_minima"],
        [*BY_COUNTRY, "colocados", '{"pais": "USA"}', 400.0, 400, True, "publicada", None],
        ["2026-10", "resumen", [], "edad_mediana", "{}", 28.5, None, True, "publicada", None],
    ],
    columns=COLUMNS,
).astype({"contribuyentes": "Int64"})


@pytest.fixture
def draft(warehouse: Engine) -> Engine:
    with warehouse.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO control.publicaciones VALUES"
                " (:id, 'mensual', '2026-10', 1, 'borrador', 'e', 'h', :day, true, NULL)"
            ),
            {"id": RELEASE, "day": date(2026, 11, 10)},
        )
    return warehouse


def ledger(engine: Engine) -> list[tuple[object, ...]]:
    query = """
        SELECT cuadro, indicador, celda, valor_real::float8, estado, regla FROM control.celdas
        WHERE publicacion_id = :id ORDER BY cuadro COLLATE "C", celda::text COLLATE "C"
    """
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), {"id": RELEASE})]


def test_a_draft_s_cells_are_recorded_and_recording_again_replaces_them(draft: Engine) -> None:
    for decisions in (DECISIONS.head(1), DECISIONS, DECISIONS):
        with draft.begin() as connection:
            record(connection, RELEASE, decisions)
    assert ledger(draft) == [
        ("colocados_por_pais", "colocados", {"pais": "DEU"}, 1.0, "primaria", "frecuencia_minima"),
        ("colocados_por_pais", "colocados", {"pais": "USA"}, 400.0, "publicada", None),
        ("resumen", "edad_mediana", {}, 28.5, "publicada", None),
    ]


def test_what_was_published_is_never_recorded_anew(draft: Engine) -> None:
    with draft.begin() as connection:
        record(connection, RELEASE, DECISIONS)
        connection.execute(text("UPDATE control.publicaciones SET estado = 'publicada'"))
    before = ledger(draft)
    with draft.begin() as connection, pytest.raises(DataError, match="ya no es un borrador"):
        record(connection, RELEASE, DECISIONS.head(1))
    assert ledger(draft) == before


def test_cells_of_an_unknown_release_are_refused(warehouse: Engine) -> None:
    with warehouse.begin() as connection, pytest.raises(DataError, match="no existe la publicación"):
        record(connection, RELEASE, DECISIONS)


def test_the_history_gives_back_what_was_shown_and_hidden_whatever_the_table(draft: Engine) -> None:
    with draft.begin() as connection:
        record(connection, RELEASE, DECISIONS)
        history = read_history(connection, [RELEASE])
    cells = history.of("2026-10", "colocados")
    small, large = cells[("pais", "DEU"),], cells[("pais", "USA"),]
    assert (small.hidden, small.shown, small.newest.value, small.newest.contributors) == (True, (), 1.0, 1)
    assert (large.hidden, large.shown) == (False, (400.0,))
    assert large.newest.dimensiones == ("pais",)
    assert history.of("2026-09", "colocados") == {}
