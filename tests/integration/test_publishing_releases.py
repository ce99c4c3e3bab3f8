"""From loads in force to a public release, and what a changed input makes of it."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from publishing_support import (
    HOSTILE_NAMES,
    NOON,
    OCTOBER,
    R1,
    RECRUITERS,
    TODAY,
    contents,
    deliver,
    deliver_again,
    deliver_month,
    fill_recruiters,
    plain_report,
)
from sqlalchemy import Engine, text

from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import Month
from movilidad.model.settings import get_settings
from movilidad.publishing import releases
from movilidad.publishing.register import parse_id
from movilidad.publishing.register import releases as registered
from movilidad.publishing.verification import verify
from movilidad.statistics.specs import load_specs

__all__ = ["plain_report"]

pytestmark = pytest.mark.usefixtures("plain_report")
R2 = "mensual/2026-10/r2"


@pytest.fixture
def october(warehouse: Engine) -> Engine:
    deliver_month(warehouse)
    return warehouse


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    place = folder if name == "datos" else folder / "datos"
    with (place / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def published(release: str = R1) -> Path:
    return get_settings().publicaciones / release


def test_a_month_is_built_published_and_verified(october: Engine) -> None:
    assert releases.build("mensual", OCTOBER, TODAY) == R1
    assert not get_settings().publicaciones.exists(), "a draft is nobody's business"
    folder = releases.publish(R1, NOON)
    assert folder == published()
    findings = verify(R1)
    assert [found for found in findings if not found.ok] == []
    assert {found.nombre for found in findings} == {
        *("sumas", "archivos_faltantes", "archivos_ajenos"),
        *("esquemas", "totales", "frecuencia_minima", "comparaciones", "recomputo"),
    }
    assert "mismos bytes" in findings[-1].detalle
    assert (folder.parent / "latest").readlink() == Path("r1")
    assert verify("mensual/2026-10/latest") == findings
    assert verify(folder) == findings


def test_a_draft_can_be_verified_before_it_is_public(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    assert all(found.ok for found in verify(R1))


def test_the_same_figures_give_no_new_revision(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    releases.publish(R1, NOON)
    folder = get_settings().publicaciones
    before = contents(folder)
    releases.publish(R1, NOON)
    assert contents(folder) == before
    # the platform delivers the very same records again, a week later
    deliver_again(october, "otra-vez", 120)
    assert releases.build("mensual", OCTOBER, TODAY + timedelta(7)) == R1
    releases.publish(R1, NOON + timedelta(7))
    # a week later the calendar looks a week further; what was released stays
    for part in ("mensual", "series"):
        assert contents(folder / part) == {
            path.removeprefix(f"{part}/"): content
            for path, content in before.items()
            if path.startswith(f"{part}/")
        }
    with october.connect() as connection:
        (release,) = registered(connection)
    assert (release.estado, release.publicada) == ("publicada", NOON)


def test_a_changed_input_gives_a_revision_that_lists_the_differences(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    first = contents(releases.publish(R1, NOON))
    deliver_again(october, "corregida", 125)
    assert releases.build("mensual", OCTOBER, TODAY + timedelta(7)) == R2
    second = releases.publish(R2, NOON + timedelta(7))

    assert contents(published()) == first, "published bytes never change"
    assert (second.parent / "latest").readlink() == Path("r2")
    assert all(found.ok for found in [*verify(R2), *verify(R1)])
    changes = {(row["cuadro"], row["celda"], row["indicador"]): row for row in rows(second, "cambios")}
    placed = changes["resumen", "{}", "colocados"]
    assert (placed["antes"], placed["ahora"]) == ("120", "125")
    assert json.loads((second / "manifest.json").read_text())["anterior"] == R1


def test_every_difference_between_two_revisions_is_listed_and_nothing_else(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    releases.publish(R1, NOON)
    deliver_again(october, "corregida", 131)
    releases.build("mensual", OCTOBER, TODAY)
    releases.publish(R2, NOON)

    def cells(release: str) -> dict[tuple[str, ...], tuple[str, str]]:
        found = {}
        for file in sorted((published(release) / "datos").glob("colocados_por_*.csv")):
            for row in rows(published(release), file.stem):
                codes = {name: row[name] for name in row if f"{name}_nombre" in row and name != "indicador"}
                place = (file.stem, json.dumps(codes, ensure_ascii=False), row["indicador"])
                found[place] = (row["valor"], row["estado_conf"])
        return found

    before, now = cells(R1), cells(R2)
    different = {place for place in {*before, *now} if before.get(place) != now.get(place)}
    listed = {
        (row["cuadro"], row["celda"], row["indicador"]): row
        for row in rows(published(R2), "cambios")
        if row["cuadro"].startswith("colocados_por_")
    }
    assert different == set(listed)
    assert len(different) > 20
    for place, row in listed.items():
        assert (row["antes"], row["estado_conf_antes"]) == before.get(place, ("", ""))
        assert (row["ahora"], row["estado_conf_ahora"]) == now.get(place, ("", ""))


def test_a_recruiter_who_appears_makes_a_revision(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    releases.publish(R1, NOON)
    fill_recruiters(october, deliver(october, RECRUITERS, "2"), [*HOSTILE_NAMES, "Nueva, S. A."])
    assert releases.build("mensual", OCTOBER, TODAY) == R2
    listed = rows(releases.publish(R2, NOON), "cambios")
    (new,) = [row for row in listed if "Nueva, S. A." in row["celda"]]
    assert (new["cuadro"], new["antes"], new["ahora"]) == ("reclutadores_autorizados", "0", "1")


def test_a_draft_that_was_never_public_gives_its_number_to_the_next(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    deliver_again(october, "corregida", 125)
    assert releases.build("mensual", OCTOBER, TODAY) == R1
    folder = releases.publish(R1, NOON)
    assert rows(folder, "resumen")[0]["valor"] == "125"
    with october.connect() as connection:
        assert [release.publicacion_id for release in registered(connection)] == [R1]


def test_going_back_to_earlier_records_is_a_third_revision_with_its_own_date(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    releases.publish(R1, NOON)
    deliver_again(october, "corregida", 125)
    releases.build("mensual", OCTOBER, TODAY + timedelta(1))
    releases.publish(R2, NOON)
    deliver_again(october, "de-nuevo", 120)
    third = releases.build("mensual", OCTOBER, TODAY + timedelta(2))
    folder = releases.publish(third, NOON)
    assert (third, rows(folder, "resumen")[0]["fecha_publicacion"]) == ("mensual/2026-10/r3", "2026-11-12")


def test_a_candidate_prepared_again_keeps_its_first_date(october: Engine) -> None:
    first = releases.prepare("mensual", OCTOBER, TODAY)
    assert releases.prepare("mensual", OCTOBER, TODAY + timedelta(3)) == first
    releases.audit_draft(releases.render(releases.protect_tables(releases.compute_tables(first))))
    assert rows(releases.publish(R1, NOON), "resumen")[0]["fecha_publicacion"] == TODAY.isoformat()


def test_thresholds_are_those_of_the_preparation(october: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = releases.prepare("mensual", OCTOBER, TODAY)
    monkeypatch.setenv("MOVILIDAD_FRECUENCIA_MINIMA", "9")
    get_settings.cache_clear()
    releases.audit_draft(releases.render(releases.protect_tables(releases.compute_tables(prepared))))
    manifest = json.loads((releases.publish(R1, NOON) / "manifest.json").read_text())
    assert manifest["configuracion"]["frecuencia_minima"] == 3
    assert releases.prepare("mensual", OCTOBER, TODAY) != prepared
    assert all(found.ok for found in verify(R1))


def test_the_ledger_holds_every_public_cell(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    with october.connect() as connection:
        found = connection.execute(
            text("SELECT cuadro, celda::text, indicador FROM control.celdas WHERE estado = 'publicada'")
        )
        ledger = {(name, json.dumps(json.loads(cell), sort_keys=True), which) for name, cell, which in found}
    folder = releases.publish(R1, NOON)
    for row in rows(folder, "colocados_por_pais"):
        cell = {} if row["pais"] == "Total" else {"pais": row["pais"]}
        if row["estado_conf"] == "F":
            assert ("colocados_por_pais", json.dumps(cell), row["indicador"]) in ledger


def test_a_source_that_is_missing_stops_before_anything_is_made(warehouse: Engine) -> None:
    with pytest.raises(DataError, match="programa_trabajo_temporal"):
        releases.prepare("mensual", OCTOBER, TODAY)
    assert not get_settings().trabajo.exists()


def test_real_records_do_not_say_that_they_are_a_demonstration(warehouse: Engine) -> None:
    deliver_month(warehouse, demo=False)
    releases.build("mensual", OCTOBER, TODAY)
    folder = releases.publish(R1, NOON)
    package = json.loads((folder / "datapackage.json").read_text())
    assert package["demostracion"] is False
    assert "DEMOSTRACIÓN" not in (get_settings().publicaciones / "index.html").read_text()


def test_demonstration_data_say_so_in_every_description(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    folder = releases.publish(R1, NOON)
    described = [*folder.glob("datos/*.csv-metadata.json"), folder / "datapackage.json", folder / "manifest.json"]
    assert len(described) == len(list(folder.glob("datos/*.csv"))) + 2
    for file in described:
        assert "DATOS DE DEMOSTRACIÓN" in file.read_text(encoding="utf-8"), file.name
    assert json.loads((folder / "datapackage.json").read_text())["demostracion"] is True
    assert "DATOS DE DEMOSTRACIÓN" in (get_settings().publicaciones / "index.html").read_text(encoding="utf-8")


def test_hostile_names_are_text_in_the_csv(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    folder = releases.publish(R1, NOON)
    raw = (folder / "datos" / "reclutadores_autorizados.csv").read_bytes()
    names = {row["autorizacion"]: row["nombre"] for row in csv.DictReader(io.StringIO(raw.decode("utf-8")))}
    assert names == {
        "DGE-000-2026": '\'=HYPERLINK("http://x.example","clic")',
        "DGE-001-2026": "../../etc/passwd",
        "DGE-002-2026": "Reclutadora gnirts del Sur",
        "DGE-003-2026": "<script>alert(1)</script>, S. A.",
        "DGE-004-2026": "'SUM(A1)",
        "DGE-005-2026": "Línea uno línea dos línea tres",
    }
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")


def test_every_breakdown_sums_to_the_persons_placed(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    folder = releases.publish(R1, NOON)
    headline = {row["indicador"]: row["valor"] for row in rows(folder, "resumen")}
    breakdowns = [
        name
        for name, table in load_specs().of_kind("mes").items()
        if table.poblacion == "colocados" and len(table.dimensiones) == 1
    ]
    assert len(breakdowns) == 9
    for name in breakdowns:
        for indicator in ("colocados", "salidas"):
            parts = [
                int(row["valor"] or 0)
                for row in rows(folder, name)
                if row["indicador"] == indicator and "Total" not in row.values()
            ]
            assert sum(parts) == int(headline[indicator]), name
    hidden = [row for row in rows(folder, "colocados_por_pais") if row["estado_conf"] == "C"]
    assert hidden, "the month has a cell that must be hidden"


def test_the_data_package_names_every_file_its_licence_and_its_sources(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    folder = releases.publish(R1, NOON)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {entry["path"] for entry in package["resources"]} == {
        file.relative_to(folder).as_posix() for file in [*folder.glob("datos/*.csv"), folder / "datos.csv"]
    }
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert any("US Department of State" in source.get("licencia", "") for source in package["sources"])
    dictionary = {(row["archivo"], row["columna"]) for row in rows(folder, "diccionario")}
    for entry in package["resources"]:
        for field in entry["schema"]["fields"]:
            assert (f"{entry['name']}.csv", field["name"]) in dictionary


def test_every_code_in_the_data_is_explained(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    folder = releases.publish(R1, NOON)
    explained = {(row["lista"], row["codigo"]) for row in rows(folder, "codigos")}
    coded = [described for described in rows(folder, "diccionario") if described["lista"]]
    assert {described["lista"] for described in coded} >= {"paises", "sexos", "indicadores"}
    for described in coded:
        name = described["archivo"].removesuffix(".csv")
        for row in rows(folder, name):
            for code in filter(None, row[described["columna"]].split("|")):
                assert (described["lista"], code) in explained, described


def test_a_publication_brings_the_portal_up_to_date(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    releases.publish(R1, NOON)
    deliver_again(october, "corregida", 125)
    releases.build("mensual", OCTOBER, TODAY)
    releases.publish(R2, NOON)
    folder = get_settings().publicaciones
    page = (folder / "mensual" / "2026-10" / "index.html").read_text(encoding="utf-8")
    assert page.index(f"{R2}/informe.pdf") < page.index(f"{R1}/informe.pdf")
    assert f"{R2}/datos/cambios.csv" in page
    assert f"{R2}/informe.pdf" in (folder / "index.html").read_text(encoding="utf-8")
    assert (folder / "series" / "mensual" / "datos.csv").is_file()


def test_a_damaged_release_does_not_keep_a_new_one_from_being_found(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    releases.publish(R1, NOON)
    old = get_settings().publicaciones / "mensual" / "2026-09" / "r1"
    old.mkdir(parents=True)
    (old / "manifest.json").write_text("{")
    releases.publish(R1, NOON)
    page = (get_settings().publicaciones / "index.html").read_text(encoding="utf-8")
    assert f"{R1}/informe.pdf" in page
    assert "No disponibles por ahora: mensual/2026-09/r1" in page


def test_an_altered_earlier_revision_stops_the_next_one(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    folder = releases.publish(R1, NOON)
    (folder / "datos" / "resumen.csv").unlink()
    deliver_again(october, "corregida", 125)
    with pytest.raises(DataError, match="ensual/2026-10/r1: los datos abiertos"):
        releases.build("mensual", OCTOBER, TODAY)


def test_a_release_that_this_register_does_not_know_is_never_overwritten(october: Engine) -> None:
    releases.build("mensual", OCTOBER, TODAY)
    before = contents(releases.publish(R1, NOON))
    with october.begin() as connection:
        connection.execute(text("DELETE FROM control.publicaciones"))
    deliver_again(october, "corregida", 125)
    releases.build("mensual", OCTOBER, TODAY)
    with pytest.raises(DataError, match="ya hay una publicación distinta"):
        releases.publish(R1, NOON)
    assert contents(published()) == before


def test_a_damaged_draft_is_not_published(october: Engine) -> None:
    candidate = releases.prepare("mensual", OCTOBER, TODAY)
    releases.audit_draft(releases.render(releases.protect_tables(releases.compute_tables(candidate))))
    with (get_settings().trabajo / candidate / "borrador" / "informe.pdf").open("ab") as handle:
        handle.write(b"x")
    with pytest.raises(DataError, match="dañado"):
        releases.publish(R1, NOON)
    assert not published().exists()


@pytest.mark.parametrize("wrong", ["mensual/2026-10", "mensual/2026-13/r1", "../r1", "mensual/2026-10/r0", ""])
def test_an_id_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError, match="mensual/2026-10/r1"):
        parse_id(wrong)


def test_an_unknown_series_release_or_candidate_is_refused(october: Engine) -> None:
    with pytest.raises(UsageError, match="anual"):
        releases.prepare("anual", OCTOBER, TODAY)
    with pytest.raises(UsageError, match="no existe la publicación"):
        releases.publish("mensual/2026-09/r1", NOON)
    with pytest.raises(UsageError, match="no es una candidata"):
        releases.render("../../etc")
    with pytest.raises(DataError, match="cuadros"):
        releases.protect_tables(releases.prepare("mensual", OCTOBER, TODAY))
    with pytest.raises(DataError, match="por entregar"):
        releases.build("mensual", Month(2026, 9), TODAY)


def test_what_is_not_public_yet_is_readable_by_its_owner_only(october: Engine) -> None:
    candidate = releases.prepare("mensual", OCTOBER, TODAY)
    releases.audit_draft(releases.render(releases.protect_tables(releases.compute_tables(candidate))))
    drafted = list((get_settings().trabajo / candidate).rglob("*"))
    assert drafted
    for path in drafted:
        assert path.stat().st_mode & 0o077 == 0, path
    folder = releases.publish(R1, NOON)
    for path in [folder, *folder.rglob("*")]:
        assert path.stat().st_mode & 0o044 == 0o044, path
