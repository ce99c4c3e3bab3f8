"""What each part of the program may do in the warehouse, and the trail that nobody changes: tried by doing it."""

import logging
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from database_support import new_database, own_warehouse
from publishing_support import deliver_month
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from movilidad.model.periods import Month
from movilidad.quality.quarantine import held
from movilidad.store import roles
from movilidad.store.audit_trail import entries
from movilidad.store.engine import engine_for, warehouse
from movilidad.store.migrations import migrate
from movilidad.store.roles import Role, missing

_REFUSED = "42501"  # insufficient_privilege
_RELEASE = (
    "INSERT INTO control.publicaciones VALUES ('mensual/2026-{month}/r1', 'mensual', '2026-{month}', 1, '{state}',"
    " 'e', 'h', '2026-11-05', true, now())"
)
_CELL = (
    "INSERT INTO control.celdas (publicacion_id, periodo, cuadro, indicador, celda, valor_real, estado)"
    " VALUES ('mensual/2026-{month}/r1', '2026-{month}', 'resumen', 'colocados', '{{}}', {value}, '{state}')"
)
_EXCEPTION = (
    "INSERT INTO control.excepciones (fuente, asunto, motivo, autor, vence, registrada)"
    " VALUES ('tu_empleo', 'a', 'm', 'Jefatura', '2026-12-31', now())"
)
_DECISION = (
    "INSERT INTO control.decisiones_publicacion (publicacion_id, borrador, decision, nota, firmas, motivos,"
    " registrada) VALUES ('mensual/2026-10/r1', 'b', 'publicar', '', '[{\"usuario\": \"ana\"}]', '[]', now())"
)
_NEW_PERSON = (
    "INSERT INTO nucleo.personas SELECT carga_id, snapshot_id, 'x', sexo, NULL, pueblo, comunidad_linguistica,"
    " nivel_educativo, municipio_origen, departamento_origen FROM nucleo.personas LIMIT 1"
)
_EXPLANATION = (
    "INSERT INTO control.explicaciones VALUES ('mensual/2026-10/r2', 'correccion', 'm', 'Jefatura', now())"
)
_ANNOUNCEMENT = "INSERT INTO control.anuncios VALUES ('mensual/2026-12/r1', now(), now(), true)"
_WITHDRAWAL = "INSERT INTO control.retiros VALUES ('mensual/2026-10/r1', 'm', 'Dirección', now())"
_REVOKED = "UPDATE control.excepciones SET retirada = now(), retirada_por = 'Dirección'"
_PEOPLE = "SELECT persona_id FROM nucleo.personas"
_LEDGER = "SELECT valor_real FROM control.celdas"
_KEYS = "SELECT clave FROM control.cuarentena"
_SET_APART = (
    "INSERT INTO control.cuarentena SELECT snapshot_id, reglas_sha256, 'personas', 1, 'A-2', 'sexo', 'r', 'm'"
    " FROM control.veredictos LIMIT 1"
)
_ROOT = "INSERT INTO control.sellos (sello) VALUES ('raiz:00:00')"
_TRAIL = "INSERT INTO control.bitacora (quien, que, objeto) VALUES ('a', 'b', 'c')"


@pytest.fixture(scope="module")
def filled(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A month in the core, one record in quarantine, October public and November a draft."""
    with own_warehouse(postgres_folder, tmp_path_factory.mktemp("roles")) as (engine, _):
        deliver_month(engine)
        with engine.begin() as connection:
            for month, state in (("10", "publicada"), ("11", "borrador")):
                connection.exec_driver_sql(_RELEASE.format(month=month, state=state))
                connection.exec_driver_sql(_CELL.format(month=month, value=7, state="publicada"))
                connection.exec_driver_sql(_CELL.format(month=month, value=1, state="primaria"))
            snapshot = connection.scalar(text("SELECT min(snapshot_id) FROM control.instantaneas"))
            for statement in (
                "INSERT INTO control.veredictos VALUES (:s, 'r', true, NULL, 1, '', '{}', now())",
                "INSERT INTO control.cuarentena VALUES (:s, 'r', 'personas', 0, 'A-1', 'sexo', 'regla', 'motivo')",
                "INSERT INTO control.examenes (fuente, periodo, objeto, reglas_sha256, aprobado, resultados,"
                " examinado) VALUES ('tu_empleo', '2026-10', :s, 'r', true, '{}', now())",
            ):
                connection.execute(text(statement), {"s": snapshot})
        yield engine


def tried(role: Role | None, statement: str) -> str:
    """What PostgreSQL says of a statement, which is taken back afterwards: its code, or nothing if all is well."""
    with warehouse(role).connect() as connection:
        try:
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        except ProgrammingError as error:
            return str(getattr(error.orig, "pgcode", ""))
    return ""


MAY = [
    (Role.INGEST, _NEW_PERSON),
    (Role.INGEST, _SET_APART),
    (Role.INGEST, "SELECT DISTINCT conjunto, fila FROM control.cuarentena WHERE snapshot_id = 's'"),
    (Role.INGEST, _ROOT),
    (Role.STATISTICS, _PEOPLE),
    (Role.STATISTICS, _LEDGER),
    (Role.PUBLISH, _CELL.format(month="11", value=3, state="publicada")),
    (Role.PUBLISH, "DELETE FROM control.celdas WHERE publicacion_id = 'mensual/2026-11/r1'"),
    (Role.PUBLISH, "DELETE FROM control.publicaciones WHERE estado = 'borrador'"),
    (Role.PUBLISH, _DECISION),
    (Role.PUBLISH, _EXCEPTION),
    (Role.WATCH, "SELECT count(DISTINCT fila) FROM control.cuarentena"),
    (Role.WATCH, "SELECT count(*) FROM nucleo.solicitudes WHERE etapa = '1'"),
    (Role.READ, "SELECT * FROM control.bitacora"),
    (Role.ANALYST, "SELECT * FROM analisis.celdas"),
]
MAY_NOT = [
    *((role, "UPDATE nucleo.personas SET sexo = 'M'") for role in Role),
    *((role, "DELETE FROM nucleo.colocaciones") for role in Role),
    *((role, "TRUNCATE nucleo.inscripciones") for role in Role),
    *((role, "INSERT INTO nucleo.inscripciones SELECT * FROM nucleo.inscripciones") for role in [*Role][1:]),
    *((role, _PEOPLE) for role in (Role.PUBLISH, Role.WATCH, Role.READ, Role.ANALYST)),
    *((role, _LEDGER) for role in (Role.INGEST, Role.WATCH, Role.READ, Role.ANALYST)),
    *((role, _CELL.format(month="11", value=3, state="publicada")) for role in Role if role != Role.PUBLISH),
    *((role, _KEYS) for role in Role),
    (Role.INGEST, "SELECT motivo FROM control.cuarentena"),
    *((role, _SET_APART) for role in Role if role != Role.INGEST),
    *((role, _DECISION) for role in Role if role != Role.PUBLISH),
    *((role, _EXCEPTION) for role in Role if role != Role.PUBLISH),
    *((role, "SELECT control.leer_cuarentena('tu_empleo', '2026-10', 'a')") for role in Role if role != Role.READ),
    *((role, "SELECT control.anotar()") for role in Role),
    *((role, _TRAIL) for role in Role),
    *((role, _ROOT) for role in Role if role != Role.INGEST),
    *((role, "DELETE FROM control.sellos") for role in Role),
    *((role, "UPDATE control.bitacora SET quien = 'nadie'") for role in Role),
    *((role, "DELETE FROM control.bitacora") for role in Role),
    *((role, "CREATE TABLE control.otra (a int)") for role in Role),
    *((role, "SELECT pg_read_file('/etc/passwd')") for role in Role),
    (Role.WATCH, "SELECT persona_id FROM nucleo.solicitudes"),
    (Role.STATISTICS, "UPDATE control.hallazgos SET resuelto = now()"),
    (Role.STATISTICS, "SELECT clave_a FROM control.posibles_duplicados"),
    (Role.ANALYST, "SELECT * FROM control.publicaciones"),
    # what was public stays
    (Role.PUBLISH, "DELETE FROM control.celdas"),
    (Role.PUBLISH, "DELETE FROM control.publicaciones"),
    (Role.PUBLISH, "UPDATE control.celdas SET valor_real = 0"),
    (Role.PUBLISH, "DELETE FROM control.decisiones_publicacion"),
    (Role.PUBLISH, "DELETE FROM control.retiros"),
    # not even with all the rights of whoever migrates
    (None, "UPDATE control.bitacora SET quien = 'nadie'"),
    (None, "DELETE FROM control.bitacora"),
    (None, "TRUNCATE control.bitacora"),
    (None, "DELETE FROM control.decisiones_publicacion"),
]


@pytest.mark.usefixtures("filled")
def test_each_role_may_do_what_its_part_of_the_program_does() -> None:
    assert [(role, statement) for role, statement in MAY if tried(role, statement)] == []


@pytest.mark.usefixtures("filled")
def test_each_role_is_refused_what_is_not_its_own() -> None:
    assert [(role, statement) for role, statement in MAY_NOT if tried(role, statement) != _REFUSED] == []


def test_an_installation_of_before_loses_at_the_next_migration_what_is_no_longer_given(filled: Engine) -> None:
    with filled.begin() as connection:
        connection.execute(text(f"GRANT SELECT ON control.cuarentena TO {Role.INGEST}"))
    assert tried(Role.INGEST, _KEYS) == ""
    assert migrate(filled) == [], "nothing but the rights is new"
    assert tried(Role.INGEST, _KEYS) == _REFUSED


def test_an_analyst_finds_what_every_reader_has_and_no_hidden_value(filled: Engine) -> None:
    with warehouse(Role.ANALYST).connect() as connection:
        found = connection.execute(text("SELECT publicacion_id, valor, estado_conf FROM analisis.celdas")).all()
        listed = connection.scalars(text("SELECT publicacion_id FROM analisis.publicaciones")).all()
    assert sorted(found, key=str) == [("mensual/2026-10/r1", 7, "F"), ("mensual/2026-10/r1", None, "C")]
    assert listed == ["mensual/2026-10/r1"]


def test_an_analyst_with_a_login_of_his_own_gets_no_further(filled: Engine) -> None:
    login = f"analista_{uuid4().hex[:8]}"
    with filled.begin() as connection:
        connection.execute(text(f"CREATE ROLE {login} LOGIN IN ROLE {Role.ANALYST}"))
    try:
        own = create_engine(filled.url.set(username=login))
        with own.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM analisis.celdas")) == 2
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text(_PEOPLE))
        with own.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(f"SET ROLE {Role.STATISTICS}"))
        own.dispose()
    finally:
        with filled.begin() as connection:
            connection.execute(text(f"DROP ROLE {login}"))


def test_an_account_that_may_not_create_roles_works_without_and_with_them(
    postgres_folder: str, caplog: pytest.LogCaptureFixture
) -> None:
    """As where the institution's administrators made the database: they are told, and nothing stops meanwhile."""
    login = f"cuenta_{uuid4().hex[:8]}"
    with new_database(postgres_folder) as empty:
        with empty.begin() as connection:
            connection.execute(text(f"CREATE ROLE {login} LOGIN"))
            connection.execute(text(f"ALTER DATABASE {empty.url.database} OWNER TO {login}"))
        url = empty.url.set(username=login).render_as_string(hide_password=False)
        own = engine_for(url)
        try:
            migrate(own)
            with own.connect() as connection:
                assert missing(connection) == [*Role]
            with engine_for(url, Role.READ).connect() as connection:
                assert connection.scalar(text("SELECT current_user")) == login
            assert f"no tiene el rol «{Role.READ}»" in caplog.text
            assert caplog.records[-1].levelno == logging.WARNING
            engine_for(url, Role.READ).dispose()
            with empty.begin() as connection:
                connection.execute(text(f"GRANT {', '.join(Role)} TO {login}"))
            migrate(own)
            with own.connect() as connection:
                assert missing(connection) == []
            with engine_for(url, Role.READ).connect() as connection:
                assert connection.scalar(text("SELECT current_user")) == Role.READ
                with pytest.raises(ProgrammingError, match="permission denied"):
                    connection.execute(text(_PEOPLE))
        finally:
            own.dispose()
            engine_for(url, Role.READ).dispose()
            with empty.begin() as connection:
                connection.execute(text(f"REASSIGN OWNED BY {login} TO postgres"))
                connection.execute(text(f"DROP OWNED BY {login}"))
                connection.execute(text(f"DROP ROLE {login}"))


def test_an_account_that_may_create_roles_makes_them_its_own(postgres_folder: str) -> None:
    login = f"cuenta_{uuid4().hex[:8]}"
    with new_database(postgres_folder) as empty, empty.connect() as connection:
        outer = connection.begin()
        # the server's roles are those of every database: they are gone for this transaction alone
        for role in Role:
            connection.execute(text(f"ALTER ROLE {role} RENAME TO {role}_aparte"))
        connection.execute(text(f"CREATE ROLE {login} CREATEROLE"))
        connection.execute(text("SET SESSION AUTHORIZATION " + login))
        roles.run_script(connection, roles.script("crear.sql"))
        assert missing(connection) == []
        outer.rollback()


@pytest.mark.usefixtures("filled")
def test_whoever_reads_record_keys_in_quarantine_is_noted() -> None:
    with warehouse(Role.READ).connect() as connection:
        found = held(connection, "tu_empleo", Month(2026, 10), "ana")
    with warehouse(Role.READ).connect() as connection:
        noted = entries(connection, 1)[0]
    assert [each.clave for each in found] == ["A-1"]
    seen = (noted.quien, noted.que, noted.objeto, noted.periodo)
    assert seen == ("ana", "lista de cuarentena", "tu_empleo", "2026-10")


def test_the_database_notes_every_decision_by_itself(filled: Engine) -> None:
    said = [
        (_DECISION, ("ana", "decisión: publicar", "mensual/2026-10/r1", "2026-10")),
        (_EXPLANATION, ("Jefatura", "motivo de corrección", "mensual/2026-10/r2", "2026-10")),
        (_ANNOUNCEMENT, ("el calendario", "fecha anunciada", "mensual/2026-12/r1", "2026-12")),
        (_WITHDRAWAL, ("Dirección", "retiro", "mensual/2026-10/r1", "2026-10")),
        (_EXCEPTION, ("Jefatura", "excepción 1", "tu_empleo", "")),
        (_REVOKED, ("Dirección", "retiro de la excepción 1", "tu_empleo", "")),
        (
            "UPDATE control.publicaciones SET estado = 'publicada' WHERE periodo = '2026-11'",
            ("el sistema", "publicación", "mensual/2026-11/r1", "2026-11"),
        ),
    ]
    with filled.connect() as connection:
        for statement, noted in said:
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
            last = entries(connection, 1)[0]
            assert (last.quien, re.sub(r"\d+$", "1", last.que), last.objeto, last.periodo) == noted
