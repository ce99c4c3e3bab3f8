"""Releases with their real report: the same bytes again, differences told, hostile names shown as text."""

from datetime import timedelta

from publishing_support import NOON, OCTOBER, R1, TODAY, deliver_again, deliver_month
from sqlalchemy import Engine

from movilidad.publishing import releases
from movilidad.publishing.verification import verify


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
    assert (folder / "informe.pdf").read_bytes().startswith(b"%PDF-")
    page = (folder / "informe.html").read_text(encoding="utf-8")
    assert ">120<" in page
    assert ">125<" in page
    assert [found for found in verify(second) if not found.ok] == []
