"""The real files that come with the project, dirt included, through the gate and into the core."""

import json

import pandas as pd
from sqlalchemy import Engine, text

from movilidad.model import paths
from movilidad.model.periods import Month
from movilidad.quality.admission import admit
from movilidad.quality.gate import check
from movilidad.sources.contracts import load_contract
from movilidad.store import snapshots

MONTH = Month(2026, 10)


def store_file(fuente: str, file: str) -> str:
    """A snapshot of one of the project's CSV files, by the contract's fields."""
    contract = load_contract(fuente)
    ((name, dataset),) = contract.conjuntos.items()
    table = pd.read_csv(paths.DATA / file, dtype=str, keep_default_na=False)
    frame = table[[column.origen for column in dataset.columnas.values()]]
    frame = frame.set_axis(list(dataset.columnas), axis="columns")
    frame = frame.mask(frame == "")
    return snapshots.save(fuente, {name: frame}, contrato_sha256="", demostracion=False)


def counts(engine: Engine, query: str) -> dict[str, int]:
    with engine.connect() as connection:
        return {str(key): number for key, number in connection.execute(text(query))}


def test_every_h2a_offer_is_in_the_core_or_in_quarantine_with_its_reason(warehouse: Engine) -> None:
    snapshot_id = store_file("salarios_h2a", "salarios_h2a.csv")
    verdict = check(snapshot_id, MONTH)
    assert verdict.aprobada
    assert verdict.motivo == "Aprobada: 12,930 filas, 53 en cuarentena (0.4 %)."
    reasons = counts(warehouse, "SELECT campo, COUNT(*) FROM control.cuarentena GROUP BY campo")
    # 48 jobs end before they begin, 2 + 2 have 0 or more than 168 hours a week, 1 has no wage
    assert reasons == {"fecha_fin": 48, "horas_semana": 4, "salario": 1}
    admit(snapshot_id, MONTH)
    offers = "FROM nucleo.referencias_salariales"
    assert counts(warehouse, f"SELECT 'filas', COUNT(*) {offers}") == {"filas": 12_930 - 53}
    assert counts(warehouse, f"SELECT salario_estado, COUNT(*) {offers} GROUP BY 1") == {"ok": 12_870, "dudoso": 7}


def test_the_offers_keep_what_their_source_says_in_the_codes_of_the_project(warehouse: Engine) -> None:
    admitted(store_file("salarios_h2a", "salarios_h2a.csv"))
    offers = "FROM nucleo.referencias_salariales"
    assert counts(warehouse, f"SELECT moneda, COUNT(*) {offers} GROUP BY 1") == {"USD": 12_877}
    periods = counts(warehouse, f"SELECT periodo_pago, COUNT(*) {offers} GROUP BY 1")
    # «Select Pay Range» and blank pay periods are not stated, not lost
    assert periods["ND"] + periods["hora"] + periods["mes"] + periods["quincena"] + periods["semana"] == 12_877
    assert periods["ND"] == 100
    occupations = counts(warehouse, f"SELECT ocupacion, COUNT(*) {offers} GROUP BY 1")
    # crop workers are paid labourers, not subsistence farmers; machine operators are 8341
    assert occupations["9211"] > 8_500
    assert occupations["8341"] > 1_500
    assert not [code for code in occupations if code.startswith("63")]
    # of 110 and 105 in the file, the offer without a wage and one with 0 hours are in quarantine
    for column, missing in (("fecha_inicio", 108), ("fecha_fin", 103)):
        assert counts(warehouse, f"SELECT 'sin', COUNT(*) {offers} WHERE {column} IS NULL") == {"sin": missing}


def test_visa_counts_with_thousands_commas_are_whole_numbers(warehouse: Engine) -> None:
    snapshot_id = store_file("visas_eeuu", "visas_eeuu.csv")
    verdict = check(snapshot_id, MONTH)
    assert (verdict.aprobada, verdict.en_cuarentena) == (True, 0)
    admit(snapshot_id, MONTH)
    published = pd.read_csv(paths.DATA / "visas_eeuu.csv")
    with warehouse.connect() as connection:
        rows, total = connection.execute(text("SELECT COUNT(*), SUM(valor) FROM nucleo.cifras_espejo")).one()
    assert rows == 2_642
    assert total == published["issuances"].sum()


def test_exchange_rates_are_loaded_as_published(warehouse: Engine) -> None:
    admitted(store_file("tipo_cambio", "tipo_cambio_usd_mensual.csv"))
    rates = counts(warehouse, "SELECT moneda, COUNT(*) FROM nucleo.tipos_cambio GROUP BY 1")
    assert rates == {"CAD": 198, "EUR": 198, "MXN": 198}
    with warehouse.connect() as connection:
        rate = connection.execute(
            text("SELECT unidades_por_usd FROM nucleo.tipos_cambio WHERE periodo = '2010-01' AND moneda = 'MXN'")
        ).scalar()
    assert str(rate) == "12.8096"


def test_the_results_of_a_verdict_are_small(warehouse: Engine) -> None:
    check(store_file("salarios_h2a", "salarios_h2a.csv"), MONTH)
    with warehouse.connect() as connection:
        results = connection.execute(text("SELECT resultados FROM control.veredictos")).scalar()
    assert len(json.dumps(results)) < 4_000
    duplicates = next(rule for rule in results["ofertas"]["reglas"] if rule["columna"] == "duplicada")
    assert (duplicates["filas"], duplicates["accion"], duplicates["cumple"]) == (1_462, "anotar", False)


def admitted(snapshot_id: str) -> str:
    check(snapshot_id, MONTH)
    return admit(snapshot_id, MONTH)
