"""Names, paths and periods that would lead elsewhere: refused where they are read, with a sentence."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from sources_support import MONTH, contract, failure

from movilidad import cli
from movilidad.cli.words import shown
from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month, Period
from movilidad.model.settings import get_settings
from movilidad.publishing.portal.standing import standing
from movilidad.publishing.tombstone import read_tombstone
from movilidad.quality.quarantine import Held, as_csv
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import load_contract, read_contract
from movilidad.sources.reader import Place
from movilidad.sources.transport import Transport

SERVICE = {
    "rest": {"recurso": "/filas"},
    "soap": {"servicio": "/filas", "espacio": "e", "operacion": "o", "registros": "r"},
}
PATH = {"rest": "recurso", "soap": "servicio"}


@pytest.mark.parametrize("kind", list(SERVICE))
@pytest.mark.parametrize(
    "path",
    [
        *("http://ejemplo.example/x", "https://ejemplo.example", "//ejemplo.example/x", "@ejemplo.example/x"),
        *("\\\\ejemplo.example", "/\\ejemplo.example", "file:///etc/passwd", ":8080/x", "?a=b", "#x", "filas", ""),
        *("/../otra", "/a/../../b", "/a/..", "/%2e%2e/otra", "/a\n/b", "/a//b", "//", "/ñ"),
    ],
)
def test_a_contract_names_a_path_of_its_service_and_nothing_else(kind: str, path: str) -> None:
    with pytest.raises(ValueError, match=f"«{PATH[kind]}» lleva solo la ruta"):
        contract(kind, {**SERVICE[kind], PATH[kind]: path})


@pytest.mark.parametrize(
    "base", ["https://a.example", "https://a.example/", "https://a.example:8443/api/", "https://a.example/x?y=1"]
)
def test_whatever_the_connection_a_path_stays_below_it(base: str) -> None:
    place = Place(contract("rest", SERVICE["rest"]), Connection(extra={"url": base}), MONTH)
    with Transport(place) as transport:
        found = transport.address("/api/v1/filas")
    assert (found.scheme, found.host, found.port) == (transport.base.scheme, "a.example", transport.base.port)
    assert found.path == f"{httpx.URL(base).path.rstrip('/')}/api/v1/filas"


CONTRACT = (paths.CONTRACTS / "registro_reclutadores.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["../fuera", "/etc/passwd", "a; DROP TABLE x", "a b", "A", "", "a\u202eb", "a/b"])
@pytest.mark.parametrize(
    "place",
    [
        *(r"(fuente: )\w+", r"(conexion: )\w+", r"(suite: )\w+", r"(nucleo: \[)\w+", r"(lista: )sexos"),
        *(r"(conversiones: \[)\w+", r"^(  )reclutadores(?=:)", r"^(      )nit(?=:)"),
    ],
)
def test_every_name_in_a_contract_is_a_plain_word(tmp_path: Path, name: str, place: str) -> None:
    file = tmp_path / "registro_reclutadores.yml"
    written, hits = re.subn(
        place, lambda found: found[1] + json.dumps(name), CONTRACT, count=1, flags=re.MULTILINE
    )
    assert hits
    file.write_text(written, encoding="utf-8")
    with pytest.raises(UsageError, match=r"minúsculas sin tildes|no existe|dice fuente"):
        read_contract(file)


@pytest.mark.parametrize("name", ["../sources/tu_empleo", "/etc/passwd", "tu_empleo\0", "tu_empleo.yml", "."])
def test_no_name_of_a_source_leads_to_another_file(name: str) -> None:
    with pytest.raises(UsageError, match="no hay contrato"):
        load_contract(name)


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "{mes.__class__}",
            "{mes!r}",
            "{mes:>999999999}",
            "{0}",
            "{}",
            "{inicio.__init__}",
            "{inicio:%999999999d}",
        ),
        *("{fin:{mes}}", "{mes", "}", "{inicio:%s}"),
    ],
)
def test_a_pattern_of_a_contract_gives_dates_only(pattern: str) -> None:
    place = Place(contract("rest", SERVICE["rest"]), Connection(), MONTH)
    failure(UsageError, lambda: place.fill(f"filas_{pattern}.csv"), "patrón que no existe", "{inicio:%d/%m/%Y}")


def test_the_patterns_of_the_documentation_are_filled() -> None:
    place = Place(contract("rest", SERVICE["rest"]), Connection(), MONTH)
    assert place.fill("{mes} {inicio:%d/%m/%Y} {fin:%Y%m%d} %") == "2026-10 01/10/2026 20261031 %"


HOSTILE_PERIODS = [
    "0000-01",
    "0001-01",
    "9999-12",
    "٢٠٢٦-10",
    "2026-10\n",
    "2026-10/../..",
    "../2026-10",
    "2026-10\0",
    "",
]


@pytest.mark.parametrize("text", HOSTILE_PERIODS)
@pytest.mark.parametrize("parse", [Month.parse, Period.parse])
def test_a_period_is_one_that_calendars_have(text: str, parse: Any) -> None:
    with pytest.raises(UsageError, match="no es un"):
        parse(text)


@pytest.mark.parametrize("text", ["0000", "9999", "0000-C1", "9999-C3", "0000-01/0000-02", "2026-01/9999-02"])
def test_so_are_years_and_spans(text: str) -> None:
    with pytest.raises(UsageError, match="no es un"):
        Period.parse(text)


HOSTILE_RELEASES = [
    *(
        "../../x",
        "mensual/2026-10/r1/../../../x",
        "mensual/../../etc/r1",
        "/etc/2026-10/r1",
        "mensual/2026-10/r1\0",
    ),
    *(
        "mensual/٢٠٢٦-10/r1",
        "mensual/2026-10/r١",
        "mensual/0000-01/r1",
        "mensual\\2026-10\\r1",
        "mensual/2026-10/r1\n",
    ),
    "'; DROP TABLE control.publicaciones; --/2026-10/r1",
]


@pytest.mark.parametrize("name", HOSTILE_RELEASES)
@pytest.mark.parametrize(
    "command",
    [
        *("publish {}", "show {}", "withdraw {} --reason x --approved-by y", "schedule {} 2026-12-05T09:00"),
        *(
            "decide {} --decision publicar --by y",
            "explain {} --type revision --reason x --approved-by y",
            "verify {}",
        ),
    ],
)
def test_no_name_of_a_release_leads_elsewhere(
    command: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MOVILIDAD_CARPETA", str(tmp_path / "carpeta"))
    monkeypatch.setenv("MOVILIDAD_PUBLICACIONES", str(tmp_path / "publicaciones"))
    monkeypatch.delenv("MOVILIDAD_BODEGA", raising=False)
    get_settings.cache_clear()
    code = cli.run(["release", *(name if part == "{}" else part for part in command.split())])
    told = capsys.readouterr().err
    assert (code, told.count("\n")) == (2, 1)
    assert "no es el identificador" in told, told
    assert list(tmp_path.iterdir()) == []
    get_settings.cache_clear()


@pytest.mark.parametrize("name", ["r1.bak", "r2 copia", "r0", "r٣", "r-1", "rx"])
def test_a_strange_folder_beside_the_revisions_does_not_stop_the_portal(tmp_path: Path, name: str) -> None:
    (tmp_path / "mensual" / "2026-10" / name).mkdir(parents=True)
    (tmp_path / "mensual" / "2026-10.txt").write_text("", encoding="utf-8")
    found = standing(tmp_path)
    assert found.issues == ()


@pytest.mark.parametrize(
    "change",
    [
        *({"publicacion_id": "../../.."}, {"publicacion_id": "/etc"}, {"publicacion_id": 7}, {"fecha": "ayer"}),
        *({"fecha": None}, {"motivo": ["x"]}, {"aprobada_por": {}}, {"otra": "x"}),
    ],
)
def test_a_tombstone_that_is_none_is_not_believed(tmp_path: Path, change: dict[str, Any]) -> None:
    told = {"publicacion_id": "mensual/2026-10/r1", "fecha": "2026-11-19", "motivo": "x", "aprobada_por": "y"}
    (tmp_path / "RETIRADA.json").write_text(json.dumps(told), encoding="utf-8")
    assert read_tombstone(tmp_path)
    (tmp_path / "RETIRADA.json").write_text(json.dumps(told | change), encoding="utf-8")
    assert read_tombstone(tmp_path) is None


KEYS = ("=1+1", "@SUM(A1)", "\t=1", "\r=1", "+1", "-1", "＝1", "a\n=1", '"; =1')


def test_the_stewards_list_runs_in_no_spreadsheet() -> None:
    import csv
    import io

    content = as_csv([Held("filas", key, "campo", "motivo", "qué hacer", "asunto") for key in KEYS])
    read = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["clave"].removeprefix("'") for row in read] == list(KEYS)
    assert not any(row["clave"].startswith(tuple("=+-@\t\r＝")) for row in read)


def test_nothing_in_a_text_steers_the_terminal() -> None:
    assert shown("a\x1b[2Jb\r\u202ec\u0085\x9bd\ne\u00a0f ñ") == "a�[2Jb��c��d\ne\u00a0f ñ"
