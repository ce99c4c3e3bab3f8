"""The steward's list: what is set apart in a month of a source, by record key and reason; never a value."""

import csv
import io
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from movilidad.model.formulas import inert
from movilidad.model.periods import Month
from movilidad.quality.exceptions import subject_of
from movilidad.sources.contracts import load_contract

if TYPE_CHECKING:
    from movilidad.quality.suites import Rule

# the database notes in the audit trail who asks
_LIST = "SELECT conjunto, clave, campo, regla, motivo FROM control.leer_cuarentena(:fuente, :periodo, :reader)"


@dataclass(frozen=True)
class Held:
    """A record in quarantine for one reason; ``asunto`` is what an exception would name."""

    conjunto: str
    clave: str
    campo: str
    motivo: str
    que_hacer: str
    asunto: str


def held(connection: Connection, fuente: str, month: Month, reader: str) -> list[Held]:
    """All records set apart, a line per reason, in the order of data set and key.

    Args:
        reader: whoever sees the list; that he did is noted for good, here and now.
    """
    from movilidad.quality.suites import load_suite  # heavy, and only this list needs it

    suite = load_suite(load_contract(fuente))
    # the reason tells the rule, whose field alone may have several of a kind
    rules = {
        (name, rule.type, rule.meta.explicacion): rule for name, own in suite.conjuntos.items() for rule in own
    }
    given = {"fuente": fuente, "periodo": str(month), "reader": reader}
    rows = connection.execute(text(_LIST), given).mappings().all()
    connection.commit()
    return [_held(row, rules.get((row["conjunto"], row["regla"], row["motivo"]))) for row in rows]


def _held(row: object, rule: "Rule | None") -> Held:
    name, key, column, _, reason = row.values()  # type: ignore[attr-defined]
    remedy = rule.meta.que_hacer if rule else ""
    return Held(name, key, column, reason, remedy, subject_of(name, rule) if rule else "")


def as_csv(found: list[Held]) -> bytes:
    """The list as a CSV file for a spreadsheet: UTF-8 with BOM, no cell that a spreadsheet would calculate."""
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow([column.name for column in fields(Held)])
    writer.writerows([inert(value) for value in asdict(each).values()] for each in found)
    return b"\xef\xbb\xbf" + content.getvalue().encode()
