"""The standing words of the evaluation, in ``include/templates/informe/plataformas.yml``."""

from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from movilidad.model import paths
from movilidad.model.written import read
from movilidad.reports.accountability.wording import PartWords
from movilidad.reports.wording import wrong_words

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
    """Read the words; a UsageError that says where they are wrong."""
    return read(PlatformWording, FILE, wrong_words)
