"""Services: pages of JSON over HTTP, SOAP over HTTP. The documents are written letter by letter, also wrongly."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from sources_support import COLUMNS, HEADER, MARK, MONTH, QuietHandler, contract, on_loopback, read_one

from fuzz.target import Target, spoilt
from fuzz.verdict import Anything, Records, read_or_refused, same
from movilidad.sources.answer import Answer
from movilidad.sources.connection import Connection
from movilidad.sources.json_records import load_json, records_in, table_of
from movilidad.sources.reader import Place
from movilidad.sources.soap_records import records_in as xml_records

NAMES = HEADER.split(",")
_XML_NAMES = ("id", "cui", "razon", "salario")
_SPACE = "urn:prueba"
_REST = {"recurso": "/filas", "lista": "datos", "siguiente": "siguiente", "total": "total"}
_SOAP = {"servicio": "/filas", "espacio": _SPACE, "operacion": "Filas", "registros": "Fila", "total": "Total"}

texts = st.text(max_size=10) | st.sampled_from(("", "NULL", "1e999", "\u2028", "\0", "\ud800", MARK))
simple = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | texts


class _Service:
    """A service that answers what it is told to."""

    pages: tuple[bytes, ...] = (b"[]",)
    kind = "application/json"

    def handler(self) -> type[QuietHandler]:
        service = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
                number = int(parse_qs(urlsplit(self.path).query).get("pagina", ["1"])[0])
                self.answer(service.pages[min(number, len(service.pages)) - 1], service.kind)

            def do_POST(self) -> None:  # noqa: N802
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(service.pages[0], service.kind)

        return Handler


# ---- JSON -------------------------------------------------------------------------------------------------------


def as_text(value: Any) -> str | None:
    """How a simple value of JSON is written down."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    if isinstance(value, Decimal) and abs(value.adjusted()) <= 60:
        return format(value, "f")
    return re.sub("[\0\ud800-\udfff]", "\ufffd", str(value))


@st.composite
def paged(draw: st.DrawFn) -> tuple[tuple[bytes, ...], Records | None]:
    """Pages of records; now and then a key twice in a record, which has no single meaning."""
    ordered = st.tuples(*[simple] * len(NAMES)).map(lambda row: list(zip(NAMES, row, strict=True)))
    records = draw(st.lists(ordered, max_size=7))
    for number, record in enumerate(records):  # no two alike: a page that comes twice is refused
        record[0] = (NAMES[0], f"{number}{record[0][1]}")
    doubtful = bool(records) and draw(st.integers(0, 9)) == 0
    if doubtful:
        records[-1].append((draw(st.sampled_from(NAMES)), draw(texts)))
    size = draw(st.integers(1, 7))
    parts = [records[at : at + size] for at in range(0, max(1, len(records)), size)]
    pages = []
    for number, part in enumerate(parts, start=1):
        following = json.dumps(f"/filas?pagina={number + 1}") if number < len(parts) else "null"
        rows = ",".join("{" + ",".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in row) + "}" for row in part)
        pages.append(f'{{"datos":[{rows}],"siguiente":{following},"total":{len(records)}}}'.encode())
    known = [{name: as_text(value) for name, value in record} for record in records]
    return tuple(pages), None if doubtful else known


def rest_check(service: _Service, url: str) -> Any:
    """A check of pages through the real connector."""
    source = contract("rest", _REST, columnas=COLUMNS)
    connection = Connection(extra={"url": url, "tiempo_espera": 5, "tiempo_reintentos": 0.01})

    def check(given: tuple[tuple[bytes, ...], Records | Anything | None]) -> str:
        service.pages, expected = given
        return same(read_or_refused(lambda: read_one(source, "filas", connection, MONTH)), expected)

    return check


def spoilt_page(check: Any) -> Any:
    """A page of which bytes were changed: what an independent reading has, or refused."""

    def checked(content: bytes) -> str:
        return str(check(((content,), _json_records(content))))

    return checked


class _TwiceError(ValueError):
    pass


def _json_records(content: bytes) -> Records | Anything | None:
    """The records of one page; None for no JSON, or a key twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise _TwiceError
        return dict(pairs)

    try:
        document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=once, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    rows = document.get("datos") if isinstance(document, dict) else document
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    if any(isinstance(value, dict | list) for row in rows for value in row.values()):
        return Anything()
    return [{str(as_text(key)): as_text(value) for key, value in row.items()} for row in rows]


# ---- SOAP -------------------------------------------------------------------------------------------------------

_xml_text = st.text(
    st.characters(min_codepoint=32, exclude_categories=("Cs",), exclude_characters="\ufffe\uffff"), max_size=8
)


@st.composite
def envelopes(draw: st.DrawFn) -> tuple[bytes, Records | None]:
    """An answer; now and then an element twice or one within a text, which have no single meaning."""
    records = draw(st.lists(st.tuples(*[_xml_text] * len(_XML_NAMES)), max_size=5))
    fault = draw(st.sampled_from(("", "", "", "", "twice", "within"))) if records else ""
    written = []
    for number, record in enumerate(records):
        fields = [
            f"<{name}>{_written(draw, text)}</{name}>" for name, text in zip(_XML_NAMES, record, strict=True)
        ]
        if fault == "twice" and number == 0:
            fields.append(f"<id>{escape(draw(_xml_text))}</id>")
        if fault == "within" and number == 0:
            fields[2] = f"<razon>a<b>{escape(draw(_xml_text))}</b>c</razon>"
        written.append(f"<Fila>{''.join(fields)}</Fila>")
    body = f"<Total>{len(records)}</Total>{''.join(written)}"
    content = (
        f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{body}</e:Body></e:Envelope>'
    )
    known = [dict(zip(_XML_NAMES, (_stripped(text) for text in record), strict=True)) for record in records]
    return content.encode(), None if fault else known


def _written(draw: st.DrawFn, text: str) -> str:
    """A text as XML has it, in any of its ways."""
    way = draw(st.sampled_from(("plain", "cdata", "comment")))
    if way == "cdata" and "]]>" not in text:
        return f"<![CDATA[{text}]]>"
    half = len(text) // 2
    return f"{escape(text[:half])}<!-- x -->{escape(text[half:])}" if way == "comment" else escape(text)


def _stripped(text: str) -> str | None:
    return as_text(text.strip()) or None


def soap_check(service: _Service, url: str) -> Any:
    """A check of an answer through the real connector."""
    columns = {
        field: {**column, "origen": name}
        for (field, column), name in zip(COLUMNS.items(), _XML_NAMES, strict=True)
    }
    source = contract("soap", _SOAP, columnas=columns)
    connection = Connection(extra={"url": url, "tiempo_espera": 5, "tiempo_reintentos": 0.01})

    def check(given: tuple[bytes, Records | Anything | None]) -> str:
        content, expected = given
        service.pages = (content,)
        return same(read_or_refused(lambda: read_one(source, "filas", connection, MONTH)), expected)

    return check


@contextmanager
def targets() -> Iterator[list[Target]]:
    """REST and SOAP, good and spoilt, while the two services answer."""
    pages, answer = _Service(), _Service()
    answer.kind = "text/xml; charset=utf-8"
    with on_loopback(pages.handler()) as first, on_loopback(answer.handler()) as second:
        by_rest, by_soap = rest_check(pages, first), soap_check(answer, second)
        yield [
            Target("REST", paged(), by_rest),
            Target("REST dañado", spoilt(paged().map(lambda each: each[0][0])), spoilt_page(by_rest)),
            Target("SOAP", envelopes(), by_soap),
            Target("SOAP dañado", spoilt(envelopes().map(lambda each: each[0])).map(_unknown), by_soap),
        ]


def _unknown(content: bytes) -> tuple[bytes, Anything]:
    return content, Anything()


# ---- bytes alone ------------------------------------------------------------------------------------------------


def json_bytes(content: bytes) -> str:
    """Bytes as a JSON document of a file."""
    place = Place(contract("archivo", {"archivo": "filas.json", "lista": "datos"}), Connection(), MONTH)

    def work() -> Any:
        return table_of(place, "filas", records_in(place, load_json(place, content, "x"), "datos", "x"))

    return same(read_or_refused(work), _json_records(content))


def xml_bytes(content: bytes) -> str:
    """Bytes as the answer of a SOAP service."""
    place = Place(contract("soap", _SOAP), Connection(), MONTH)

    def work() -> Any:
        return table_of(place, "filas", xml_records(place, Answer(200, "text/xml", content), "filas"))

    return same(read_or_refused(work), Anything())
