"""Records from the answer of a SOAP service: an envelope, no fault, as many records as it announces."""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from movilidad.sources.answer import Answer
from movilidad.sources.reader import Place

Record = dict[str, str | None]

# all else that a service says of itself is not repeated
_CODE, _COUNT = re.compile(r"[A-Za-z_.:-]{1,60}"), re.compile(r"[0-9]{1,9}")


def records_in(place: Place, answer: Answer, name: str) -> list[Record]:
    """The records of a data set: element → text without blanks around it, None for an empty one.

    A DataError for a web page, broken XML, a fault, and records of which nobody can know what they say.
    """
    document = _parsed(place, answer, name)
    wanted = place.dataset(name).lectura["registros"]
    found = [element for element in document.iter() if _local(element) == wanted]
    if wrong := sum(not _is_plain(element) for element in found):
        raise place.data_error(
            "hay registros con un elemento repetido, o con otros elementos dentro de un texto", name, rows=wrong
        )
    _require_total(place, document, name, len(found))
    return [{_local(child): (child.text or "").strip() or None for child in element} for element in found]


def _is_plain(record: Element) -> bool:
    """Whether every element is there once and holds text only."""
    names = [_local(child) for child in record]
    return len(set(names)) == len(names) and not any(len(child) for child in record)


def _parsed(place: Place, answer: Answer, name: str) -> Element:
    if not answer.content.strip():
        raise place.data_error("el servicio contestó vacío", name)
    try:
        document: Element = fromstring(answer.content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        if answer.content_type.endswith("html") or b"<html" in answer.content[:2000].lower():
            raise place.data_error("el servicio contestó una página web en vez de datos", name) from None
        raise place.data_error("la respuesta del servicio no es XML válido, o está cortada", name) from None
    if fault := next((element for element in document.iter() if _local(element) == "Fault"), None):
        code = next((child.text for child in fault if _local(child) == "faultcode"), None) or ""
        shown = code.strip() if _CODE.fullmatch(code.strip()) else "sin código"
        raise place.data_error(
            f"el servicio rechazó la consulta (falla SOAP {shown})",
            name,
            remedy="revise la operación y los parámetros del contrato",
        )
    if _local(document) != "Envelope":
        raise place.data_error("la respuesta del servicio no es SOAP", name)
    return document


def _require_total(place: Place, document: Element, name: str, count: int) -> None:
    wanted = place.dataset(name).lectura.get("total")
    told = next((element.text for element in document.iter() if _local(element) == wanted), None)
    if told and _COUNT.fullmatch(told.strip()) and int(told) != count:
        raise place.data_error(
            f"el servicio anuncia {int(told):,} registros y dio {count:,}", name, rows=abs(int(told) - count)
        )


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
