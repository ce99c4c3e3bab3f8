"""No text is a template, and no template lets a text be markup."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from movilidad.alerts.message import Message, Section
from movilidad.alerts.notice import Link
from movilidad.alerts.rendering import as_html, as_text
from movilidad.desk import pages
from movilidad.desk.airflow import Airflow
from movilidad.desk.viewer import Viewer
from movilidad.model import paths
from movilidad.model.periods import TZ
from movilidad.model.templates import templates
from movilidad.publishing.markdown import unmarked
from movilidad.publishing.targets.notice import ATOM, FRAGMENT, JSON_FEED, Entry, notice_files
from movilidad.publishing.tombstone import Withdrawal, tombstone

PROGRAM = [
    file
    for folder in (paths.INCLUDE / "movilidad", paths.PROJECT / "plugins", paths.DAGS)
    for file in sorted(folder.rglob("*.py"))
]
TEMPLATES = sorted(file for file in paths.TEMPLATES.rglob("*.j2"))
NOW = datetime(2026, 11, 10, 12, tzinfo=TZ)
EXPRESSIONS = (
    "{{ 7*7 }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{# nota #}${7*7} #{7*7} <%= 7*7 %>",
    "{x} {0} {0.__class__.__mro__} {aviso}",
    "%(x)s %s %d %%",
    "<script>alert(7*7)</script>",
)


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    """The name of what is called, and the call."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", getattr(node.func, "attr", "")), node


def test_one_place_makes_all_environments_of_templates() -> None:
    makers = {"Environment", "SandboxedEnvironment", "NativeEnvironment", "Template", "from_string", "overlay"}
    found = {
        file.relative_to(paths.PROJECT).as_posix() for file in PROGRAM for name, _ in calls(file) if name in makers
    }
    assert found == {"include/movilidad/model/templates.py"}


def test_no_caller_says_what_is_escaped() -> None:
    callers = [(file, call) for file in PROGRAM for name, call in calls(file) if name == "templates"]
    assert callers
    for file, call in callers:
        assert not {"autoescape", "extensions", "finalize"} & {each.arg for each in call.keywords}, file


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_every_page_and_drawing_escapes_its_texts(file: Path) -> None:
    escapes = templates(file.parent.name).autoescape
    assert callable(escapes)
    assert escapes(file.name) is not file.name.endswith((".txt.j2", ".md.j2"))
    assert escapes(None), "nor does a template without a name"


def test_only_what_the_program_itself_makes_goes_unescaped_into_a_page() -> None:
    written = re.compile(r"\{\{[-\s]*([^{}]*?)\s*\|\s*safe\b")
    found = {(file.name, each) for file in TEMPLATES for each in written.findall(file.read_text(encoding="utf-8"))}
    # fonts, drawings, and texts of which nothing is left that could end a string of CSS
    style = {("impreso.html.j2", name) for name in ("fuentes", "cabeza", "pie", "pagina", "aviso", "estado")}
    assert found == {*style, ("pagina.html.j2", "fuentes"), ("cuerpo.html.j2", "dibujo(chart)")}
    assert not [file.name for file in TEMPLATES if "autoescape" in file.read_text(encoding="utf-8")]


def test_only_two_texts_are_taken_for_markup_and_both_are_made_for_it() -> None:
    found = {
        (file.name, ast.unparse(call.args[0]))
        for file in PROGRAM
        for name, call in calls(file)
        if name == "Markup" and call.args and not isinstance(call.args[0], ast.Constant)
    }
    assert found == {
        ("content.py", "body"),
        ("content.py", "getattr(converter, 'toc', '')"),
        ("frame.py", "in_page(content)"),
    }


def message(text: str) -> Message:
    return Message(
        asunto=text,
        etiqueta=text,
        tono="normal",
        encabezado=text,
        resumen=text,
        secciones=(Section(text, (text, text)),),
        enlaces=(Link(text, "https://ejemplo.example/a"),),
        razon=text,
        referencia=text,
    )


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_messages_print_an_expression_as_it_is(text: str) -> None:
    page = html.fromstring(as_html(message(text)))
    assert page.text_content().count(text) >= 4
    assert not page.xpath("//script")
    plain = as_text(message(text))
    assert plain.count(text) >= 5
    assert "49" not in plain


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_desk_prints_an_expression_as_it_is(text: str) -> None:
    frame = pages.Frame("/mesa", Airflow(""), Viewer(text, actua=True), NOW)
    page = html.fromstring(pages.page("error", frame, titulo=text, frase=text))
    assert page.text_content().count(text) >= 3
    assert len(page.xpath("//script")) == len(
        html.fromstring(pages.page("error", frame, titulo="", frase="")).xpath("//script")
    )


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_list_of_releases_and_a_tombstone_print_an_expression_as_it_is(text: str) -> None:
    made = notice_files([Entry(f"tag:x,2026:{text}", text, "https://ejemplo.example/x", NOW, NOW, text)])
    assert html.fromstring(made[FRAGMENT]).text_content().count(text) >= 2
    (item,) = json.loads(made[JSON_FEED])["items"]
    assert (item["title"], item["summary"]) == (text, text)
    entry = fromstring(made[ATOM]).find("{*}entry")
    assert (entry.findtext("{*}title"), entry.findtext("{*}summary")) == (text, text)
    stone = tombstone(Withdrawal("mensual/2026-10/r1", NOW.isoformat(), text, text))
    assert html.fromstring(stone["informe.html"]).text_content().count(text) >= 2
    assert json.loads(stone["RETIRADA.json"])["motivo"] == text


@given(st.text())
def test_no_text_is_an_expression_or_a_mark_where_people_sign_off(text: str) -> None:
    marked = unmarked(text)
    assert not re.search(r"\{\{|\{%|\{#|(?<!\\)[\[<`*]", marked)
    assert re.sub(r"\\(.)", r"\1", marked, flags=re.DOTALL) == text
