"""What is told to the room: one thing that goes wrong, as whoever noticed it describes it."""

import re
from dataclasses import dataclass
from datetime import datetime

from movilidad.alerts.kinds import KINDS, Kind

_LINK = re.compile(r"https?://[^\s<>\"]+")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_LONGEST = 1000  # characters of a sentence

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Link:
    """A place to go to. An address that is not of the web is dropped by ``usable``."""

    texto: str
    direccion: str

    @property
    def usable(self) -> bool:
        return _LINK.fullmatch(self.direccion) is not None


@dataclass(frozen=True)
class Notice:
    """One thing that goes wrong.

    Attributes:
        kind: one of ``KINDS``.
        subject: what it is about, as programs call it: a source, a series, a target, ``dag/task``.
        title: the same, as people call it.
        what: what happened, a sentence of our own without any value of a record.
        since: since when; the moment of the report if nobody knows better.
        period: the period concerned (``2026-10``, ``2026-C3``), where there is one.
        source: the source whose steward is told.
        series: publications that wait; those that the contract of ``source`` names if empty.
        remedy: what to do first, where it is known better than the kind knows.
        links: where to look.
        critical: told at any hour, though its kind is not.
        people: e-mail addresses of others who are told, such as those who sign off.
    """

    kind: str
    subject: str
    title: str
    what: str
    since: datetime | None = None
    period: str = ""
    source: str = ""
    series: tuple[str, ...] = ()
    remedy: str = ""
    links: tuple[Link, ...] = ()
    critical: bool = False
    people: tuple[str, ...] = ()

    @property
    def about(self) -> Kind:
        return KINDS[self.kind]

    @property
    def key(self) -> Key:
        """What makes two notices the same incident."""
        return self.kind, self.subject, self.period if self.about.por_periodo else ""


def one_line(text: str) -> str:
    """A text as one line of what can be seen, and not endless."""
    line = " ".join(_UNSEEN.sub(" ", text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
