"""The standing words of the evaluation, in ``include/templates/informe/plataformas.yml``."""

from functools import lru_cache

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from movilidad.model import paths, strict_yaml
from movilidad.model.errors import UsageError
from movilidad.reports.accountability.wording import PartWords

FILE = paths.TEMPLATES / "informe" / "plataformas.yml"


class PlatformWording(BaseModel):
    """All of ``plataformas.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titulo: str
    titulo_conjunto: str
    secciones: dict[str, PartWords]
    conjunto: dict[str, PartWords]
    cuentan: tuple[str, ...]
    no_cuentan: tuple[str, ...]
    calidad: tuple[str, ...]
    glosario: dict[str, str]


@lru_cache
def load_platform_wording() -> PlatformWording:
    """Read the words; a UsageError that names the place of the first mistake."""
    try:
        return PlatformWording.model_validate(strict_yaml.load(FILE.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise UsageError("los textos de la evaluación no se pueden leer como YAML", place=FILE.name) from error
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise UsageError(f"los textos de la evaluación no son válidos en «{where}»", place=FILE.name) from error
