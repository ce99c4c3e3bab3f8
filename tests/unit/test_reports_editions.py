"""Every edition says the same: the same figures from the same model, in the words of its language."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from report_samples import facts, protected_tables, whole_report

from movilidad import reports
from movilidad.disclosure.notes import SENTENCES
from movilidad.model.codelists import TOTAL, code_list
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month
from movilidad.reports import numbers
from movilidad.reports.elements import Report, Row
from movilidad.reports.language import written_in
from movilidad.reports.model import build
from movilidad.reports.notes import reader_notes
from movilidad.reports.page import render_html
from movilidad.reports.pdf import print_html
from movilidad.reports.wording import FOLDER, load_wording
from movilidad.statistics.mirror import NOTES
from movilidad.statistics.specs import load_specs
from movilidad.statistics.summary import HEADLINES
from movilidad.statistics.wages import Rate, Rates

# labels and terms are keys that differ; what in Spanish comes with the figures is translated in one file only
_OWN_KEYS = ("cortas", "simbolos", "glosario", "traducciones")
# lists of proper names, or of words that nobody has translated officially
_SPANISH = ("pueblos", "comunidades_linguisticas", "departamentos", "municipios")


@pytest.fixture(scope="module")
def spanish() -> Report:
    return whole_report()


@pytest.fixture(scope="module")
def english() -> Report:
    return whole_report("en")


def words_of(file: str) -> Any:
    return yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))


def leaves(node: Any, trail: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in _OWN_KEYS:
                yield from leaves(value, f"{trail}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from leaves(value, f"{trail}/{number}")
    else:
        yield trail, str(node)


def test_both_files_of_words_have_the_same_keys_and_placeholders() -> None:
    spanish, english = (dict(leaves(words_of(file))) for file in ("textos.yml", "textos.en.yml"))
    assert set(spanish) == set(english)
    for place, text in spanish.items():
        found = [sorted(set(re.findall(r"{(\w+)}", each))) for each in (text, english[place])]
        assert found[0] == found[1], place
    for own in ("simbolos", "glosario"):
        assert len(words_of("textos.yml")[own]) == len(words_of("textos.en.yml")[own])


def test_every_phrase_that_program_and_templates_name_exists_and_none_is_left_over() -> None:
    sources = chain(Path(reports.__file__).parent.glob("*.py"), FOLDER.glob("*.j2"))
    text = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    words = load_wording()
    named = set(re.findall(r"""(?:say|frase)\(\s*["'](\w+)["']""", text))
    assert named <= set(words.frases)
    assert set(re.findall(r"""say_count\(\s*["'](\w+)["']""", text)) <= set(words.conteos)
    unnamed = [name for name in (*words.frases, *words.conteos) if not re.search(f"""["']{name}["']""", text)]
    assert [name for name in unnamed if not name.startswith("punto_")] == []


def test_everything_that_is_printed_has_an_english_name() -> None:
    specs = load_specs()
    with written_in("en"):
        found = load_wording().traducciones
    assert set(specs.dimensiones) <= set(found.dimensiones)
    assert set(found.indicadores) == set(specs.indicadores)
    assert {indicator.unidad for indicator in specs.indicadores.values()} == set(found.unidades)
    assert set(found.cifras) == set(HEADLINES)
    assert set(SENTENCES) <= set(found.notas)
    assert {f"espejo_{topic}" for topic in NOTES} <= set(found.notas)
    printed = {dimension for table in specs.of_kind("mes").values() for dimension in table.dimensiones}
    for name in printed:
        dimension = specs.dimensiones[name]
        for code in (*dimension.codes, TOTAL, "ND", "Resto"):
            translated = dimension.code_list.english_label(code)
            assert bool(translated) == (dimension.lista not in _SPANISH or code in (TOTAL, "ND", "Resto")), code


def test_the_english_edition_prints_the_same_figures_at_the_same_places(spanish: Report, english: Report) -> None:
    assert (spanish.idioma, english.idioma) == ("es", "en")
    assert [section.nombre for section in spanish.secciones] == [section.nombre for section in english.secciones]
    for one, other in zip(spanish.secciones, english.secciones, strict=True):
        assert [chart.barras for chart in map(without_labels, one.graficos)] == [
            chart.barras for chart in map(without_labels, other.graficos)
        ]
        for table, translated in zip(one.cuadros, other.cuadros, strict=True):
            assert (table.nombre, table.numero, table.datos) == (
                translated.nombre,
                translated.numero,
                translated.datos,
            )
            assert sorted(map(figures, table.filas)) == sorted(map(figures, translated.filas))
    assert [figure.cifra for figure in spanish.cifras] == [figure.cifra for figure in english.cifras]
    numbers_of = [sorted(re.findall(r"\d[\d,.]*\d|\d", " ".join(report.puntos))) for report in (spanish, english)]
    assert numbers_of[0] == numbers_of[1]


def without_labels(chart: Any) -> Any:
    return replace(chart, barras=tuple((bar.codigo, bar.valor, bar.texto, bar.tipo) for bar in chart.barras))


def figures(row: Row) -> tuple[str, ...]:
    """The figures of a row; names and dates of recruiters are words."""
    return tuple(cell.texto for cell in row.celdas if cell.valor is not None or cell.oculta)


class _Text(HTMLParser):
    """The text of a page outside of what is marked as Spanish, outside of styles and of recruiters' names."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in ("meta", "br", "img"):
            self._open.append(given.get("lang") == "es" or tag in ("style", "bdi", "code"))
        self.found += [str(given[name]) for name in ("aria-label", "title", "alt", "content") if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open):
            self.found.append(data)


def test_no_spanish_is_left_in_the_english_page_but_what_says_that_it_is(english: Report) -> None:
    page = render_html(english)
    assert '<html lang="en-GB">' in page
    reader = _Text()
    reader.feed(page)
    text = " ".join(reader.found).lower()
    for word in (
        *("personas", "salidas", "cifra", "cuadro", "gráfico", "publicación", "octubre"),
        *("mes", "por", "los", "las"),
        *("total de", "empleadores", "colocadas", "registro", "mujeres", "años", "datos de"),
    ):
        assert not re.search(rf"(?<![\w/.-]){word}(?![\w./-])", text), word
    assert '<th scope="row" lang="es">' in page
    assert "quetzaltenango" in page.lower()


def test_each_edition_links_to_the_other_and_to_its_own_pdf(spanish: Report, english: Report) -> None:
    one, other = render_html(spanish), render_html(english)
    assert 'href="informe.en.html" hreflang="en" lang="en"' in one
    assert 'href="informe.html" hreflang="es" lang="es"' in other
    assert 'href="informe.en.pdf"' in other


def test_numbers_are_the_same_and_dates_are_english() -> None:
    with written_in("en"):
        assert (numbers.number(1234.5, 1), numbers.quetzales(22433)) == ("1,234.5", "Q22,433")
        assert numbers.period_name(Month(2026, 9)) == "September 2026"
        assert numbers.long_date(Month(2026, 9).first_day) == "1 September 2026"
    assert numbers.period_name(Month(2026, 9)) == Month(2026, 9).label == "septiembre de 2026"


def test_notes_with_figures_are_translated_with_their_figures() -> None:
    october, september = Month(2026, 10), Month(2026, 9)
    rates = Rates(october, {"GTQ": Rate("GTQ", october, 7.6712), "CAD": Rate("CAD", september, 1.4)})
    tables = protected_tables(2)
    notes = {
        "tipos_de_cambio": rates.sentence(),
        "salarios_dudosos": f"{SENTENCES['salarios_dudosos']}: menos de 3.",
        "salidas_sin_empleador": f"{SENTENCES['salidas_sin_empleador']}: 1,204.",
        "tema_nuevo": "Una nota que nadie ha traducido.",
    }
    tables.notas.clear()
    tables.notas.update(notes)
    assert reader_notes(tables) == notes
    with written_in("en"):
        assert reader_notes(tables) == {
            "tipos_de_cambio": (
                "Exchange rates used: 1 USD = 7.6712 GTQ (average of October 2026, Bank of Guatemala); "
                "1 USD = 1.4000 CAD (average of September 2026, the latest known, United States Federal Reserve)."
            ),
            "salarios_dudosos": (
                "Departures with a wage that quality control calls into doubt and that is not used: fewer than 3."
            ),
            "salidas_sin_empleador": "Departures without a stated employer: 1,204.",
            "tema_nuevo": "Una nota que nadie ha traducido.",
        }


def test_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="no hay informes en «fr»"):
        build(protected_tables(2), facts(), idioma="fr")


def test_the_language_ends_with_its_report() -> None:
    with written_in("en"):
        assert load_wording().frases["cuadro"] == "Table"
    assert load_wording().frases["cuadro"] == "Cuadro"


def test_english_labels_do_not_change_what_a_source_means() -> None:
    assert code_list("sexos").resolve("Women") is None
    assert code_list("sexos").english_label("2") == "Women"


def test_the_note_of_whoever_decided_and_who_saw_the_figures_before_are_printed() -> None:
    told = replace(facts(), nota="Faltan <b>empleadores</b>", acceso_previo=("Despacho Superior", "Dirección"))
    tables = protected_tables(2)
    for code, note, seen in (
        (
            "es",
            "<strong>Nota:</strong> <bdi>",
            "Vieron las cifras antes de que se publicaran: Despacho Superior y",
        ),
        (
            "en",
            '<strong>Note (in Spanish):</strong> <bdi lang="es">',
            "The figures were seen before publication by:",
        ),
    ):
        report = build(tables, told, idioma=code)
        for page in (render_html(report), print_html(report)):
            assert f"{note}Faltan &lt;b&gt;empleadores&lt;/b&gt;</bdi>" in page
            assert seen in page
        silent = build(tables, facts(), idioma=code)
        assert "<strong>Not" not in render_html(silent)
        assert silent.texto.acceso_previo == ""
