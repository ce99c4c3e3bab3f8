"""What ``make report`` says of a run: a target that is down does not make a public release a failure."""

from types import SimpleNamespace

import pytest

from movilidad.model.errors import DataError
from movilidad.model.periods import Month
from movilidad.stack.monthly import require_published

OCTOBER = Month(2026, 10)


def told(*failures: tuple[str, str], state: str = "failed") -> list[str]:
    said: list[str] = []
    environment = SimpleNamespace(api=SimpleNamespace(failures=lambda dag, run: list(failures)))
    run = {"dag_run_id": "r", "state": state}
    require_published(environment, "informe_mensual", run, OCTOBER, said.append)  # type: ignore[arg-type]
    return said


def test_a_good_run_has_nothing_to_say() -> None:
    assert told(state="success") == []


def test_a_target_that_is_down_is_told_and_the_release_stands() -> None:
    assert told(("Entregar", "nube: no responde.")) == [
        "Publicado, pero un destino no lo recibió: nube: no responde."
    ]


@pytest.mark.parametrize(
    "failures", [(("Auditar", "celda estrecha"),), (("Entregar", "no responde"), ("Publicar", "cerrado")), ()]
)
def test_anything_else_is_a_failure_with_its_reasons(failures: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(DataError, match="falló informe_mensual") as caught:
        told(*failures)
    assert all(reason in str(caught.value) for _, reason in failures)
