"""Releases with their real report: the same bytes again, differences told, hostile names shown as text."""

import csv
import re
from datetime import timedelta
from pathlib import Path

from publishing_support import NOON, OCTOBER, R1, TODAY, deliver_again, deliver_month
from sqlalchemy import Engine

from movilidad.publishing import releases
from movilidad.publishing.manifest import files_of
from movilidad.publishing.verification import verify


def figures_of_page(page: Path) -> set[str]:
    """Every count in a cell of a table of the page, once."""
    cells = re.findall(r'<td class="numero">([\d,]+)</td>', page.read_text(encoding="utf-8"))
    return {cell.replace(",", "") for cell in cells}


def figures_of_data(folder: Path) -> set[str]:
    """Every number in the files of data, whatever its column."""
    found: set[str] = set()
    for file in (folder / "datos").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as handle:
            found |= {cell.removesuffix(".0") for row in csv.reader(handle) for cell in row}
    return found


def test_a_revision_with_its_report_is_computed_again_to_the_same_bytes(warehouse: Engine) -> None:
    deliver_month(warehouse)
    releases.build("mensual", OCTOBER, TODAY)
    page = (releases.publish(R1, NOON) / "informe.html").read_text(encoding="utf-8")
    assert "DATOS DE DEMOSTRACIÓN" in page.upper()
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page

    deliver_again(warehouse, "corregida", 125)
    second = releases.build("mensual", OCTOBER, TODAY + timedelta(7))
    folder = releases.publish(second, NOON)
    for edition in ("informe", "informe.en"):
        assert (folder / f"{edition}.pdf").read_bytes().startswith(b"%PDF-")
        page = (folder / f"{edition}.html").read_text(encoding="utf-8")
        assert ">120<" in page
        assert ">125<" in page
        assert {f"{edition}.html", f"{edition}.pdf"} <= set(files_of(folder))
    assert figures_of_page(folder / "informe.html") == figures_of_page(folder / "informe.en.html")
    assert figures_of_page(folder / "informe.html") <= figures_of_data(folder)
    assert [found for found in verify(second) if not found.ok] == []
