"""The release desk, asked by somebody whom a header names, at an hour that the test decides, and what it shows."""

import csv
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import pandas as pd
from alerts_support import an_office, post_office
from database_support import own_warehouse
from fastapi import FastAPI, Header, HTTPException
from fastapi.testclient import TestClient
from monitoring_support import QUARTER, looks
from publishing_support import NOON
from sqlalchemy import Engine, text

from movilidad import alerts
from movilidad.alerts.desk_pages import with_desk
from movilidad.alerts.notice import Notice
from movilidad.desk.app import desk
from movilidad.desk.viewer import Viewer
from movilidad.model.atomic import write_file
from movilidad.model.periods import TZ, Month, Period
from movilidad.monitoring import checks, keeping
from movilidad.observation.health import examine
from movilidad.publishing.approval import AUTOMATIC, HOLD, PENDING
from movilidad.publishing.audit_record import Audit, keep_audit
from movilidad.publishing.candidate import DRAFT_FOLDER, Candidate, FrozenInput, folder_of, keep
from movilidad.publishing.code_version import CodeVersion
from movilidad.publishing.decisions import Decision, Signed, keep_decision
from movilidad.publishing.manifest import NAME, SUMS, checksums, manifest
from movilidad.publishing.metadata import as_json
from movilidad.publishing.places import public_folder
from movilidad.publishing.register import enter_draft, enter_published
from movilidad.quality.exceptions import Acceptance, accept
from movilidad.quality.findings.finding import Finding
from movilidad.quality.findings.memory import enter
from movilidad.quality.findings.store import keep as keep_findings
from movilidad.quality.pages.files import page_of
from movilidad.quality.verdicts import QUARANTINE, Verdict, store

ACTS, LOOKS, NOT_ALLOWED = "opera", "mira", "nadie"
ROOT = "/airflow"  # below which this Airflow is served
AIRFLOW = f"http://airflow.example{ROOT}"
OCTOBER, SEPTEMBER, AUGUST = (Month(2026, month) for month in (10, 9, 8))
BEGAN = datetime(2026, 11, 1, tzinfo=TZ)
HOSTILE = "<script>alert(1)</script>"
SET_APART = "S004"
PROGRAMME = "programa_trabajo_temporal"
ODD = (PROGRAMME, "2026-10", "volumen/colocaciones", "130 filas, de costumbre 260")


def desk_at(now: datetime) -> FastAPI:
    """The desk alone; the header ``x-quien`` says who looks."""

    def viewer(x_quien: Annotated[str, Header()] = "") -> Viewer:
        if x_quien in {"", NOT_ALLOWED}:
            raise HTTPException(403 if x_quien else 401)
        return Viewer(x_quien, actua=x_quien == ACTS)

    return desk(viewer, lambda moment: examine(moment, BEGAN), lambda: now)


def client_at(now: datetime, who: str = ACTS) -> TestClient:
    """A browser of somebody (of nobody, if ``who`` is empty) at the desk's first page; follows no redirection."""
    server = FastAPI(root_path=ROOT)
    server.mount("/mesa", desk_at(now))
    headers = {"x-quien": who} if who else {}
    return TestClient(server, f"http://airflow.example{ROOT}/mesa/", headers=headers, follow_redirects=False)


def a_draft(
    engine: Engine, month: Month, day: date, *, audited: bool = True, previous: str | None = None
) -> Candidate:
    """A draft as the stages leave it, of invented figures."""
    candidate = keep(
        Candidate(
            serie="mensual",
            periodo=Period.of_month(month),
            anterior=previous,
            fecha_publicacion=day,
            programa=CodeVersion("0.1.0", "d" * 64),
            configuracion={"frecuencia_minima": 3, "empleadores_minimos": 2, "ancho_minimo": 3},
            entradas=(_input(month),),
        )
    )
    folder = folder_of(candidate.candidate_id) / DRAFT_FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "datos").mkdir(parents=True)
    (folder / "informe.html").write_text(
        f"<!DOCTYPE html><title>Informe de {month.label}</title>\n", encoding="utf-8"
    )
    (folder / "informe.pdf").write_bytes(b"%PDF-1.7 de prueba\n")
    _write(
        folder / "datos" / "resumen.csv",
        ("indicador_nombre", "valor"),
        [("Personas colocadas", "120"), ("Reclutadores", "")],
    )
    if previous:
        heads = ("cuadro", "celda", "indicador", "antes", "ahora", "estado_conf_antes", "estado_conf_ahora")
        _write(folder / "datos" / "cambios.csv", heads, [("resumen", "{}", "colocados", "119", "120", "F", "F")])
    (folder / NAME).write_bytes(as_json(manifest(candidate, "huella", {}, folder)))
    (folder / SUMS).write_text(checksums(folder), encoding="utf-8")
    with engine.begin() as connection:
        enter_draft(connection, candidate, "huella")
    if audited:
        keep_audit(candidate, Audit(celdas=1340, ocultas=57, publicaciones=3))
    return candidate


def decided(engine: Engine, candidate: Candidate, decision: str, now: datetime, *, by: str = "") -> None:
    """A decision about a draft; what is odd is known to who decided, unless it was decided automatically."""
    signed = (Signed("ana", by, now.isoformat(timespec="seconds")),) if by else ()
    motives = () if decision == AUTOMATIC else (ODD,)
    with engine.begin() as connection:
        keep_decision(
            connection,
            Decision(candidate.publicacion_id, candidate.undecided.sha256, decision, "", signed, motives),
            now,
        )


def published(engine: Engine, month: Month, now: datetime) -> Candidate:
    """A release that readers have."""
    candidate = a_draft(engine, month, now.date())
    decided(engine, candidate, AUTOMATIC, now)
    shutil.copytree(folder_of(candidate.candidate_id) / DRAFT_FOLDER, public_folder(candidate.publicacion_id))
    with engine.begin() as connection:
        enter_published(connection, candidate.publicacion_id, now)
    return candidate


def waiting(engine: Engine, month: Month, now: datetime) -> Candidate:
    """A draft that waits for a sign-off."""
    candidate = a_draft(engine, month, now.date())
    decided(engine, candidate, PENDING, now)
    return candidate


def examined(
    engine: Engine, month: Month, came: datetime, *, set_apart: str = "", fuente: str = PROGRAMME
) -> None:
    """A month of a source as an approved examination left it: 120 records, one of them perhaps set apart."""
    snapshot, rules, bad = f"{fuente}-{month}", "a" * 64, int(bool(set_apart))
    results = {
        "colocaciones": {"filas": 60, "en_cuarentena": 0, "reglas": [], "campos": {"pais": [1, 2]}},
        "solicitudes": {"filas": 60, "en_cuarentena": bad, "reglas": [], "campos": {"etapa": [0, 0]}},
    }
    reason = "El identificador de la persona no se puede leer."
    rows = [("solicitudes", 4, set_apart, "persona_id", "expect_column_values_to_be_in_set", reason)] * bad
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO control.instantaneas (snapshot_id, fuente, contrato_sha256, filas, demostracion,"
                " extraida) VALUES (:snapshot, :source, 'c', '{}', true, :came)"
            ),
            {"snapshot": snapshot, "source": fuente, "came": came},
        )
        connection.execute(
            text(
                "INSERT INTO control.extracciones (fuente, periodo, snapshot_id, momento, notas, columnas_nuevas,"
                " columnas_faltantes) VALUES (:source, :month, :snapshot, :came, '[]', '{}', '{}')"
            ),
            {"snapshot": snapshot, "source": fuente, "month": str(month), "came": came},
        )
        verdict = Verdict(snapshot, rules, True, None, bad, "Aprobada.")
        store(connection, verdict, results, pd.DataFrame(rows, columns=list(QUARANTINE)))
        enter(connection, (fuente, str(month), snapshot, rules), True, results)
    write_file(page_of(fuente, str(month)), b"<!DOCTYPE html><title>Calidad</title><p>Solo conteos.")


def _input(month: Month) -> FrozenInput:
    return FrozenInput(
        mes=str(month),
        fuente=PROGRAMME,
        titulo="Programa de Trabajo Temporal",
        licencia=None,
        carga_id=f"{PROGRAMME}-0123456789",
        snapshot_id=f"{PROGRAMME}-{month}",
        contrato_sha256="c" * 64,
        reglas_sha256="a" * 64,
        demostracion=True,
        filas=1234,
        en_cuarentena=2,
        completitud=0.9876,
        dias_tarde=2,
        excepciones=1,
    )


def _write(file: Path, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([heads, *rows])
    file.write_text(buffer.getvalue(), encoding="utf-8")


@dataclass(frozen=True)
class BadDay:
    """A desk on which much waits: the draft to decide about, and the one that is held."""

    draft: str
    held: str


@contextmanager
def bad_day(postgres_folder: str, folder: Path) -> Iterator[BadDay]:
    """A warehouse at ``NOON`` with a draft to decide about, one held and late, a dead platform, a lost message, a
    record set apart and an odd volume."""
    with (
        own_warehouse(postgres_folder, folder) as (engine, patch),
        post_office() as post,
        an_office(folder, patch, post) as office,
    ):
        office.now = NOON
        _records(engine)
        published(engine, AUGUST, NOON - timedelta(days=60))
        held = waiting(engine, SEPTEMBER, NOON - timedelta(days=2))
        decided(engine, held, HOLD, NOON - timedelta(days=1), by="Jefatura de Estadística")
        draft = waiting(engine, OCTOBER, NOON)
        _platform(engine)
        for notice in _notices(draft.publicacion_id):
            office.report(with_desk(notice, AIRFLOW))
        office.recovered(("destino_caido", "espejo", ""))
        with engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE control.avisos SET estado = 'fallido', problema = 'el servidor rechaza la dirección'"
                    " WHERE aviso_id = (SELECT max(aviso_id) FROM control.avisos WHERE estado = 'enviado')"
                )
            )
        yield BadDay(draft.publicacion_id, held.publicacion_id)


def _records(engine: Engine) -> None:
    """Two months of the programme: in the second one, one record is set apart and something is odd."""
    examined(engine, SEPTEMBER, NOON - timedelta(days=36))
    examined(engine, OCTOBER, NOON - timedelta(days=5), set_apart=SET_APART)
    odd = Finding(
        asunto="volumen/colocaciones",
        gravedad="warning",
        que=f"Hay muchas menos colocaciones que de costumbre {HOSTILE}.",
        cuanto="131 filas; lo usual es entre 245 y 275",
        que_hacer="Pregunte al responsable si faltan registros.",
        antes_despues=(("septiembre de 2026", "262"), ("octubre de 2026", "131")),
        claves=("C017",),
    )
    with engine.begin() as connection:
        keep_findings(connection, PROGRAMME, str(OCTOBER), [odd], ["volumen"])
        decision = Acceptance(
            *(0, PROGRAMME, "deriva/personas", None, None, "El campo nuevo no se usa.", "Jefatura de Registro"),
            vence=NOON.date() + timedelta(days=30),
            registrada=NOON,
        )
        accept(connection, decision, NOON)


def _platform(engine: Engine) -> None:
    """The job bank answered for a day and does not any more."""
    begin = NOON - 100 * QUARTER
    with engine.begin() as connection:
        for look in looks("b" * 90 + "c" * 10, begin, "tu_empleo"):
            checks.keep(connection, look)
        keeping.find_incidents(connection, "tu_empleo", NOON)


def _notices(draft: str) -> list[Notice]:
    return [
        Notice(kind="destino_caido", subject="espejo", title="Servidor de respaldo", what="no responde"),
        Notice(
            kind="plataforma_degradada",
            subject="tu_empleo",
            title="Tu Empleo",
            what=f"no responde {HOSTILE}",
            source="tu_empleo",
        ),
        Notice(
            kind="visto_bueno_pendiente",
            subject=draft,
            title="Estadística mensual",
            what="avisos fuera de lo tolerado: 1",
            period="2026-10",
            series=("mensual",),
            links=(alerts.Link("Decidir en Airflow", f"{AIRFLOW}/dags/informe_mensual/runs/x/tasks/visto_bueno"),),
        ),
        Notice(
            kind="publicacion_atrasada",
            subject="mensual",
            title="Informe mensual",
            what="pasó su hora y no es pública",
            period="2026-09",
            series=("mensual",),
        ),
    ]
