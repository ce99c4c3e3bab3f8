"""The standing words of the four-month report, in ``include/templates/informe/cuatrimestre.yml``."""

from functools import lru_cache
from typing import Literal

from movilidad.model import paths
from movilidad.model.strict import Strict
from movilidad.model.written import read
from movilidad.reports.wording import SectionWords, wrong_words

FILE = paths.TEMPLATES / "informe" / "cuatrimestre.yml"


class PartWords(Strict):
    """Words of one section: short name, heading that claims nothing, first sentences, notes."""

    nombre: str
    neutral: str
    explica: str
    aclara: tuple[str, ...]


class CountWords(Strict):
    """Words of one table: what is counted (``sujeto``), by what (``nombre``)."""

    sujeto: str
    nombre: str
    orden: Literal["mayor", "lista"] = "mayor"

    @property
    def section(self) -> SectionWords:
        """As the sections of breakdowns take them."""
        return SectionWords(nombre=self.nombre, neutral=self.sujeto, orden=self.orden)


class FourMonthWording(Strict):
    """All of ``cuatrimestre.yml``."""

    titulo: str
    estado_explicado: str
    secciones: dict[str, PartWords]
    aclara_colocados: dict[str, str]
    cuadros: dict[str, CountWords]
    cuentan: tuple[str, ...]
    no_cuentan: tuple[str, ...]
    calidad: tuple[str, ...]
    glosario: dict[str, str]


@lru_cache
def load_four_month_wording() -> FourMonthWording:
    """Read the words; a UsageError that says where they are wrong."""
    return read(FourMonthWording, FILE, wrong_words)
