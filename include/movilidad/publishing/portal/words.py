"""The portal's words in its two languages, and how each writes periods, dates and figures."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_time
from markupsafe import Markup, escape

from movilidad.model import codelists, paths
from movilidad.model.codelists import REMAINDER, TOTAL, UNKNOWN
from movilidad.model.periods import TZ, Period
from movilidad.model.written import content_of, text_of
from movilidad.publishing.portal.tables import Cell, Table
from movilidad.reports.numbers import HIDDEN, NOT_KNOWN, NOT_SAID, number
from movilidad.reports.text import typographic
from movilidad.reports.wording import wrong_words

FILE = paths.TEMPLATES / "portal" / "textos.yml"
SPANISH, ENGLISH = "es", "en"
LANGUAGES = (SPANISH, ENGLISH)
_KEPT = 20_000  # printed cells and periods that are kept

_LOCALES = {SPANISH: "es_GT", ENGLISH: "en"}
# columns with English labels in the official lists: code, label
_ENGLISH = {
    "paises": ("alfa3", "nombre_en"),
    "ciuo08": ("codigo", "titulo_en"),
    "ciiu_rev4": ("codigo", "titulo_en"),
    "monedas": ("codigo", "nombre_en"),
}
_ALWAYS = {TOTAL: "Total", UNKNOWN: "Not stated or unknown", REMAINDER: "Protected categories, together"}


@lru_cache
def _texts() -> dict[str, Any]:
    content: dict[str, Any] = content_of(text_of(FILE, wrong_words), FILE, wrong_words)
    return content


class Words:
    """The words of one language; ``words.x`` is the text ``x`` of ``textos.yml``."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = _LOCALES[language]
        # the same figures and periods stand on many pages
        self.cell: Callable[[Cell], Markup] = lru_cache(_KEPT)(self._cell)
        self.short_period: Callable[[Period], str] = lru_cache(_KEPT)(self._short_period)
        self._texts = {name: both[language] for name, both in _texts()["textos"].items()}

    def __getattr__(self, name: str) -> Any:
        try:
            return self._texts[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def is_spanish(self) -> bool:
        return self.language == SPANISH

    def spanish(self, text: str) -> Markup:
        """A text that exists in Spanish only, marked so on pages of the other language."""
        return escape(text) if self.is_spanish else Markup('<span lang="es">{}</span>').format(text)

    def date(self, day: date) -> str:
        """``5 de septiembre de 2026``, ``5 September 2026``."""
        pattern = "long" if self.is_spanish else "d MMMM y"
        return str(format_date(day, pattern, locale=self._locale))

    def moment(self, moment: datetime) -> str:
        """Date and time of day in Guatemala."""
        local = moment.astimezone(TZ)
        return f"{self.date(local.date())}, {format_time(local, 'HH:mm', locale=self._locale)}"

    def period(self, period: Period) -> str:
        """``octubre de 2026``, ``October 2026``, ``September to December 2026``."""
        if self.is_spanish:
            return period.label
        if period.kind == "anio":
            return str(period.last.year)
        last = str(format_date(period.last.first_day, "MMMM y", locale=self._locale))
        if period.first == period.last:
            return last
        return f"{format_date(period.first.first_day, 'MMMM', locale=self._locale)} to {last}"

    def _short_period(self, period: Period) -> str:
        """``oct 2026``; four months as ``sept–dic 2026``."""
        last = str(format_date(period.last.first_day, "MMM y", locale=self._locale))
        if period.first == period.last:
            return last
        return f"{format_date(period.first.first_day, 'MMM', locale=self._locale)}–{last}"

    @property
    def hidden(self) -> Markup:
        """The sign of a protected figure."""
        return Markup('<span class="oculta">{}<span class="voz"> ({})</span></span>').format(
            HIDDEN, self.cifra_protegida
        )

    def _cell(self, cell: Cell) -> Markup:
        """A cell as tables show it; a figure that is not there says why."""
        if cell.hidden:
            return self.hidden
        if cell.number is None:
            sign = {"M": "///", "L": NOT_KNOWN}.get(cell.estado_obs, NOT_SAID)
            return Markup('<span class="oculta">{}<span class="voz"> ({})</span></span>').format(
                sign, self.sin_dato
            )
        mark = {"P": "p", "E": "e", "B": "b"}.get(cell.estado_obs, "")
        return Markup("{}{}").format(figure(cell.valor), Markup("<sup>{}</sup>").format(mark) if mark else "")

    def series(self, name: str) -> str:
        """The title of a series."""
        return str(_texts()["series"].get(name, {}).get(self.language, name))

    def group(self, table: str) -> tuple[str, str]:
        """The group of tables that a table belongs to: its key and its title."""
        groups = _texts()["grupos"]
        population = table.partition("_por_")[0]
        own = _texts()["grupo_de"].get(population)
        key = own or next((name for name in groups if population == name or table.startswith(f"{name}_")), "otros")
        return key, str(groups[key][self.language])

    def indicator(self, code: str, spanish: str = "") -> Markup:
        """The title of an indicator."""
        return self._one("indicadores", code, spanish or code)

    def unit(self, unit: str) -> Markup:
        return self._one("unidades", unit, unit)

    def dimension(self, name: str) -> Markup:
        return self._one("dimensiones", name, name)

    def label(self, code: str, spanish: str, code_list: str = "") -> Markup:
        """The label of a category."""
        plain = typographic(spanish)
        if self.is_spanish:
            return escape(plain)
        found = _ALWAYS.get(code) or _english(code_list).get(code)
        if found is None and code_list in ("departamentos", "municipios", "comunidades_linguisticas"):
            return escape(plain)  # proper names
        return escape(found) if found else self.spanish(plain)

    def title(self, table: Table) -> Markup:
        """The title of a table; in English made of its parts, where all of them have English names."""
        if self.is_spanish:
            return escape(typographic(table.title))
        base, _, cumulative = table.name.partition("_acumulado")
        known = _texts()["cuadros"].get(base)
        if known:
            found = str(known[ENGLISH])
        else:
            names = _texts()["dimensiones"]
            population = _texts()["grupos"].get(table.name.partition("_por_")[0])
            if not population or not table.dimensions or any(name not in names for name in table.dimensions):
                return self.spanish(typographic(table.title))
            parts = [names[name][ENGLISH].lower() for name in table.dimensions]
            found = f"{population[ENGLISH]} by {' and '.join(parts)}"
        return escape(f"{found}, year to date" if table.name != base and not cumulative else found)

    def _one(self, kind: str, code: str, spanish: str) -> Markup:
        both = _texts()[kind].get(code)
        if self.is_spanish:
            return escape(both[SPANISH] if both else typographic(spanish))
        return escape(both[ENGLISH]) if both else self.spanish(typographic(spanish))


def plain(text: Markup) -> str:
    """A text without its marks of language: for places that hold no elements."""
    return text.striptags()


@lru_cache
def words(language: str) -> Words:
    """The words of ``es`` or ``en``."""
    return Words(language)


@lru_cache(maxsize=100_000)
def figure(text: str) -> str:
    """A figure of a CSV with the separators of Guatemala, which English shares: ``1,234.5``."""
    decimals = len(text.partition(".")[2])
    return number(float(text), decimals)


@lru_cache
def _english(code_list: str) -> dict[str, str]:
    if code_list in _ENGLISH:
        code, label = _ENGLISH[code_list]
        return {row[code]: row[label] for row in codelists.rows(code_list) if row[label]}
    return {str(code): str(label) for code, label in _texts()["codigos"].get(code_list, {}).items()}
