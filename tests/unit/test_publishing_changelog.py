"""Why a revision differs, in words; and under which address and licence it appears."""

from dataclasses import replace
from datetime import date

import pytest
from pydantic import ValidationError

from movilidad.model.periods import Month, Period
from movilidad.model.settings import Settings
from movilidad.publishing.addresses import latest_address, release_address, series_address
from movilidad.publishing.candidate import Candidate, FrozenInput
from movilidad.publishing.changes import NOTES, Difference
from movilidad.publishing.code_version import CodeVersion
from movilidad.publishing.figures import Figure, Place
from movilidad.publishing.formats.changelog import changelog, reasons
from movilidad.publishing.formats.citation import citation
from movilidad.publishing.formats.licence_text import licence_text
from movilidad.publishing.publisher import LICENCES, Publisher, publisher

PLATFORM = FrozenInput(
    "2026-10", "plataforma", "La plataforma", "Dominio público", "c1", "s1", "k", "r", demostracion=False
)
FIRST = Candidate(
    serie="mensual",
    periodo=Period.parse("2026-10"),
    anterior=None,
    fecha_publicacion=date(2026, 11, 10),
    programa=CodeVersion("0.1.0", "a" * 64),
    configuracion={"frecuencia_minima": 3},
    entradas=(PLATFORM,),
)
SECOND = replace(FIRST, anterior="mensual/2026-10/r1", fecha_publicacion=date(2026, 12, 1))
CHANGES = [
    Difference(Place("resumen", "{}", "colocados"), Figure("1", "F"), Figure("2", "F")),
    Difference(Place(NOTES, "{}", "texto"), Figure("a", "F"), Figure("b", "F")),
]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"entradas": (replace(PLATFORM, carga_id="c2"),)}, "nueva carga: La plataforma"),
        ({"entradas": (PLATFORM, replace(PLATFORM, fuente="otra", titulo="Otra"))}, "nueva fuente: Otra"),
        ({"entradas": ()}, "ya no cuenta la fuente: La plataforma"),
        ({"configuracion": {"frecuencia_minima": 5}}, "regla frecuencia_minima: 3 → 5"),
        ({"programa": CodeVersion("0.2.0", "b" * 64)}, "otra versión del programa (0.2.0, bbbbbbbbbbbb)"),
        ({"proteccion": "otra"}, "otra protección de las cifras"),
        ({"anteriores": ((Month(2026, 9), ()),)}, "nuevas cargas de septiembre de 2026"),
    ],
)
def test_what_changed_in_the_ingredients_is_the_reason(changed: dict[str, object], reason: str) -> None:
    assert reasons(FIRST, replace(SECOND, **changed)) == [reason]  # type: ignore[arg-type]


def test_a_revision_stands_before_the_entries_of_the_one_before() -> None:
    first = changelog(FIRST, None, [], None).decode()
    assert first.endswith("## r1, 10 de noviembre de 2026\n\nPrimera publicación del mes.\n")
    changed = replace(SECOND, entradas=(replace(PLATFORM, carga_id="c2"),))
    text = changelog(changed, FIRST, CHANGES, first).decode()
    assert (
        text.index("## r2, 1 de diciembre de 2026")
        < text.index("nueva carga: La plataforma")
        < text.index("## r1")
    )
    assert "Cifras que cambian: 1 (en `datos/cambios.csv`). Notas que cambian: 1." in text
    assert text.count("# Cambios") == 1
    assert text.endswith(first.partition("\n\n")[2])


def test_addresses_of_a_revision_of_the_newest_and_of_the_series() -> None:
    assert release_address(SECOND) == "https://movilidad.mintrab.example/mensual/2026-10/r2/"
    assert latest_address(SECOND) == "https://movilidad.mintrab.example/mensual/2026-10/latest/"
    assert series_address(SECOND) == "https://movilidad.mintrab.example/series/mensual/"


def test_a_deployment_decides_address_and_licence_and_the_candidate_keeps_them() -> None:
    settings = Settings(direccion_publica="http://datos.example:8080/movilidad/", licencia_datos="CC0-1.0")
    own = replace(FIRST, editor=publisher(settings))
    assert release_address(own) == "http://datos.example:8080/movilidad/mensual/2026-10/r1/"
    assert Candidate.from_dict(own.as_dict()) == own
    assert own.sha256 != FIRST.sha256
    assert LICENCES["CC0-1.0"].direccion in licence_text(own).decode()
    assert release_address(own) in citation(own)


def test_a_manifest_of_before_has_the_usual_publisher() -> None:
    content = {name: value for name, value in FIRST.as_dict().items() if name != "editor"}
    assert Candidate.from_dict(content).editor == Publisher()


@pytest.mark.parametrize(
    "address", ["movilidad.example", "ftp://x.example/", "https://x.example/a b", 'https://x"']
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        Settings(direccion_publica=address)


def test_sources_with_a_licence_of_their_own_are_named() -> None:
    assert "- La plataforma: Dominio público" in licence_text(FIRST).decode()
