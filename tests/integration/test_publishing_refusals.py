"""What would make a bad release stops it before anything is public, with its reason."""

import sys

import pytest
from jinja2 import Environment, StrictUndefined
from publishing_support import NOON, OCTOBER, R1, TODAY, deliver_month, no_portal, plain_report
from sqlalchemy import Engine

from movilidad.model.errors import DataError, UsageError
from movilidad.model.settings import get_settings
from movilidad.publishing import draft, releases
from movilidad.publishing.register import releases as registered

__all__ = ["no_portal", "plain_report"]


@pytest.mark.usefixtures("plain_report")
def test_a_template_a_font_a_chart_or_a_figure_that_fails_leaves_no_draft_and_nothing_public(
    warehouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_month(warehouse)
    protected = releases.protect_tables(releases.compute_tables(releases.prepare("mensual", OCTOBER, TODAY)))
    page, printed = sys.modules["movilidad.reports.page"], sys.modules["movilidad.reports.pdf"]

    def template(report: object) -> str:
        return Environment(undefined=StrictUndefined, autoescape=True).from_string("{{ nadie }}").render()

    def font(report: object) -> bytes:
        raise DataError("falta la letra «Source Sans 3»", place="include/templates/fuentes")

    def chart(report: object) -> str:
        raise DataError("falta el gráfico «pais»", place="informe")

    for module, name, broken, said in (
        (page, "render_html", template, "plantilla del informe está mal .UndefinedError"),
        (page, "render_html", chart, "gráfico"),
        (printed, "render_pdf", font, "letra"),
    ):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(module, name, broken)
            with pytest.raises(DataError, match=said):
                releases.render(protected)
        with warehouse.connect() as connection:
            assert registered(connection) == []
        with pytest.raises(UsageError):
            releases.publish(R1, NOON)

    # a CSV that shows another figure than the one decided
    writing = draft._data

    def other(*given: object) -> dict[str, bytes]:
        files = writing(*given)  # type: ignore[arg-type]
        name = "datos/colocados_por_sexo.csv"
        return files | {name: files[name].replace(b",120,", b",121,")}

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(draft, "_data", other)
        releases.render(protected)
    with pytest.raises(DataError, match="no muestran lo que se decidió"):
        releases.audit_draft(R1)
    with pytest.raises(DataError, match="no ha pasado la auditoría"):
        releases.publish(R1, NOON)
    assert not get_settings().publicaciones.exists()


@pytest.mark.usefixtures("plain_report", "no_portal")
def test_a_draft_is_not_published_beside_figures_that_it_was_not_protected_beside(warehouse: Engine) -> None:
    september = OCTOBER.plus(-1)
    for month in (september, OCTOBER):
        deliver_month(warehouse, month=month)
    earlier = releases.build("mensual", september, TODAY)
    assert releases.build("mensual", OCTOBER, TODAY) == R1
    releases.publish(earlier, NOON)
    with pytest.raises(DataError, match=f"antes de que se publicara {earlier}"):
        releases.publish(R1, NOON)
    assert not (get_settings().publicaciones / R1).exists()
    assert releases.build("mensual", OCTOBER, TODAY) == R1
    assert releases.publish(R1, NOON).is_dir()
    assert releases.publish(earlier, NOON).is_dir(), "what is public stays so when something follows"
