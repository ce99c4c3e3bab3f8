"""The report's standing words, kept apart from the program in ``include/templates/informe/textos.yml``."""

from functools import lru_cache
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from movilidad.model import paths
from movilidad.model.errors import UsageError

FILE = paths.TEMPLATES / "informe" / "textos.yml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SectionWords(_Strict):
    """Words of one breakdown; the file explains each."""

    nombre: str
    neutral: str
    orden: Literal["mayor", "lista"] = "mayor"
    cortas: dict[str, str] = {}
    mayor: str = ""
    fija: str = ""
    codigo: str = ""
    punto: str = ""
    aclara: str = ""

    def short(self, code: str, label: str) -> str:
        """The label as headings, sentences and charts use it."""
        return self.cortas.get(code, label)


class WageWords(_Strict):
    """Words of the section on wages."""

    nombre: str
    titulo: str
    neutral: str
    explica: str
    aclara: str


class ActorWords(_Strict):
    """Words of the section on applicants, employers and recruiters; ``indicadores`` of the summary it shows."""

    nombre: str
    titulo: str
    uno: str
    ninguno: str
    explica: str
    indicadores: tuple[str, ...]


class PlaceWords(_Strict):
    """Words of the section that lists a breakdown of a breakdown."""

    nombre: str
    titulo: str
    explica: str


class ContextWords(_Strict):
    """Words of a section that sets the month beside something else."""

    nombre: str
    neutral: str
    aclara: tuple[str, ...]


class Wording(_Strict):
    """All of ``textos.yml``."""

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


@lru_cache
def load_wording() -> Wording:
    """Read the words; a UsageError that names the place of the first mistake."""
    try:
        return Wording.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise UsageError("los textos del informe no se pueden leer como YAML", place=FILE.name) from error
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise UsageError(f"los textos del informe no son válidos en «{where}»", place=FILE.name) from error
