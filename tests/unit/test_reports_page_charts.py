"""Small charts of pages: lines with gaps, bars as long as their figures."""

from defusedxml.ElementTree import fromstring

from movilidad.reports import page_charts as charts


def test_a_line_has_a_gap_where_there_is_no_figure_and_starts_at_zero() -> None:
    drawn = charts.lines(["a", "b", "c", "d"], [1.0, None, 3.0, 4.0], 'Un "título" <raro>')
    wide, narrow = fromstring(f"<svgs>{drawn}</svgs>")
    for svg in (wide, narrow):
        (line,) = [path.get("d") for path in svg.iter("path") if path.get("class") == "linea"]
        assert line.count("M") == 2
        assert "0" in [text.text for text in svg.iter("text")]
        assert svg.get("aria-label") == 'Un "título" <raro>'


def test_bars_are_as_long_as_their_figures() -> None:
    assert charts.lengths([50.0, None, 100.0, 0.0]) == [50.0, None, 100.0, 0.0]
    assert charts.lengths([0.0, None]) == [0.0, None]
