"""Labels of codes and titles of figures in the language being written.

Spanish ones come with the figures. In English they are those of the code lists and of ``textos.en.yml``; what has
no English name keeps its Spanish one, and the label says so, that a screen reader may pronounce it.
"""

from dataclasses import dataclass

from movilidad.model.codelists import CodeList
from movilidad.reports import language
from movilidad.reports.facts import Input
from movilidad.reports.text import printable, typographic
from movilidad.reports.wording import load_wording
from movilidad.statistics.specs import Dimension, Indicator
from movilidad.statistics.summary import HEADLINES


@dataclass(frozen=True)
class Label:
    """A label; ``idioma`` is its language where that is not the report's."""

    texto: str
    idioma: str = ""


def label_in(codes: CodeList, code: str) -> Label:
    """The label of a code; a KeyError if the list does not have it."""
    spanish = typographic(codes.label(code))
    if language.current() is language.SPANISH:
        return Label(spanish)
    translated = codes.english_label(code)
    return Label(typographic(translated)) if translated else Label(spanish, "es")


def label_of(dimension: Dimension, code: str) -> Label:
    """The label of a dimension's code."""
    return label_in(dimension.code_list, code)


def dimension_title(dimension: Dimension, population: str) -> str:
    """``País donde trabaja``, as it reads in the tables of a population."""
    found = load_wording().traducciones.dimensiones
    return found.get(f"{dimension.nombre}.{population}") or found.get(
        dimension.nombre, dimension.title(population)
    )


def indicator_title(indicator: Indicator) -> str:
    """``Personas colocadas``."""
    return load_wording().traducciones.indicadores.get(indicator.nombre, indicator.titulo)


def unit_name(indicator: Indicator) -> str:
    """``personas``."""
    return load_wording().traducciones.unidades.get(indicator.unidad, indicator.unidad)


def headline_title(name: str) -> str:
    """Title of a figure of the summary."""
    return load_wording().traducciones.cifras.get(name, HEADLINES[name][0])


def note_in(topic: str, spanish: str, **values: object) -> str:
    """A sentence that the statistics bring in Spanish, in the language being written if it has a translation."""
    translated = load_wording().traducciones.notas.get(topic)
    return translated.format(**values) if translated else spanish


def source_title(source: Input) -> Label:
    """The title of a source; those of institutions of Guatemala are proper names."""
    translated = load_wording().traducciones.fuentes.get(source.fuente)
    if translated or language.current() is language.SPANISH:
        return Label(printable(translated or source.titulo))
    return Label(printable(source.titulo), "es")
