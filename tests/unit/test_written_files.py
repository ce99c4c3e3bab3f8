"""Every kind of file that people write: what is wrong in it is told with its place, and what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from movilidad.alerts.configuration import load_configuration
from movilidad.dependencies import accepted as findings
from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.model.settings import get_settings
from movilidad.publishing.calendar import load_calendar
from movilidad.publishing.platforms.oddities import tolerances
from movilidad.publishing.portal import words as portal_words
from movilidad.publishing.signatories import signatories
from movilidad.publishing.targets.configuration import load_targets
from movilidad.quality.suites import known_columns, read_suite
from movilidad.reports import wording
from movilidad.reports.accountability import wording as four_months
from movilidad.reports.platforms import wording as evaluation
from movilidad.sources.contracts import load_contract, read_contract
from movilidad.statistics.specs import load_specs

TARGETS = """
destinos:
  - nombre: espejo
    titulo: Espejo
    clase: archivos
    conexion: espejo
"""


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes:
        load: reads such a file.
        wrong: what is changed in it, into what, and what is then said.
    """

    name: str
    written: str
    load: Callable[[Path, pytest.MonkeyPatch], object]
    wrong: tuple[str, str, str]


def kind(file: Path, load: Callable[[Path, pytest.MonkeyPatch], object], old: str, new: str, said: str) -> Kind:
    """A kind of which the product has a file."""
    return Kind(file.name, file.read_text(encoding="utf-8"), load, (old, new, said))


def _targets(file: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("MOVILIDAD_DESTINOS", str(file))
    get_settings.cache_clear()
    try:
        return load_targets()
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def _suite(file: Path, _: pytest.MonkeyPatch) -> object:
    contract = load_contract("visas_eeuu")
    return read_suite(file, {name: known_columns(contract, name) for name in contract.conjuntos}, "visas_eeuu")


def _tolerances(file: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(paths, "EVALUATION", file)
    return tolerances.__wrapped__()


def _words(file: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(wording, "FOLDER", file.parent)
    return wording._read.__wrapped__(file.name)


def _four_months(file: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(four_months, "FILE", file)
    return four_months.load_four_month_wording.__wrapped__()


def _evaluation(file: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(evaluation, "FILE", file)
    return evaluation.load_platform_wording.__wrapped__()


def _portal(file: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(portal_words, "FILE", file)
    return portal_words._texts.__wrapped__()


HOURS = 'se espera una hora entre comillas, por ejemplo "20:00"'
KINDS = [
    kind(
        paths.ALERTS,
        lambda file, _: load_configuration(file),
        'desde: "19:00"',
        "desde: temprano",
        f"en «silencio.desde», {HOURS}",
    ),
    kind(
        paths.CALENDAR,
        lambda file, _: load_calendar(file),
        "dia_habil: 10",
        "dia_habil: 40",
        "en «reglas.mensual.dia_habil», se espera 15 o menos",
    ),
    Kind(
        "destinos.yml",
        TARGETS,
        _targets,
        ("clase: archivos", "clase: fax", "en «destinos.0.clase», se espera 'archivos', 'pagina' o 'ckan'"),
    ),
    kind(
        paths.SIGNATORIES,
        lambda file, _: signatories(file),
        "firmantes: []",
        "firmantes: [{usuario: a, cargo: b, correo: nadie}]",
        "en «firmantes.0.correo», se espera una dirección de correo",
    ),
    kind(
        paths.CONTRACTS / "visas_eeuu.yml",
        lambda file, _: read_contract(file),
        "conector: archivo",
        "conector: fax",
        "en «conector», se espera 'sql', 'rest', 'archivo' o 'soap'",
    ),
    kind(
        paths.EXPECTATIONS / "visas_eeuu.yml",
        _suite,
        "severity: warning",
        "severity: fatal",
        "conjunto «visas», regla 1, «severity»: se espera 'critical', 'warning' o 'info'",
    ),
    kind(
        paths.TABLES,
        lambda file, _: load_specs(file),
        "lista: sexos, lista_completa: true",
        "lista: sexos, lista_completa: entera",
        "en «dimensiones.sexo.lista_completa», se espera true o false",
    ),
    kind(
        paths.EVALUATION,
        _tolerances,
        "baja_maxima: 0.05",
        "baja_maxima: mucha",
        "en «baja_maxima», se espera un número",
    ),
    kind(
        findings.FILE,
        lambda file, _: findings.accepted(file),
        "hasta: 2028-05-31",
        "hasta: siempre",
        "en «antiguas.0.hasta», se espera una fecha, por ejemplo 2027-01-20",
    ),
    kind(
        wording.FOLDER / "textos.yml",
        _words,
        "orden: lista",
        "orden: menor",
        "se espera 'mayor' o 'lista'",
    ),
    kind(
        four_months.FILE,
        _four_months,
        "aclara: []",
        "aclara: nada",
        "en «secciones.informes.aclara», se espera una lista entre corchetes",
    ),
    kind(
        evaluation.FILE,
        _evaluation,
        "titulo_conjunto: ",
        "titulo_conjunto: 3 #",
        "en «titulo_conjunto», se espera un texto (¿faltan comillas?)",
    ),
    Kind(portal_words.FILE.name, portal_words.FILE.read_text(encoding="utf-8"), _portal, ("", "", "")),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_key_written_twice_is_told_with_file_line_key_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    key = next(iter(yaml.safe_load(kind.written)))
    before = kind.written.rstrip("\n") + "\n"
    told = _refusal(kind, tmp_path, monkeypatch, f"{before}{key}: otra vez\n")
    assert f"no es YAML válido en la línea {before.count(chr(10)) + 1}: clave repetida: {key}" in told
    assert "otra vez" not in told


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.wrong[0]], ids=lambda kind: kind.name)
def test_a_wrong_value_is_told_with_file_line_key_reason_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    old, new, said = kind.wrong
    before, found, after = kind.written.partition(old)
    assert found
    told = _refusal(kind, tmp_path, monkeypatch, before + new + after)
    assert f"{said} (línea {before.count(chr(10)) + 1})" in told


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_file_that_is_not_in_utf_8_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    told = _refusal(kind, tmp_path, monkeypatch, f"# año\n{kind.written}", encoding="latin-1")
    assert "no está en UTF-8; guárdelo con esa codificación" in told


@pytest.mark.parametrize(
    ("rules", "line", "reason"),
    [
        (
            "reglas:\n  mensual: {titulo: x\nasuetos: []\n",
            3,
            "falta una coma, o el corchete o la llave que cierra",
        ),
        ("reglas:\n\tmensual: x\n", 2, "use espacios y no tabuladores"),
        ("reglas:\n  mensual: x\n mas: y\n", 3, "la sangría no es la de las líneas de arriba"),
        ("reglas:\n  mensual: Informe: mensual\n", 2, "un texto con «:» va sin comillas"),
        ('reglas:\n  mensual: "x\nasuetos: []\n', 2, "faltan las comillas que cierran"),
        ("reglas:\n  mensual: *x\n", 2, "un texto que comienza con «*» va entre comillas"),
        ("reglas:\n  mensual: &x [*x]\n", 2, "revise sangría, dos puntos y comillas"),
    ],
)
def test_a_slip_in_the_writing_is_told_in_spanish_with_its_line(
    tmp_path: Path, rules: str, line: int, reason: str
) -> None:
    file = tmp_path / "calendario.yml"
    file.write_text(rules, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_calendar(file)
    assert f"no es YAML válido en la línea {line}: " in str(caught.value)
    assert reason in str(caught.value)


def _refusal(kind: Kind, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, encoding: str = "utf-8") -> str:
    """What is said of a file that holds ``text``."""
    file = folder / kind.name
    file.write_text(text, encoding=encoding, errors="replace")
    with pytest.raises(UsageError) as caught:
        kind.load(file, monkeypatch)
    told = str(caught.value)
    assert kind.name in told
    assert "Qué hacer: corrija" in told or "Qué hacer: corríja" in told
    return told
