"""The notes of a month, which the statistics write in Spanish, as an edition prints them."""

import re

from movilidad.disclosure.notes import SENTENCES
from movilidad.model.periods import Month
from movilidad.reports import language, numbers
from movilidad.reports.labels import note_in
from movilidad.reports.text import printable
from movilidad.reports.wording import load_wording, say
from movilidad.statistics.tables import MonthTables

_RATES = "tipos_de_cambio"
_RATE = re.compile(
    r"1 USD = (?P<tasa>[\d,.]+) (?P<moneda>[A-Z]{3}) "
    r"\(promedio de (?P<mes>\w+ de \d{4})(?P<ultimo>, el último conocido)?, (?P<banco>[^)]+)\)"
)


def reader_notes(tables: MonthTables) -> dict[str, str]:
    """The notes by topic, each one line of visible text; a sentence without a translation stays Spanish."""
    return {topic: _note(topic, printable(text), tables.month) for topic, text in tables.notas.items()}


def _note(topic: str, spanish: str, month: Month) -> str:
    if language.current() is language.SPANISH:
        return spanish
    if topic in SENTENCES:
        return note_in(topic, spanish, n=_count(spanish.removeprefix(f"{SENTENCES[topic]}: ").removesuffix(".")))
    if topic == _RATES:
        return _rates(spanish, month)
    return note_in(topic, spanish, periodo=numbers.period_name(month))


def _count(said: str) -> str:
    """A number, «menos de 3» or «cifra protegida»."""
    if said.startswith("menos de "):
        return say("menos_de", n=said.removeprefix("menos de "))
    return said if said[:1].isdigit() else say("cifra_protegida")


def _rates(spanish: str, month: Month) -> str:
    """The exchange rates used; the Spanish sentence if it says anything else."""
    found = list(_RATE.finditer(spanish))
    if len(found) != spanish.count("1 USD = "):
        return spanish
    banks = load_wording().traducciones.fuentes
    names = {month.plus(-back).label: month.plus(-back) for back in range(13)}
    told = [
        say(
            "tasa_anterior" if rate["ultimo"] else "tasa",
            tasa=rate["tasa"],
            moneda=rate["moneda"],
            periodo=numbers.period_name(names[rate["mes"]]),
            banco=banks.get(rate["banco"], rate["banco"]),
        )
        for rate in found
        if rate["mes"] in names
    ]
    if not told:
        return note_in("sin_tipo_de_cambio", spanish, periodo=numbers.period_name(month))
    return note_in(_RATES, spanish, tasas="; ".join(told))
