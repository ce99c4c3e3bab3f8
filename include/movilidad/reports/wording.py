"""The report's words, kept apart from the program: ``textos.yml``, and ``textos.en.yml`` with the same keys."""

from functools import lru_cache
from typing import Literal

from pydantic import Field

from movilidad.model import paths
from movilidad.model.strict import Strict
from movilidad.model.written import read, wrong_as
from movilidad.reports import language, numbers

FOLDER = paths.TEMPLATES / "informe"
wrong_words = wrong_as("los textos no valen", "corríjalos; los comentarios del archivo dicen qué lleva")


class SectionWords(Strict):
    """Words of one breakdown; the file explains each."""

    nombre: str
    neutral: str
    orden: Literal["mayor", "lista"] = "mayor"
    cortas: dict[str, str] = Field(default_factory=dict)
    mayor: str = ""
    fija: str = ""
    codigo: str = ""
    punto: str = ""
    aclara: str = ""

    def short(self, code: str, label: str) -> str:
        """The label as headings, sentences and charts use it."""
        return self.cortas.get(code, label)


class WageWords(Strict):
    """Words of the section on wages."""

    nombre: str
    titulo: str
    neutral: str
    explica: str
    aclara: str


class TableWords(Strict):
    """What the dimension of a table is called in titles, and the order of its rows."""

    nombre: str
    orden: Literal["mayor", "lista"] = "mayor"


class ActorWords(Strict):
    """Words of the section on employers and recruiters.

    ``indicadores`` of the summary are shown, and the tables ``desgloses``, each by the name of its dimension.
    """

    nombre: str
    titulo: str
    uno: str
    ninguno: str
    explica: str
    indicadores: tuple[str, ...]
    desgloses: dict[str, TableWords]


class ApplicantWords(Strict):
    """Words of the section on the way to a departure; ``desgloses`` are tables of applicants that it shows."""

    nombre: str
    titulo: str
    neutral: str
    explica: str
    aclara: str
    etapa: str
    desgloses: dict[str, TableWords]


class PlaceWords(Strict):
    """Words of the section that lists a breakdown of a breakdown."""

    nombre: str
    titulo: str
    explica: str


class ContextWords(Strict):
    """Words of a section that sets the month beside something else."""

    nombre: str
    neutral: str
    aclara: tuple[str, ...]


class CountWords(Strict):
    """A sentence about a number ``{n}``: of one, of any other."""

    uno: str
    varios: str


class Translations(Strict):
    """What in Spanish comes with the figures: titles of ``cuadros.yml`` and of the summary, notes, sources."""

    dimensiones: dict[str, str] = Field(default_factory=dict)
    indicadores: dict[str, str] = Field(default_factory=dict)
    unidades: dict[str, str] = Field(default_factory=dict)
    cifras: dict[str, str] = Field(default_factory=dict)
    fuentes: dict[str, str] = Field(default_factory=dict)
    notas: dict[str, str] = Field(default_factory=dict)


class Wording(Strict):
    """All of a file of words."""

    titulo: str
    institucion: str
    aviso: str
    aviso_explicado: str
    estado_preliminar: str
    estado_explicado: str
    licencia: str
    secciones: dict[str, SectionWords]
    puntos: tuple[str, ...]
    salarios: WageWords
    solicitudes: ApplicantWords
    actores: ActorWords
    municipios: PlaceWords
    comparaciones: ContextWords
    espejo: ContextWords
    revisiones: ContextWords
    cuentan: tuple[str, ...]
    no_cuentan: tuple[str, ...]
    simbolos: dict[str, str]
    glosario: dict[str, str]
    contacto: tuple[str, ...]
    frases: dict[str, str]
    conteos: dict[str, CountWords]
    traducciones: Translations = Translations()


def load_wording() -> Wording:
    """The words in the language being written; a UsageError that says where they are wrong."""
    return _read(f"textos{language.current().sufijo}.yml")


def say(name: str, **values: object) -> str:
    """The phrase of ``frases`` with its values."""
    return load_wording().frases[name].format(**values)


def say_count(name: str, count: float, **values: object) -> str:
    """The sentence of ``conteos`` for a number, which it may name as ``{n}``."""
    words = load_wording().conteos[name]
    return (words.uno if count == 1 else words.varios).format(n=numbers.number(count), **values)


@lru_cache
def _read(file: str) -> Wording:
    return read(Wording, FOLDER / file, wrong_words)
