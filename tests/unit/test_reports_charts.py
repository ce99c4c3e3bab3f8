"""Charts show figures by length and by number, hidden ones by neither."""

import re
from xml.etree.ElementTree import _namespace_map, register_namespace  # type: ignore[attr-defined]

import pytest
from defusedxml import ElementTree
from report_samples import facts, protected_tables

from movilidad.reports.canvas import text_width, wrapped
from movilidad.reports.charts import NARROW, WIDE, Format, draw
from movilidad.reports.elements import Bar, Chart
from movilidad.reports.model import build

SVG = "{http://www.w3.org/2000/svg}"


def chart(*bars: Bar) -> Chart:
    return Chart("prueba", "barras", "Título", "Texto alternativo", bars)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def widths(svg: str) -> list[float]:
    """Widths of the filled bars, from their outlines."""
    found = []
    for path in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        xs = [float(x) for x in re.findall(r"[ML] ([\d.]+) [\d.]+", path.get("d", ""))]
        if path.get("fill") == "#1f5673" and xs:
            found.append(max(xs) - min(xs))
    return found


@pytest.mark.parametrize("form", [WIDE, NARROW], ids=lambda form: form.name)
def test_the_length_of_a_bar_is_its_figure(form: Format) -> None:
    svg = draw(chart(Bar("a", "Uno", 300, "300"), Bar("b", "Dos", 150, "150")), form)
    first, second = widths(svg)
    assert first / second == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize("form", [WIDE, NARROW], ids=lambda form: form.name)
def test_a_hidden_category_has_a_c_and_no_bar_and_zero_has_its_zero(form: Format) -> None:
    svg = draw(chart(Bar("a", "Uno", 300, "300"), Bar("b", "Dos", None, "c"), Bar("z", "Tres", 0, "0")), form)
    assert len(widths(svg)) == 1
    assert [text for text in texts(svg) if text in ("300", "c", "0")] == ["300", "c", "0"]


def test_categories_together_and_not_stated_differ_without_colour() -> None:
    svg = draw(
        chart(Bar("a", "A", 9, "9"), Bar("Resto", "R", 9, "9", "resto"), Bar("ND", "N", 9, "9", "nd")), WIDE
    )
    fills = [path.get("fill") for path in ElementTree.fromstring(svg).iter(f"{SVG}path") if path.get("fill")]
    assert fills[0] == "#1f5673"
    assert str(fills[1]).startswith("url(#")
    assert fills[2] == "#fffffe"


def test_equal_charts_give_equal_bytes_and_different_names_share_no_identifier() -> None:
    bars = (Bar("Resto", "R", 9, "9", "resto"),)
    one, again = draw(chart(*bars), WIDE), draw(chart(*bars), WIDE)
    other = draw(Chart("otra", "barras", "T", "A", bars), WIDE)
    assert one == again
    identifiers = [set(re.findall(r'id="([^"]+)"', svg)) for svg in (one, other)]
    assert identifiers[0]
    assert not identifiers[0] & identifiers[1]


def test_labels_are_text_and_never_markup_nor_formula() -> None:
    svg = draw(chart(Bar("a", "<script>$x^2$</script>", 3, "3")), WIDE)
    assert "<script" not in svg
    assert "<script>$x^2$</script>" in " ".join(texts(svg))


def test_other_libraries_names_for_namespaces_do_not_change_a_drawing() -> None:
    """The process has one registry of prefixes; a spreadsheet writer had taken ours."""
    before = draw(chart(Bar("a", "Uno", 300, "300")), WIDE)
    kept = dict(_namespace_map)
    try:
        register_namespace("", "http://example.org/otro")
        register_namespace("otro", "http://www.w3.org/2000/svg")
        assert draw(chart(Bar("a", "Uno", 300, "300")), WIDE) == before
    finally:
        _namespace_map.clear()
        _namespace_map.update(kept)
    assert before.startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_long_labels_wrap_within_their_room() -> None:
    lines = wrapped("Conductores de vehículos y operadores de equipos pesados móviles " * 3, 120, 9)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(text_width(line, 9) <= 120 for line in lines)
    assert all(text_width(line, 9) <= 60 for line in wrapped("Supercalifragilistico" * 4, 60, 9))


def test_every_chart_of_the_report_tells_its_figures_in_its_alternative_text() -> None:
    charts = [drawn for section in build(protected_tables(), facts()).secciones for drawn in section.graficos]
    assert {drawn.forma for drawn in charts} == {"barras", "mapa", "rangos"}
    for drawn in charts:
        for bar in drawn.barras:
            if bar.valor != 0:
                assert bar.etiqueta in drawn.alt
                assert ("cifra protegida" if bar.texto == "c" else bar.texto) in drawn.alt
        assert ElementTree.fromstring(draw(drawn, WIDE))[0].text == drawn.alt


def test_the_map_shows_departments_with_their_number_and_hidden_ones_with_c() -> None:
    charts = [drawn for section in build(protected_tables(), facts()).secciones for drawn in section.graficos]
    drawn = next(each for each in charts if each.forma == "mapa")
    assert sorted(texts(draw(drawn, WIDE))) == sorted(bar.texto for bar in drawn.barras if bar.valor != 0)
