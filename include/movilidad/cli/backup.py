"""The commands that keep a deployment and bring it back."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from movilidad.cli import words
from movilidad.cli.deployment import deployment
from movilidad.cli.words import JsonOption, require, tell
from movilidad.model.periods import TZ
from movilidad.model.progress import Say

if TYPE_CHECKING:
    from movilidad.backup.record import Backup
    from movilidad.backup.restoring import Restored

FolderArgument = Annotated[
    Path, typer.Argument(metavar="CARPETA", help="Carpeta de respaldos, en otro disco.", show_default=False)
]


def backup(
    folder: FolderArgument,
    check: Annotated[bool, typer.Option("--check", help="Solo lee lo guardado y dice si está intacto.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Respalda las bases de datos, la carpeta del programa y las publicaciones.

    En una carpeta con respaldos guarda solo lo que cambió.
    """
    from movilidad.backup import taking

    if check:
        backups, contents = taking.check(folder)
        tell(
            f"Intactos: {backups:,} respaldos, {contents:,} archivos.",
            {"respaldos": backups, "archivos": contents},
            as_json,
        )
        return
    with deployment():
        taken = taking.back_up(folder, _saying(as_json))
    tell("\n".join(_taken(taken, folder)), _as_content(taken), as_json)


def restore(
    folder: FolderArgument,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            metavar="MOMENTO",
            help="Lo que había a esa hora de Guatemala, por ejemplo 2026-11-29T10:00; lo último si se omite.",
            formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Restaura un respaldo en bases y carpetas vacías, y comprueba cada publicación."""
    from movilidad.backup.restoring import restore as bring_back

    moment = until.replace(tzinfo=TZ) if until else None
    opened = partial(deployment, create=True)
    found = bring_back(folder, moment, words.now(), _saying(as_json), opened, words.operator())
    content = {
        **_as_content(found.backup),
        "restaurado": found.moment.astimezone(TZ).isoformat(),
        "ausentes": found.releases.left_out,
        "retiradas_otra_vez": found.releases.withdrawn,
        "comprobadas": {each.publicacion_id: each.problem for each in found.verified},
    }
    tell("\n".join(_restored(found)), content, as_json)
    require(all(each.ok for each in found.verified))


def _saying(as_json: bool) -> Say:
    return lambda text: None if as_json else typer.echo(text)


def _taken(taken: "Backup", folder: Path) -> list[str]:
    size = sum({entry.sha256: entry.bytes for entry in taken.entries()}.values()) / 1e6
    return [
        f"Respaldo del {taken.name} en {folder}. Publicaciones: {taken.publicaciones:,}. Archivos:"
        f" {len(taken.files()):,}. Con las bases, {size:,.0f} MB. Nada está cifrado; solo su dueño puede leerlo.",
        _about_key(taken),
        *([] if "airflow" in taken.bases else [_NO_AIRFLOW]),
        "También se podrá volver a cualquier momento entre respaldos de esta carpeta."
        if taken.continuo
        else f"Se podrá volver a este momento, no a los que hay entre respaldos: {taken.sin_continuo}.",
    ]


_NO_AIRFLOW = (
    "ATENCIÓN: la base de Airflow NO está en el respaldo: AIRFLOW__DATABASE__SQL_ALCHEMY_CONN no está definida"
    " o no es de PostgreSQL."
)


def _about_key(taken: "Backup") -> str:
    if taken.clave is None:
        return "Todavía no hay clave de los seudónimos."
    if taken.clave.contenida:
        return "La clave de los seudónimos ESTÁ en el respaldo: quien lo tenga puede reconocer a personas."
    return (
        "ATENCIÓN: la clave de los seudónimos NO está en el respaldo (está en MOVILIDAD_CLAVE_SEUDONIMOS)."
        " Guárdela usted aparte; sin ella no se puede restaurar."
    )


def _restored(found: "Restored") -> list[str]:
    left, gone = found.releases.left_out, found.releases.withdrawn
    wrong = sum(not each.ok for each in found.verified)
    return [
        f"Restaurado lo que había el {found.moment.astimezone(TZ):%Y-%m-%d a las %H:%M:%S}.",
        *(
            [
                f"Salieron después y aquí no están: {', '.join(left)}. Si los lectores las vieron, no repita"
                " su número con otras cifras: véase docs/respaldo.md."
            ]
            if left
            else []
        ),
        *([f"Se retiraron después y siguen retiradas: {', '.join(gone)}."] if gone else []),
        f"Publicaciones comprobadas: {len(found.verified):,}. Con diferencias: {wrong:,}.",
    ]


def _as_content(taken: "Backup") -> dict[str, object]:
    return {
        "respaldo": taken.name,
        "publicaciones": taken.publicaciones,
        "archivos": len(taken.files()),
        "bases": sorted(taken.bases),
        "clave_contenida": taken.clave.contenida if taken.clave else None,
        "momentos_intermedios": taken.continuo is not None,
        "sin_continuo": taken.sin_continuo,
    }
