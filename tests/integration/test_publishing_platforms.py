"""The evaluations of the platforms go the way of every release: audited, decided, announced, revised, verified."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from desk_support import client_at
from html_validator import html_errors
from monitoring_support import OCTOBER, PROGRAMME
from platform_support import (
    AGAIN,
    BANK,
    CUI,
    NOW,
    R1,
    R2,
    SEPTEMBER,
    Evaluated,
    delivered,
    evaluated,
    history,
    measured,
    published,
)
from publishing_support import contents, no_portal, only, rows, write_plainly
from sqlalchemy import Engine, text
from test_publishing_open_data import (
    test_every_csv_is_what_its_csvw_description_says,
    test_every_json_stat_dataset_is_valid,
    test_the_catalogue_entry_conforms_to_the_shapes_of_dcat_ap,
    test_the_citation_file_is_valid,
    test_the_data_package_and_every_row_are_valid_for_frictionless,
    test_the_data_package_has_the_form_of_its_official_profile,
    test_the_read_me_names_every_kind_of_file,
    test_the_sdmx_data_are_of_their_structure,
    test_the_sdmx_structure_is_valid_for_the_official_schema,
)
from test_publishing_portal import read

from movilidad.cli import run
from movilidad.disclosure.history import History
from movilidad.disclosure.patterns import Rules
from movilidad.model.errors import DataError, UnavailableError
from movilidad.model.periods import TZ, Month, Period
from movilidad.publishing import releases
from movilidad.publishing.audit_record import audit_of
from movilidad.publishing.calendar import load_calendar
from movilidad.publishing.candidate import DRAFT_FOLDER, folder_of, load
from movilidad.publishing.platforms import protection
from movilidad.publishing.platforms.tables import Evaluations
from movilidad.publishing.register import find
from movilidad.publishing.verification import verify

# the judges of the monthly open data judge these too
__all__ = [
    "no_portal",
    "test_every_csv_is_what_its_csvw_description_says",
    "test_every_json_stat_dataset_is_valid",
    "test_the_catalogue_entry_conforms_to_the_shapes_of_dcat_ap",
    "test_the_citation_file_is_valid",
    "test_the_data_package_and_every_row_are_valid_for_frictionless",
    "test_the_data_package_has_the_form_of_its_official_profile",
    "test_the_read_me_names_every_kind_of_file",
    "test_the_sdmx_data_are_of_their_structure",
    "test_the_sdmx_structure_is_valid_for_the_official_schema",
]

COUNTED = ("registros_por_conjunto", "celdas_por_campo", "apartados_por_causa")


@pytest.fixture(scope="module")
def office(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluated]:
    with evaluated(postgres_folder, tmp_path_factory.mktemp("evaluaciones")) as made:
        yield made


@pytest.fixture
def release(office: Evaluated) -> Path:
    """For the validators, which judge a release of any series."""
    return office.release


def test_it_goes_the_way_of_every_release_and_every_check_passes(office: Evaluated) -> None:
    assert (office.release.parent / "latest").readlink() == Path("r2")
    found = verify(R2)
    assert [each for each in found if not each.ok] == []
    assert {"recomputo", "evaluacion"} <= {each.nombre for each in found}
    before = contents(office.folder)
    assert releases.build("plataformas", OCTOBER, NOW.date()) == R2, "no figure changed"
    assert published(OCTOBER) == office.release
    assert contents(office.release) == {
        path.removeprefix(f"{R2}/"): data for path, data in before.items() if path.startswith(f"{R2}/")
    }


def test_a_release_has_a_report_of_all_platforms_and_one_of_each(office: Evaluated) -> None:
    files = contents(office.release)
    for folder in ("", f"{PROGRAMME}/", f"{BANK}/"):
        assert files[f"{folder}informe.pdf"].startswith(b"%PDF")
        page = files[f"{folder}informe.html"].decode()
        assert "DATOS DE DEMOSTRACIÓN" in page
    assert html_errors([office.release / folder / "informe.html" for folder in (".", PROGRAMME, BANK)]) == []
    with (office.release / BANK / "datos.csv").open(encoding="utf-8", newline="") as handle:
        assert {row["plataforma"] for row in csv.DictReader(handle)} == {BANK}


def test_every_link_of_a_report_leads_to_a_file_of_its_release(office: Evaluated) -> None:
    pages = list(office.release.rglob("informe.html"))
    assert len(pages) == 3
    for page in pages:
        targets = {link.partition("#")[0] for link in read(page).found if not re.match(r"\w+:|#", link)}
        assert targets, page
        assert [target for target in targets if not (page.parent / target).exists()] == []


def test_small_counts_are_empty_in_every_file_and_their_rows_are_there(office: Evaluated) -> None:
    first = office.folder / R1
    assert (
        only(first, "registros_por_conjunto", conjunto="colocaciones", indicador="registros_apartados")["valor"]
        == ""
    )
    assert only(first, "apartados_por_causa", causa=CUI)["estado_conf"] == "C"
    for folder in (first, office.release):
        for name in COUNTED:
            for row in rows(folder, name):
                assert (row["valor"] == "") == (row["estado_conf"] == "C")
                assert not 0 < int(row["valor"] or 0) < 3


def test_what_becomes_of_a_proposal_is_told_from_the_published_evaluation(office: Evaluated) -> None:
    told = {row["clave"]: row for row in rows(office.folder / R1, "seguimiento", plataforma=PROGRAMME)}
    proposed = {row["clave"]: row for row in rows(office.folder / "plataformas/2026-09/r1", "oportunidades")}
    visas = told["captura/colocaciones/tipo_visa"]
    assert (visas["antes"], visas["ahora"], visas["resultado"]) == ("20", "6", "mejor")
    assert proposed["captura/colocaciones/tipo_visa"]["cuantos"] == "20"
    assert told[f"revision/colocaciones/persona_id/{CUI}"]["resultado"] == "protegida"
    (away,) = rows(office.folder / R1, "seguimiento", plataforma=BANK, clase="disponibilidad")
    assert (away["clase"], away["antes"], away["resultado"]) == ("disponibilidad", "40", "resuelta")


def test_a_revision_lists_its_differences_and_hides_what_was_hidden(office: Evaluated) -> None:
    changed = {
        (row["cuadro"], row["indicador"]): (row["antes"], row["ahora"]) for row in rows(office.release, "cambios")
    }
    assert ("registros_por_conjunto", "registros_recibidos") in changed
    assert "## " in (office.release / "CAMBIOS.md").read_text(encoding="utf-8")
    for name in COUNTED:
        after = {_cell(row): row for row in rows(office.release, name)}
        for row in rows(office.folder / R1, name):
            hidden = row["estado_conf"] == "C"
            assert not hidden or after[_cell(row)]["valor"] in ("", "0")


def _cell(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in ("plataforma", "conjunto", "campo", "causa", "indicador"))


def test_the_portal_shows_the_newest_evaluation_in_both_languages(office: Evaluated) -> None:
    pages = [office.folder / prefix / "plataformas.html" for prefix in ("", "en")]
    pages += [office.folder / prefix / "plataformas/2026-10/index.html" for prefix in ("", "en")]
    pages += [
        office.folder / prefix / f"cuadros/plataformas/{name}.html" for prefix in ("", "en") for name in COUNTED
    ]
    assert html_errors(pages) == []
    spanish, english = (page.read_text(encoding="utf-8") for page in pages[:2])
    for page in (spanish, english):
        assert f'id="{PROGRAMME}"' in page
        assert f'href="../{R2}/{BANK}/informe.pdf"' in page or f'href="{R2}/{BANK}/informe.pdf"' in page
    assert "Oportunidades de mejora" in spanish
    assert "Opportunities for improvement" in english
    assert "Mejor" in spanish
    assert "Protected" in english


def test_the_feed_and_the_calendar_announce_evaluations(office: Evaluated) -> None:
    feeds = "".join(file.read_text(encoding="utf-8") for file in office.folder.glob("*.atom*"))
    feeds += "".join(file.read_text(encoding="utf-8") for file in office.folder.glob("*.xml"))
    assert R2 in feeds
    assert "plataformas" in load_calendar().reglas
    assert "Evaluación de las plataformas" in (office.folder / "calendario.html").read_text(encoding="utf-8")


def test_the_desk_shows_evaluations_like_other_releases(office: Evaluated) -> None:
    desk = client_at(NOW)
    page = desk.get(f"publicacion/{R2}").text
    assert "Evaluación de las plataformas" in page
    assert "Página, Tu Empleo" in page
    assert desk.get(f"publicacion/{R2}/archivo/{BANK}/informe.html").status_code == 200
    assert "Prevista" in desk.get("publicacion/plataformas/2026-11").text
    assert "Todavía no tiene borrador." in desk.get("publicacion/plataformas/2026-08").text


@pytest.fixture
def plain_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are built, and written as one line of text."""
    write_plainly(monkeypatch, ("page", "pdf"))


@pytest.fixture
def invented(warehouse: Engine, no_portal: None) -> Engine:
    history(warehouse)
    return warehouse


def drafted(engine: Engine, month: Month) -> Path:
    """The folder of a month's draft."""
    name = releases.build("plataformas", month, NOW.date())
    with engine.connect() as connection:
        return folder_of(find(connection, name).candidate_id) / DRAFT_FOLDER


def test_a_draft_that_nobody_published_is_followed_up_by_nobody(invented: Engine, plain_pages: None) -> None:
    releases.build("plataformas", SEPTEMBER, NOW.date())
    assert rows(drafted(invented, OCTOBER), "seguimiento") == []
    published(SEPTEMBER)
    assert {row["desde"] for row in rows(drafted(invented, OCTOBER), "seguimiento")} == {"2026-09"}


def test_the_audit_stops_a_draft_whose_protection_is_switched_off(
    invented: Engine, plain_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protection, "_suppressed", lambda found, true, forced, told, rules: dict(forced))
    with pytest.raises(DataError, match="la auditoría del atacante no aprueba"):
        releases.build("plataformas", OCTOBER, NOW.date())
    with pytest.raises(DataError, match="no ha pasado la auditoría"):
        releases.publish(R1, NOW)


def test_the_audit_stops_files_that_show_what_was_hidden(
    invented: Engine, plain_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = protection.protect

    def leaking(counted: Evaluations, rules: Rules, past: History) -> tuple[Evaluations, pd.DataFrame]:
        return counted, decide(counted, rules, past)[1]

    monkeypatch.setattr(protection, "protect", leaking)
    with pytest.raises(DataError, match="no muestran lo que se decidió"):
        releases.build("plataformas", OCTOBER, NOW.date())


def test_what_an_audit_attacked_is_kept(invented: Engine, plain_pages: None) -> None:
    name = releases.build("plataformas", OCTOBER, NOW.date())
    with invented.connect() as connection:
        audit = audit_of(load(find(connection, name).candidate_id))
    assert audit is not None
    assert audit.celdas > audit.ocultas > 0


def test_a_platform_that_answered_little_waits_for_somebody(invented: Engine, plain_pages: None) -> None:
    measured(invented, BANK, OCTOBER, dead=600)
    name = releases.build("plataformas", OCTOBER, NOW.date())
    asked = releases.needed(name, NOW)
    assert "respondió menos de lo tolerado" in asked
    with pytest.raises(DataError):
        releases.publish(name, NOW)
    releases.decide(name, ["Dirección General de Empleo"], "publicar_con_nota", "El servidor se cambió.", NOW)
    folder = releases.publish(name, NOW)
    assert "El servidor se cambió." in (folder / "datos" / "notas.csv").read_text(encoding="utf-8")
    assert [each for each in verify(name) if not each.ok] == []


def test_nothing_is_public_before_its_announced_minute(invented: Engine, plain_pages: None) -> None:
    entry = load_calendar().entry("plataformas", Period.of_month(OCTOBER))
    early = datetime(2026, 11, 12, 12, tzinfo=TZ)
    assert early < entry.momento
    candidate = releases.begin("plataformas", OCTOBER, early)
    name = releases.render(
        releases.protect_tables(releases.review_tables(releases.compute_tables(releases.review_core(candidate))))
    )
    releases.audit_draft(name)
    releases.needed(name, early)
    assert releases.minute_of(name, early) == entry.momento
    with pytest.raises(UnavailableError):
        releases.publish(name, early)
    assert releases.publish(name, entry.momento + timedelta(seconds=1)).is_dir()


def test_a_withdrawn_evaluation_leaves_its_tombstone_and_proposes_nothing(
    invented: Engine, plain_pages: None
) -> None:
    published(SEPTEMBER)
    releases.withdraw("plataformas/2026-09/r1", "Se midió otra cosa.", "Dirección General de Empleo", NOW)
    assert [each.nombre for each in verify("plataformas/2026-09/r1")] == ["retirada"]
    assert rows(published(OCTOBER), "seguimiento") == []


def test_evidence_that_is_gone_is_told_and_not_made_up(invented: Engine, plain_pages: None) -> None:
    folder = published(OCTOBER)
    delivered(invented, OCTOBER, AGAIN, "2")
    measured(invented, BANK, OCTOBER, dead=9)
    assert [each for each in verify(R1) if not each.ok] == [], "what came later changes nothing of it"
    assert run(["release", "verify", R1]) == 0
    with invented.begin() as connection:
        connection.execute(text("DELETE FROM control.evidencias_plataforma WHERE fuente = :bank"), {"bank": BANK})
    (wrong,) = [each for each in verify(folder) if not each.ok]
    assert BANK in wrong.detalle


def test_a_register_that_is_read_whole_does_not_tell_by_two_months_what_came_between(invented: Engine) -> None:
    for month, count in ((SEPTEMBER, 60), (OCTOBER, 61)):
        found = {"denuncias": (count, {"canal": (9, 0)}, {("canal", "El canal no está en la lista."): 4})}
        delivered(invented, month, found, fuente="denuncias")
        measured(invented, "denuncias", month)
        folder = published(month)
        for name in COUNTED:
            told = {row["valor"] for row in rows(folder, name, plataforma="denuncias")}
            assert told <= {"", "0"}, name
        page = (folder / "denuncias" / "informe.html").read_text(encoding="utf-8")
        assert "No se muestra cuántos registros se apartaron" in page
        assert "No se muestra qué parte de las celdas se puede usar" in page
    assert [each for each in verify(R1) if not each.ok] == []


def test_neither_evidence_nor_release_holds_a_value_of_a_record(office: Evaluated) -> None:
    with office.warehouse.connect() as connection:
        kept = json.dumps(
            connection.execute(text("SELECT contenido FROM control.evidencias_plataforma")).scalars().all()
        )
    assert "tipo_visa" in kept
    assert not re.search(r"K\d{3}", kept)
    for path, content in contents(office.release).items():
        if path.endswith((".csv", ".json", ".html", ".md")):
            assert not re.search(rb"\bK\d{3}\b", content), path
