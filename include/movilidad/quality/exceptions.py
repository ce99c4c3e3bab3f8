"""Accepted exceptions: recorded decisions that something the rules complain of is right, for a time.

An exception names a source and a subject (``Finding.asunto``, of a rule ``regla/<conjunto>/<columna>/<tipo>``).
With a record key it lets that record pass that rule; without one it accepts what a rule or a check of the source
says as a whole, which a rule that sets rows apart does not allow: whoever accepts a record names it.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from movilidad.model.errors import UsageError
from movilidad.model.periods import TZ, TZ_NAME, Month
from movilidad.sources.contracts import contract_names, load_contract

if TYPE_CHECKING:
    from movilidad.quality.suites import Rule

_COLUMNS = "excepcion_id, fuente, asunto, periodo, clave, motivo, autor, vence, registrada, retirada"
_TODAY = f"(now() AT TIME ZONE '{TZ_NAME}')::date"
#: what is examined besides the sources
_JOINT = ("nucleo", "cuadros", "evaluacion")
_RULE, QUARANTINE, _UNREAD = "regla", "cuarentena", "lectura/"
_LONGEST_DAYS = 366  # what is right for longer belongs into the rules


@dataclass(frozen=True)
class Acceptance:
    """One decision.

    Attributes:
        periodo: the month that it is for; of every month until its end, if None.
        clave: the record that it is for.
        vence: the last day on which it holds.
        retirada: when somebody took it back.
    """

    excepcion_id: int
    fuente: str
    asunto: str
    periodo: str | None
    clave: str | None
    motivo: str
    autor: str
    vence: date
    registrada: datetime
    retirada: datetime | None = None


@dataclass(frozen=True)
class Accepted:
    """The exceptions in force for a source and a month."""

    decisions: tuple[Acceptance, ...] = field(default=())

    def subjects(self) -> set[str]:
        """What is accepted as a whole."""
        return {each.asunto for each in self.decisions if each.clave is None}

    def keys(self, subject: str) -> set[str]:
        """The records that may pass."""
        return {each.clave for each in self.decisions if each.asunto == subject and each.clave is not None}

    def digest(self) -> bytes:
        """Of what decides a verdict: nothing while there is no exception."""
        said = sorted(
            (each.asunto, each.clave or "")
            for each in self.decisions
            if each.asunto.startswith((f"{_RULE}/", f"{QUARANTINE}/"))
        )
        return hashlib.sha256(repr(said).encode()).digest() if said else b""


def subject_of(dataset: str, rule: "Rule") -> str:
    """How a rule is called where people name it: ``regla/colocaciones/edad_salida/values_to_be_between``."""
    kind = rule.type.removeprefix("expect_column_").removeprefix("expect_")
    return f"{_RULE}/{dataset}/{'+'.join(rule.columns) or 'conjunto'}/{kind}"


def in_force(connection: Connection, fuente: str, month: Month | str) -> Accepted:
    """The exceptions that hold today for a source and a period."""
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM control.excepciones WHERE fuente = :fuente AND retirada IS NULL"
            f" AND vence >= {_TODAY} AND coalesce(periodo, :periodo) = :periodo ORDER BY excepcion_id"
        ),
        {"fuente": fuente, "periodo": str(month)},
    )
    return Accepted(tuple(Acceptance(*row) for row in rows))


def exceptions(connection: Connection, *, everything: bool = False) -> list[Acceptance]:
    """The exceptions in force now, or all that were ever recorded, oldest first."""
    which = "TRUE" if everything else f"retirada IS NULL AND vence >= {_TODAY}"
    rows = connection.execute(
        text(f"SELECT {_COLUMNS} FROM control.excepciones WHERE {which} ORDER BY excepcion_id")
    )
    return [Acceptance(*row) for row in rows]


def accept(connection: Connection, wanted: Acceptance, now: datetime) -> Acceptance:
    """Record a decision; its number and moment are given here.

    Raises:
        UsageError: the source or the subject does not exist, the end lies in the past or more than a year ahead, a
            rule that sets rows apart without a record key, or one that no decision can put right.
    """
    today = now.astimezone(TZ).date()
    if not wanted.motivo.strip() or not wanted.autor.strip():
        raise UsageError("una excepción necesita motivo y autor", source=wanted.fuente)
    if not 0 <= (wanted.vence - today).days <= _LONGEST_DAYS:
        raise UsageError(
            "una excepción vence entre hoy y dentro de un año",
            source=wanted.fuente,
            remedy="si algo es correcto para siempre, cambie la regla en expectations/",
        )
    if wanted.fuente not in (*_JOINT, *contract_names()):
        raise UsageError(f"no hay fuente «{wanted.fuente}»", remedy="elija la fuente que nombra el hallazgo")
    if wanted.periodo is not None:
        Month.parse(wanted.periodo)
    if wanted.asunto.startswith(_UNREAD):
        raise UsageError(
            "lo que no se pudo leer no se puede aceptar", source=wanted.fuente, remedy="repita la ingesta"
        )
    if wanted.asunto.startswith(f"{_RULE}/") and wanted.fuente not in _JOINT:
        _require_acceptable(wanted)
    row = connection.execute(
        text(
            "INSERT INTO control.excepciones (fuente, asunto, periodo, clave, motivo, autor, vence, registrada)"
            " VALUES (:fuente, :asunto, :periodo, :clave, :motivo, :autor, :vence, :registrada)"
            f" RETURNING {_COLUMNS}"
        ),
        {
            **{name: getattr(wanted, name) for name in ("fuente", "asunto", "periodo", "clave", "vence")},
            "motivo": wanted.motivo.strip(),
            "autor": wanted.autor.strip(),
            "registrada": now,
        },
    ).one()
    return Acceptance(*row)


def withdraw(connection: Connection, number: int, author: str, now: datetime) -> None:
    """Take a decision back: from now on it does not hold; it stays on record. A UsageError if there is none."""
    found = connection.execute(
        text(
            "UPDATE control.excepciones SET retirada = :now, retirada_por = :author"
            " WHERE excepcion_id = :number AND retirada IS NULL"
        ),
        {"now": now, "author": author, "number": number},
    )
    if not found.rowcount:
        raise UsageError(
            f"no hay excepción vigente con el número {number}", remedy="véalas con: movilidad quality exceptions"
        )


def _require_acceptable(wanted: Acceptance) -> None:
    # what judges rows is heavy: whoever asks what is accepted does without
    from movilidad.quality.marks import DUPLICATE, REPEATED
    from movilidad.quality.suites import load_suite

    contract = load_contract(wanted.fuente)
    rules = {subject_of(name, rule): rule for name, own in load_suite(contract).conjuntos.items() for rule in own}
    rule = rules.get(wanted.asunto)
    if rule is None:
        raise UsageError(
            f"la fuente no tiene la regla «{wanted.asunto}»",
            source=wanted.fuente,
            remedy="los nombres están en: movilidad quality quarantine FUENTE MES, o movilidad quality findings",
        )
    if rule.meta.accion == "cuarentena" and wanted.clave is None:
        raise UsageError(
            "esta regla aparta registros: la excepción necesita la clave de cada uno",
            source=wanted.fuente,
            remedy="agregue --key con la clave del registro",
        )
    if {DUPLICATE, REPEATED} & set(rule.columns):
        raise UsageError(
            "un registro repetido no se puede aceptar: contaría dos veces a la misma persona",
            source=wanted.fuente,
            remedy="quite la copia en la plataforma",
        )
