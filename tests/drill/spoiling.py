"""Ways in which a month goes wrong, each in force inside its block and put right at its end."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from sqlalchemy import text

from drill.scene import Scene
from drill.servers import Answer, Ask, resource
from movilidad.model.periods import Month

#: spoils a month; what it holds is the same again at the end of the block
Spoil = Callable[[Scene, Month], AbstractContextManager[None]]

# who applied or left in the month
_OF_THE_MONTH = (
    "id_aplicante IN (SELECT id_aplicante FROM solicitudes WHERE to_char(fecha_registro, 'YYYY-MM') = :month"
    " UNION SELECT id_aplicante FROM colocaciones WHERE to_char(fecha_salida, 'YYYY-MM') = :month)"
)
_LEFT_IN_THE_MONTH = "to_char(fecha_salida, 'YYYY-MM') = :month"


def together(*spoils: Spoil) -> Spoil:
    """Several at once."""

    @contextmanager
    def all_of_them(scene: Scene, month: Month) -> Iterator[None]:
        with ExitStack() as stack:
            for spoil in spoils:
                stack.enter_context(spoil(scene, month))
            yield

    return all_of_them


# ---- the programme's database -----------------------------------------------------------------------------------


def changed(table: str, change: str, which: str) -> Spoil:
    """On the programme's platform, some rows of a table hold something else."""

    @contextmanager
    def spoilt(scene: Scene, month: Month) -> Iterator[None]:
        key = "id_aplicante" if table == "aplicantes" else "id_colocacion"
        column = change.partition("=")[0].strip()
        with scene.programme.begin() as connection:
            given = {"month": str(month)}
            connection.execute(text(f"CREATE TABLE antes AS SELECT * FROM {table} WHERE {which}"), given)
            hit = connection.execute(text(f"UPDATE {table} SET {change} WHERE {which}"), given)
            assert hit.rowcount > 0
        try:
            yield
        finally:
            with scene.programme.begin() as connection:
                connection.execute(
                    text(f"UPDATE {table} t SET {column} = a.{column} FROM antes a WHERE a.{key} = t.{key}")
                )
                connection.execute(text("DROP TABLE antes"))

    return spoilt


def people(change: str, one_in: int) -> Spoil:
    """Of the month's applicants one in so many is spoilt."""
    return changed("aplicantes", change, f"{_OF_THE_MONTH} AND hashtext(id_aplicante) % {one_in} = 0")


def departures(change: str, one_in: int) -> Spoil:
    """Of the month's departures one in so many is spoilt."""
    return changed("colocaciones", change, f"{_LEFT_IN_THE_MONTH} AND hashtext(id_colocacion) % {one_in} = 0")


@contextmanager
def emptied(scene: Scene, month: Month) -> Iterator[None]:
    """The month's departures are gone."""
    given = {"month": str(month)}
    with scene.programme.begin() as connection:
        connection.execute(
            text(f"CREATE TABLE antes AS SELECT * FROM colocaciones WHERE {_LEFT_IN_THE_MONTH}"), given
        )
        connection.execute(text(f"DELETE FROM colocaciones WHERE {_LEFT_IN_THE_MONTH}"), given)
    try:
        yield
    finally:
        with scene.programme.begin() as connection:
            connection.execute(text("INSERT INTO colocaciones SELECT * FROM antes"))
            connection.execute(text("DROP TABLE antes"))


@contextmanager
def column_renamed(scene: Scene, month: Month) -> Iterator[None]:
    """The programme's platform calls the visa otherwise."""
    with scene.programme.begin() as connection:
        connection.execute(text("ALTER TABLE colocaciones RENAME tipo_visa TO clase_visa"))
    try:
        yield
    finally:
        with scene.programme.begin() as connection:
            connection.execute(text("ALTER TABLE colocaciones RENAME clase_visa TO tipo_visa"))


@contextmanager
def other_order(scene: Scene, month: Month) -> Iterator[None]:
    """All platforms give the same records in another order."""
    with scene.programme.begin() as connection:
        given = {"month": str(month)}
        # what is written again stands at the end of its table
        connection.execute(
            text(
                f"UPDATE colocaciones SET pais = pais WHERE {_LEFT_IN_THE_MONTH}"
                " AND hashtext(id_colocacion) % 2 = 0"
            ),
            given,
        )
    with ExitStack() as stack:
        for service in scene.platforms.services.values():
            stack.enter_context(service.spoilt(_backwards))
        yield


# ---- services ---------------------------------------------------------------------------------------------------


def answers(source: str, fault: Callable[[Ask, str], Answer]) -> Spoil:
    """A service answers wrong."""
    return lambda scene, month: scene.platforms.services[source].spoilt(fault)


def gone(source: str) -> Spoil:
    """A service refuses connections."""
    return lambda scene, month: scene.platforms.services[source].gone()


def web_page(ask: Ask, path: str) -> Answer:
    """A friendly page in the place of data, with HTTP 200."""
    return Answer(200, "text/html; charset=utf-8", b"<html><h1>Estamos en mantenimiento</h1></html>")


def page_repeated(ask: Ask, path: str) -> Answer:
    """The second page brings the records of the first."""
    answer = ask(path)
    return answer.changed(datos=_content(ask(_page(path, 1)))["datos"]) if _number(path) == 2 else answer


def clock_ahead(ask: Ask, path: str) -> Answer:
    """The clock of the platform is three hours ahead."""
    answer = ask(path)
    return Answer(answer.status, answer.kind, answer.content, timedelta(hours=3))


def changing_at_first() -> Callable[[Ask, str], Answer]:
    """The first time that all pages are read, a record comes in meanwhile."""
    seen: list[str] = []

    def fault(ask: Ask, path: str) -> Answer:
        answer = ask(path)
        if _number(path) == 2 and not seen:
            seen.append(path)
            return answer.changed(total=_content(answer)["total"] + 1)
        return answer

    return fault


def _backwards(ask: Ask, path: str) -> Answer:
    answer = ask(path)
    if answer.kind.startswith("application/json") and resource(path) != "reclutadores":
        return answer.changed(datos=_content(answer)["datos"][::-1])
    return answer


def _content(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.content)
    return found


def _number(path: str) -> int:
    return int(parse_qs(urlsplit(path).query).get("pagina", ["1"])[0])


def _page(path: str, number: int) -> str:
    address = urlsplit(path)
    asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
    return f"{address.path}?{urlencode({**asked, 'pagina': number})}"


# ---- the installation's own files -------------------------------------------------------------------------------


def written_otherwise(file: str, pattern: str, instead: str) -> Spoil:
    """A file of the program holds a mistake."""

    @contextmanager
    def spoilt(scene: Scene, month: Month) -> Iterator[None]:
        path = scene.place.program / file
        before = path.read_bytes()
        after, count = re.subn(pattern, instead, before.decode(), count=1)
        assert count == 1
        path.write_text(after, encoding="utf-8")
        try:
            yield
        finally:
            path.write_bytes(before)

    return spoilt


# ---- what stands around -----------------------------------------------------------------------------------------


def mirror_down(scene: Scene, month: Month) -> AbstractContextManager[None]:
    """The target does not answer."""
    return scene.mirror.down()
