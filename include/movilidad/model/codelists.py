"""Official code lists, kept as CSV in ``include/codelists``; codes are text, leading zeros count.

Each list has codes, Spanish labels, aliases by which sources call a code, and a parent code where the list is
a hierarchy. ``ND`` (not stated or unknown) belongs to every dimension and to no list.
"""

import csv
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from movilidad.model import office
from movilidad.model.errors import UsageError

UNKNOWN = "ND"
UNKNOWN_LABEL = "No declarado o desconocido"
TOTAL = "Total"
REMAINDER = "Resto"
REMAINDER_LABEL = "Categorías protegidas, en conjunto"


@dataclass(frozen=True)
class CodeList:
    """A closed list: ``labels``, ``parents`` and ``english`` labels by code, in the list's own order."""

    name: str
    labels: dict[str, str]
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    english: dict[str, str] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        return list(self.labels)

    def label(self, code: str) -> str:
        """The Spanish label of a code, also of ``ND``, ``Total`` and ``Resto``."""
        if code in self.labels:
            return self.labels[code]
        return {UNKNOWN: UNKNOWN_LABEL, TOTAL: "Total", REMAINDER: REMAINDER_LABEL}[code]

    def english_label(self, code: str) -> str | None:
        """The English label of a code; None where the list gives none."""
        return self.english.get(code) or _SPECIAL_ENGLISH.get(code)

    def resolve(self, text: str | None) -> str | None:
        """The code that a source means by ``text`` (code, label or alias; case and accents do not matter)."""
        if text is None:
            return None
        if text in self.labels:
            return text
        return self._by_name.get(fold(text))

    @cached_property
    def _by_name(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for code, label in self.labels.items():
            for name in (code, label, *self.aliases.get(code, ())):
                # a name that two codes share says nothing
                names[fold(name)] = code if names.get(fold(name), code) == code else ""
        return {name: code for name, code in names.items() if code}


def fold(text: str) -> str:
    """Lower case, without accents, with one kind of apostrophe and single blanks: for comparing names."""
    plain = text.casefold()
    for apostrophe in "’‘´`ʼ":  # before normalising, which takes ´ apart
        plain = plain.replace(apostrophe, "'")
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(plain.split())


_SPECIAL_ENGLISH = {UNKNOWN: "Not stated or unknown", TOTAL: "Total", REMAINDER: "Protected categories, together"}

# columns of each file: code, label, aliases, parent
_COLUMNS = {
    "paises": ("alfa3", "nombre_es", ("alfa2", "alias", "nombre_en"), None),
    "departamentos": ("codigo", "departamento", (), None),
    "municipios": ("codigo", "municipio", ("alias",), "codigo_departamento"),
    "monedas": ("codigo", "nombre_es", (), None),
    "subdivisiones_destino": ("codigo", "nombre_es", ("alias",), "pais"),
    "ciuo08": ("codigo", "titulo_es", (), "codigo_superior"),
    "ciiu_rev4": ("codigo", "titulo_es", (), "codigo_superior"),
}
_DEFAULT = ("codigo", "etiqueta", ("alias",), "superior")
# columns that hold a name in English
_ENGLISH = ("nombre_en", "titulo_en", "etiqueta_en")


@lru_cache
def code_list(name: str) -> CodeList:
    """Load the list ``name``; a UsageError if there is none."""
    code, label, alias_columns, parent = _COLUMNS.get(name, _DEFAULT)
    labels: dict[str, str] = {}
    aliases: dict[str, tuple[str, ...]] = {}
    parents: dict[str, str] = {}
    english: dict[str, str] = {}
    for row in rows(name):
        key = row[code]
        labels[key] = row[label]
        aliases[key] = tuple(
            text for column in alias_columns for text in (row.get(column) or "").split("|") if text
        )
        if parent and row.get(parent):
            parents[key] = row[parent]
        english[key] = next((row[column] for column in _ENGLISH if row.get(column)), "")
    return CodeList(name, labels, aliases, parents, english)


@lru_cache
def rows(name: str) -> list[dict[str, str]]:
    """All rows of a file of ``include/codelists`` (code lists, crosswalks, limits), as text."""
    file = office.code_list_file(name)
    if not file.is_file():
        raise UsageError(f"no existe la lista de códigos «{name}»", remedy="revise el contrato de la fuente")
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
