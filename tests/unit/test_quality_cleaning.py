"""What cleaning makes of what people and platforms write."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movilidad.model.codelists import code_list, rows
from movilidad.model.errors import DataError, UsageError
from movilidad.quality import readers
from movilidad.quality.cleaning import clean
from movilidad.quality.codes import read_code
from movilidad.quality.columns import Cleaned, stripped
from movilidad.quality.crosswalks import crosswalk, naics_to_ciiu, soc_to_ciuo
from movilidad.quality.places import read_places
from movilidad.quality.wages import judge_wages
from movilidad.sources.contracts import Column, Contract, Dataset, Steward
from movilidad.store.snapshots import Snapshot


def texts(*values: str | None) -> pd.Series:
    return stripped(pd.Series(list(values), dtype="str"))


def pairs(cleaned: Cleaned) -> list[tuple[Any, str]]:
    return [
        (None if pd.isna(value) else value, state)
        for value, state in zip(cleaned.values, cleaned.states, strict=True)
    ]


def contract(columns: dict[str, Column], **more: Any) -> Contract:
    return Contract(
        fuente="prueba",
        titulo="Prueba",
        descripcion="Prueba",
        institucion="MINTRAB",
        responsable=Steward(nombre="Prueba", correo="prueba@mintrab.example"),
        calendario="0 6 5 * *",
        conector="archivo",
        conexion="prueba",
        suite="prueba",
        alcance="mes",
        conjuntos={"filas": Dataset(descripcion="Filas", lectura={"archivo": "a.csv"}, columnas=columns, **more)},
    )


def column(kind: str, **more: Any) -> Column:
    return Column(origen=more.pop("origen", kind), tipo=kind, descripcion="Prueba", **more)


def cleaned(of: Contract, **fields: list[str | None]) -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in fields.items()})
    return clean(of, Snapshot("prueba-0", "prueba", "", {}, False, {"filas": frame}))["filas"]


def test_numbers_may_have_thousands_commas() -> None:
    found = pairs(readers.read_decimal(texts("1,234.50", "12", " .5 ", "-3.0", "1e3", "12,34", "Q5", None, "")))
    assert found == [
        *((1234.5, "ok"), (12.0, "ok"), (0.5, "ok"), (-3.0, "ok"), (1000.0, "ok")),
        *((None, "ilegible"), (None, "ilegible"), (None, "vacio"), (None, "vacio")),
    ]


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1_000", "0x10", "--", ".", "1.2.3", "٣", "1e999", "E0", "+e5", "9" * 400]
)
def test_what_only_a_programming_language_takes_for_a_number_is_illegible(text: str) -> None:
    assert pairs(readers.read_decimal(texts(text))) == [(None, "ilegible")]
    assert pairs(readers.read_integer(texts(text))) == [(None, "ilegible")]


def test_whole_numbers_are_whole() -> None:
    found = pairs(readers.read_integer(texts("2,793", "15.0", "15.5", "9" * 30, None)))
    assert found == [(2793, "ok"), (15, "ok"), (None, "ilegible"), (None, "ilegible"), (None, "vacio")]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_a_number_is_read_the_same_with_and_without_thousands_commas(number: Any) -> None:
    plain, grouped = pairs(readers.read_decimal(texts(f"{number:.2f}", f"{number:,.2f}")))
    assert plain == grouped == (float(number), "ok")


def test_dates_are_iso_unless_the_contract_names_formats() -> None:
    iso = readers.read_date(texts("2026-10-05", "2026-10-05 00:00:00", "05/10/2026", "2026-02-30", None))
    assert pairs(iso) == [
        *((pd.Timestamp("2026-10-05"), "ok"), (pd.Timestamp("2026-10-05"), "ok")),
        *((None, "ilegible"), (None, "ilegible"), (None, "vacio")),
    ]
    formats = ("%Y-%m-%d %H:%M:%S", "%m/%d/%Y")
    mixed = readers.read_date(texts("2017-04-26 07:30:00", "4/6/2017", "2017-04-26"), formats)
    assert pairs(mixed) == [
        (pd.Timestamp("2017-04-26"), "ok"),
        (pd.Timestamp("2017-04-06"), "ok"),
        (None, "ilegible"),
    ]


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "9999-12-31", "2026", "202610", "20261005"])
def test_a_sentinel_or_a_fragment_is_no_date(text: str) -> None:
    assert pairs(readers.read_date(texts(text))) == [(None, "ilegible")]


@pytest.mark.parametrize("word", ["now", "today", "NOW", "infinity", "epoch"])
@pytest.mark.parametrize("formats", [(), ("%d/%m/%Y",), ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")])
def test_no_word_stands_for_a_moment(word: str, formats: tuple[str, ...]) -> None:
    assert pairs(readers.read_date(texts(word), formats)) == [(None, "ilegible")]
    assert pairs(readers.read_instant(texts(word), formats)) == [(None, "ilegible")]


@given(st.dates(min_value=pd.Timestamp("1900-01-01").date(), max_value=pd.Timestamp("2199-12-31").date()))
def test_every_day_of_three_centuries_is_read_back(day: Any) -> None:
    text = f"{day.day:02}-{day.month:02}-{day.year}"
    assert pairs(readers.read_date(texts(text), ("%d-%m-%Y",))) == [(pd.Timestamp(day), "ok")]
    assert pairs(readers.read_date(texts(day.isoformat()))) == [(pd.Timestamp(day), "ok")]


def test_instants_are_utc() -> None:
    found = readers.read_instant(
        texts("2026-10-31T23:59:59-06:00", "2026-11-01 05:59:59", "2026-11-01T05:59:59Z", "2026-11-01", "ayer")
    )
    second = pd.Timestamp("2026-11-01 05:59:59", tz="UTC")
    assert str(found.values.dtype) == "datetime64[ns, UTC]"
    assert pairs(found) == [
        *((second, "ok"), (second, "ok"), (second, "ok")),
        *((pd.Timestamp("2026-11-01", tz="UTC"), "ok"), (None, "ilegible")),
    ]


def test_months_truth_values_and_tax_numbers() -> None:
    assert pairs(readers.read_month(texts("2026-10", "2026-10-01", "2026-13", "10/2026", None))) == [
        *(("2026-10", "ok"), ("2026-10", "ok"), (None, "ilegible"), (None, "ilegible"), (None, "vacio")),
    ]
    assert pairs(readers.read_logical(texts("Sí", "NO", "true", "0", "quizás", None))) == [
        *((True, "ok"), (False, "ok"), (True, "ok"), (False, "ok"), (None, "ilegible"), (None, "vacio")),
    ]
    assert pairs(readers.read_nit(texts("576937-K", "7108-0", "8977112-0", None))) == [
        *(("576937K", "ok"), ("71080", "ok"), ("8977112-0", "dudoso"), (None, "vacio")),
    ]


def test_codes_are_found_by_code_label_and_alias_and_the_rest_is_not_stated() -> None:
    found = read_code(texts("USA", "ee. uu.", "MÉXICO", "Narnia", None), "paises")
    assert pairs(found) == [
        *(("USA", "ok"), ("USA", "ok"), ("MEX", "ok"), ("ND", "fuera_de_lista"), ("ND", "vacio")),
    ]


@pytest.mark.parametrize(
    ("soc", "ciuo"),
    [
        ("45-2092", "9211"),  # five groups, two of them subsistence farmers
        ("45-2092.02", "9211"),
        ("452092", "9211"),
        ("45-2091", "8341"),  # six groups: operators of machinery rank above skilled farmers
        ("45-3011", "9216"),
        ("99-9999", None),
        ("45-20921", None),
        ("Farmworker", None),
    ],
)
def test_a_us_occupation_becomes_one_ciuo_group(soc: str, ciuo: str | None) -> None:
    assert soc_to_ciuo(soc) == ciuo


@pytest.mark.parametrize(
    ("naics", "ciiu"),
    [
        ("111219", "0113"),
        ("11121", "0113"),
        ("115115", "0161"),  # not in SCIAN: the longest known prefix is 11511
        ("1119", "0119"),
        ("1112199", "0113"),
        ("424910", None),  # US wholesale trade, numbered otherwise in SCIAN
        ("11", None),
        ("Agriculture", None),
    ],
)
def test_a_us_industry_becomes_one_ciiu_class(naics: str, ciiu: str | None) -> None:
    assert naics_to_ciiu(naics) == ciiu


@pytest.mark.parametrize(("name", "target"), [("soc_a_ciuo08", "ciuo08"), ("scian_a_ciiu", "ciiu_rev4")])
def test_every_crosswalk_leads_into_its_list(name: str, target: str) -> None:
    sources = {next(iter(row.values())) for row in rows(name)}
    assert {crosswalk(name)(code) for code in sources} <= set(code_list(target).codes)


def test_an_unknown_crosswalk_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no hay conversión «noc_a_ciuo08»"):
        crosswalk("noc_a_ciuo08")


def test_municipalities_are_found_in_their_department() -> None:
    written = [
        ("San José", "Petén", "1702", "ok", "17"),
        ("SAN JOSE", "escuintla", "0509", "ok", "05"),
        ("San José", None, "ND", "ambiguo", "ND"),
        ("San José", "Quiché", "ND", "incongruente", "14"),
        ("Nebaj", "Quiché", "1413", "ok", "14"),
        ("Santa María Nebaj", "El Quiche", "1413", "ok", "14"),
        ("Petatán", None, "1333", "ok", "13"),
        ("El Progreso", "Jutiapa", "2202", "ok", "22"),
        ("San Perdido", "Sololá", "ND", "fuera_de_lista", "07"),
        (None, "7", "ND", "vacio", "07"),
        (None, "Chiapas", "ND", "vacio", "ND"),
        ("514", "05", "0514", "ok", "05"),
        ("9999", None, "ND", "fuera_de_lista", "ND"),
    ]
    places, departments = read_places(texts(*(row[0] for row in written)), texts(*(row[1] for row in written)))
    # «El Quiche» is no department, yet only one municipality is called so
    assert pairs(places) == [(code, state) for _, _, code, state, _ in written]
    assert [code for code, _ in pairs(departments)] == [row[4] for row in written]


def test_every_municipality_is_found_by_each_of_its_names_with_its_department() -> None:
    municipalities, departments = code_list("municipios"), code_list("departamentos")
    written = [
        (code, name.upper(), departments.label(code[:2]))
        for code in municipalities.codes
        for name in (municipalities.label(code), *municipalities.aliases[code])
    ]
    places, _ = read_places(texts(*(row[1] for row in written)), texts(*(row[2] for row in written)))
    assert [code for code, _ in pairs(places)] == [row[0] for row in written]
    assert len(written) == 340 + 26


def test_a_wage_outside_the_limits_of_its_currency_and_period_is_doubtful_and_kept() -> None:
    wages = readers.read_decimal(texts("14.68", "2600", "2600", "0", "0.17", "350", None, "mucho"))
    currencies = texts("USD", "USD", "USD", "USD", "USD", "MXN", "USD", "USD")
    periods = texts("hora", "hora", "mes", "hora", "ND", "dia", "hora", "hora")
    assert pairs(judge_wages(wages, currencies, periods)) == [
        *((14.68, "ok"), (2600.0, "dudoso"), (2600.0, "ok"), (0.0, "dudoso")),
        (0.17, "ok"),  # without a pay period nothing can be said
        *((350.0, "ok"), (None, "vacio"), (None, "ilegible")),
    ]


def test_equivalences_of_the_contract_come_first() -> None:
    of = contract({"sexo": column("codigo", lista="sexos", equivalencias={"2": "1", "Dama": "Mujer"})})
    frame = cleaned(of, sexo=["2", "DAMA", "1"])
    assert frame["sexo"].tolist() == ["1", "2", "1"]


def test_an_optional_column_that_is_missing_is_empty_and_a_needed_one_stops() -> None:
    of = contract({"a": column("texto"), "b": column("decimal", obligatoria=False)})
    frame = cleaned(of, a=["x"])
    assert (frame["b"].isna().all(), frame["b_estado"].tolist()) == (True, ["vacio"])
    with pytest.raises(DataError, match="le faltan columnas: a"):
        cleaned(of, b=["1"])


def test_the_wage_limits_apply_to_a_currency_that_the_contract_gives_for_all_rows() -> None:
    of = contract(
        {
            "salario": column("salario", moneda="moneda", periodo="periodo_pago"),
            "periodo_pago": column("codigo", lista="periodos_pago"),
        },
        constantes={"moneda": "USD"},
    )
    frame = cleaned(of, salario=["11.59", "2,600"], periodo_pago=["Hour", "Hour"])
    assert frame["salario_estado"].tolist() == ["ok", "dudoso"]


ROWS = st.lists(
    st.tuples(st.sampled_from(["k1", "k2", "k3", ""]), st.sampled_from(["x", "y"]), st.booleans()), max_size=12
)


@settings(max_examples=40)
@given(ROWS)
def test_one_row_of_each_key_and_each_event_stays_and_a_fine_one_if_there_is_any(
    written: list[tuple[str, str, bool]],
) -> None:
    of = contract(
        {"clave": column("texto"), "hecho": column("texto", origen="h"), "dia": column("fecha")},
        clave=("clave",),
        unica=("hecho",),
    )
    days = ["2026-10-05" if fine else "2026-02-30" for _, _, fine in written]
    frame = cleaned(of, clave=[row[0] for row in written], hecho=[row[1] for row in written], dia=days)
    frame = frame.assign(fine=frame["dia_estado"] == "ok")
    kept = frame[~frame["duplicada"] & ~frame["repetida"]]
    assert sorted(kept["hecho"]) == sorted(set(frame.loc[~frame["duplicada"], "hecho"]))
    keyed = frame[frame["clave"].notna()]
    unique = keyed[~keyed["duplicada"]]
    assert sorted(unique["clave"]) == sorted(set(keyed["clave"]))
    for _, group in keyed.groupby("clave"):
        assert group.loc[~group["duplicada"], "fine"].item() == group["fine"].any()
