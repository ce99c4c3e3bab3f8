"""The monthly evaluations of the platforms, published: one versioned folder a month, one report per platform.

They count no persons, so they have no cells in the ledger and a register of their own
(``control.informes_plataformas``). Like all releases they never change once published, say which program made
them, and list the hash of every file.
"""

import hashlib
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from movilidad.model.atomic import PUBLIC, new_folder, point_to
from movilidad.model.errors import DataError
from movilidad.model.periods import TZ, Month
from movilidad.model.settings import get_settings
from movilidad.monitoring import Opportunity, evaluate, follow, measured_sources, opportunities
from movilidad.publishing.code_version import code_version
from movilidad.publishing.csv_text import to_csv
from movilidad.publishing.locks import exclusive
from movilidad.publishing.manifest import NAME, SUMS, checksums, file_list, read_manifest
from movilidad.publishing.metadata import DEMONSTRATION, as_json, published_by, resource
from movilidad.publishing.platform_sheets import platform_sheets
from movilidad.publishing.publisher import publisher
from movilidad.publishing.standing import LATEST
from movilidad.reports.facts import ReleaseFacts
from movilidad.reports.platforms.model import Told, build
from movilidad.sources.contracts import load_contract
from movilidad.store.engine import warehouse

SERIES = "plataformas"


def publish_evaluations(month: Month, now: datetime) -> str:
    """Evaluate all platforms of a month and publish it; give its id, ``plataformas/2026-10/r1``.

    If no figure differs from the newest revision of the month, that one's id is given and nothing is made.

    Raises:
        UsageError: the month has not ended.
        DataError: nothing was measured or delivered in it; an unknown folder stands in its place.
    """
    month.require_complete(now)
    engine, minimum = warehouse(), get_settings().frecuencia_minima
    with exclusive(engine, f"{SERIES}/{month}"):
        told = [_told(engine, name, month, minimum) for name in measured_sources(month)]
        if not told:
            raise DataError(
                "no hay mediciones ni registros de este mes",
                period=month,
                remedy="compruebe que «monitoreo_plataformas» corre en Airflow y elija un mes medido",
            )
        data = {each.evaluacion.contrato.fuente: _data(each, minimum) for each in told}
        huella = _fingerprint(data)
        newest, revision = _newest(engine, month)
        if newest and newest[1] == huella:
            return newest[0]
        name = f"{SERIES}/{month}/r{revision + 1}"
        target = get_settings().publicaciones / name
        if target.is_dir():
            _require_own(target, huella)  # appeared before its entry: whoever was killed in between is finished
        else:
            facts = _facts(name, revision + 1, now, told, minimum)
            with new_folder(target, PUBLIC) as folder:
                _write(folder, told, data, facts, huella)
        _enter(engine, name, (month, revision + 1, huella), told, now)
        point_to(target.parent / LATEST, target.name)
    return name


def _told(engine: Engine, fuente: str, month: Month, minimum: int) -> Told:
    found = evaluate(load_contract(fuente), month)
    with engine.connect() as connection:
        earlier = proposed(connection, fuente, month.plus(-1))
    return Told(found, opportunities(found, minimum), follow(earlier, found, minimum))


def proposed(connection: Connection, fuente: str, month: Month) -> list[Opportunity]:
    """What the newest evaluation of a month proposed for a platform."""
    rows = connection.execute(
        text(
            "SELECT clave, que, unidad, parte, total FROM control.oportunidades_plataforma"
            " WHERE fuente = :fuente AND informe_id = (SELECT informe_id FROM control.informes_plataformas"
            " WHERE periodo = :period ORDER BY revision DESC LIMIT 1) ORDER BY lugar"
        ),
        {"fuente": fuente, "period": str(month)},
    )
    return [Opportunity(row.clave, row.que, "", row.unidad, row.parte, row.total) for row in rows]


def _newest(engine: Engine, month: Month) -> tuple[tuple[str, str] | None, int]:
    """Id and fingerprint of the newest revision, and its number; 0 if there is none."""
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT informe_id, huella, revision FROM control.informes_plataformas WHERE periodo = :period"
                " ORDER BY revision DESC LIMIT 1"
            ),
            {"period": str(month)},
        ).one_or_none()
    return (None, 0) if row is None else ((row.informe_id, row.huella), row.revision)


def _data(told: Told, minimum: int) -> dict[str, tuple[bytes, dict[str, Any]]]:
    """Name → bytes and description of each CSV of a platform."""
    found = {}
    for sheet in platform_sheets(told, minimum):
        content = to_csv(sheet.header, sheet.filas)
        path = f"datos/{sheet.nombre}.csv"
        found[path] = (content, resource(sheet, path, content, figures=False))
    return found


def _fingerprint(data: dict[str, dict[str, tuple[bytes, dict[str, Any]]]]) -> str:
    digest = hashlib.sha256()
    for fuente, files in sorted(data.items()):
        for path, (content, _) in sorted(files.items()):
            digest.update(f"{fuente}/{path}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


def _facts(name: str, revision: int, now: datetime, told: list[Told], minimum: int) -> ReleaseFacts:
    program = code_version()
    return ReleaseFacts(
        publicacion_id=name,
        revision=revision,
        fecha_publicacion=now.astimezone(TZ).date(),
        demostracion=any(each.evaluacion.demostracion for each in told),
        version=program.version,
        codigo=program.sha256,
        frecuencia_minima=minimum,
    )


def _write(
    folder: Path,
    told: list[Told],
    data: dict[str, dict[str, tuple[bytes, dict[str, Any]]]],
    facts: ReleaseFacts,
    huella: str,
) -> None:
    # drawing libraries are heavy: only this step pays for them
    from movilidad.reports.page import render_html
    from movilidad.reports.pdf import render_pdf

    resources = []
    for each in told:
        fuente = each.evaluacion.contrato.fuente
        own, report = folder / fuente, build(each, facts)
        (own / "datos").mkdir(parents=True)
        (own / "informe.html").write_text(render_html(report), encoding="utf-8", newline="\n")
        (own / "informe.pdf").write_bytes(render_pdf(report))
        described = []
        for path, (content, description) in data[fuente].items():
            (own / path).write_bytes(content)
            described.append(description)
            resources.append(
                {**description, "name": f"{fuente}-{description['name']}", "path": f"{fuente}/{path}"}
            )
        (own / "datapackage.json").write_bytes(as_json(_package(facts, report.titulo_completo, described)))
    month = told[0].evaluacion.mes
    title = f"Evaluación de las plataformas de movilidad laboral, {month.label}"
    (folder / "datapackage.json").write_bytes(as_json(_package(facts, title, resources)))
    (folder / NAME).write_bytes(as_json(_manifest(folder, told, facts, huella)))
    (folder / SUMS).write_text(checksums(folder), encoding="utf-8")


def _package(facts: ReleaseFacts, title: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    editor = publisher(get_settings())
    notice = f"{DEMONSTRATION} " if facts.demostracion else ""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": facts.publicacion_id.replace("/", "-"),
        "title": title,
        "description": f"{notice}Mediciones y calidad de los registros de las plataformas; no cuenta personas.",
        "homepage": f"{editor.direccion}/{facts.publicacion_id}/",
        "version": facts.version_cifras,
        "created": f"{facts.fecha_publicacion.isoformat()}T00:00:00-06:00",
        "demostracion": facts.demostracion,
        **published_by(editor),
        "resources": resources,
    }


def _manifest(folder: Path, told: list[Told], facts: ReleaseFacts, huella: str) -> dict[str, Any]:
    return {
        "publicacion_id": facts.publicacion_id,
        "serie": SERIES,
        "periodo": str(told[0].evaluacion.mes),
        "revision": facts.revision,
        "fecha_publicacion": facts.fecha_publicacion.isoformat(),
        "demostracion": facts.demostracion,
        **({"aviso": DEMONSTRATION} if facts.demostracion else {}),
        "programa": asdict(code_version()),
        "configuracion": {"frecuencia_minima": facts.frecuencia_minima},
        "entradas": [each.evaluacion.contrato.fuente for each in told],
        "huella": huella,
        "notas": {},
        "archivos": file_list(folder),
    }


def _require_own(target: Path, huella: str) -> None:
    if read_manifest(target)["huella"] != huella:
        raise DataError(
            "en su lugar ya hay una evaluación distinta que este registro no conoce",
            place="/".join(target.parts[-3:]),
            remedy="lo publicado no se cambia: restituya la base que la registró, o aparte la carpeta",
        )


def _enter(engine: Engine, name: str, about: tuple[Month, int, str], told: list[Told], now: datetime) -> None:
    month, revision, huella = about
    rows = [
        {
            "id": name,
            "fuente": each.evaluacion.contrato.fuente,
            "period": str(month),
            "place": place,
            **{key: getattr(chance, key) for key in ("clave", "que", "unidad", "parte", "total")},
        }
        for each in told
        for place, chance in enumerate(each.oportunidades, start=1)
    ]
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO control.informes_plataformas"
                " (informe_id, periodo, revision, huella, demostracion, publicado)"
                " VALUES (:id, :period, :revision, :huella, :demo, :now)"
            ),
            {
                "id": name,
                "period": str(month),
                "revision": revision,
                "huella": huella,
                "demo": any(each.evaluacion.demostracion for each in told),
                "now": now,
            },
        )
        if rows:
            connection.execute(
                text(
                    "INSERT INTO control.oportunidades_plataforma"
                    " (informe_id, fuente, periodo, lugar, clave, que, unidad, parte, total)"
                    " VALUES (:id, :fuente, :period, :place, :clave, :que, :unidad, :parte, :total)"
                ),
                rows,
            )
