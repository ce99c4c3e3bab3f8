"""What others count beside what we published."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from movilidad.model.periods import Month
from movilidad.statistics.mirror import ALL_CHANNELS, COLUMNS, NOTES, VISAS, as_mirror, beside

JUNE = [str(month) for month in Month(2024, 1).through(Month(2024, 6))]
CANADA = ("CAN", ALL_CHANNELS, "Total", "2024-01/2024-06", 9_954, "personas", "MINEX")


def published(rows: dict[tuple[str, str], int | None], indicator: str = "salidas") -> pd.DataFrame:
    found = [(period, indicator, cell, value) for (period, cell), value in rows.items()]
    frame = pd.DataFrame(found, columns=["periodo", "indicador", "celda", "valor"])
    return frame.astype({"valor": "Float64"})


@settings(max_examples=60, deadline=None)
@given(theirs=st.integers(0, 3_000), ours=st.one_of(st.none(), st.integers(0, 900)), there=st.booleans())
def test_a_ratio_needs_our_published_figure_and_a_large_enough_one_of_theirs(
    theirs: int, ours: int | None, there: bool
) -> None:
    mirror = as_mirror([("USA", VISAS, "H-2A", "2024-05", theirs, "visas", "fuente")])
    own = published({("2024-05", '{"tipo_visa": "H-2A"}'): ours} if there else {})
    (row,) = beside(mirror, own).to_dict("records")
    known = there and ours is not None
    assert pd.isna(row["salidas"]) == (not known)
    assert pd.isna(row["razon"]) == (not known or theirs < 30)
    if known and theirs >= 30:
        assert abs(row["razon"] - 100 * (ours or 0) / theirs) <= 0.05001


def test_a_period_of_several_months_needs_all_of_them() -> None:
    cell = '{"pais": "CAN"}'
    months = {(month, cell): 20 for month in JUNE}
    assert beside(as_mirror([CANADA]), published(months))["salidas"].tolist() == [120]
    assert beside(as_mirror([CANADA]), published(months | {("2024-03", cell): None}))["salidas"].isna().all()
    assert beside(as_mirror([CANADA]), published(months, "colocados"))["salidas"].isna().all()


def test_a_mirror_of_nothing_has_its_columns() -> None:
    assert list(as_mirror([]).columns) == COLUMNS
    assert beside(as_mirror([]), published({})).columns.tolist() == [*COLUMNS, "salidas", "razon"]


def test_the_notes_say_what_differs() -> None:
    text = " ".join(NOTES.values())
    for said in ("todas las vías", "se emite", "preliminares", "año oficial", "No es una cuota", "menor de 30"):
        assert said in text
