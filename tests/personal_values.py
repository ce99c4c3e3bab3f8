"""Looking for personal values in a text, for tests: CUI, full name, telephone, e-mail address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from movilidad.demo.people import Person

_CUI = re.compile(r"(?<!\w)\d{4}[ -]?\d{5}[ -]?\d{4}(?!\w)")
_PHONE = re.compile(r"(?<![\w.:-])\d{4}[ -]?\d{4}(?![\w.:-])")
_MAIL = re.compile(r"[\w.+-]+@[\w.-]+\w")


@dataclass(frozen=True)
class Wanted:
    """Personal values, ready to be looked for."""

    cuis: frozenset[str]
    names: frozenset[str]
    phones: frozenset[str]
    mails: frozenset[str]

    @classmethod
    def of(cls, people: Iterable[Person]) -> Self:
        """All values of some people, in the forms that are compared."""
        known = list(people)
        cuis = (_digits(person.cui) for person in known if person.cui)
        return cls(
            frozenset(cui for cui in cuis if len(cui) == 13),
            frozenset(_words(person.nombre) for person in known if person.nombre),
            frozenset(_digits(person.telefono)[-8:] for person in known if person.telefono),
            frozenset(person.correo.lower() for person in known if person.correo),
        )

    def kinds_in(self, content: str) -> list[str]:
        """Which kinds of value occur in a text."""
        found = {
            "CUI": any(_digits(hit) in self.cuis for hit in _CUI.findall(content)),
            "nombre": self._has_name(_words(content).split()),
            "teléfono": any(_digits(hit) in self.phones for hit in _PHONE.findall(content)),
            "correo": any(hit.lower() in self.mails for hit in _MAIL.findall(content)),
        }
        return [kind for kind, hit in found.items() if hit]

    def _has_name(self, words: list[str]) -> bool:
        return any(
            " ".join(words[at : at + size]) in self.names
            for at, word in enumerate(words)
            for size in self._sizes_by_first_word.get(word, ())
        )

    @cached_property
    def _sizes_by_first_word(self) -> dict[str, set[int]]:
        sizes: dict[str, set[int]] = {}
        for name in self.names:
            words = name.split()
            sizes.setdefault(words[0], set()).add(len(words))
        return sizes


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value)


def _words(content: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", content.lower()))
