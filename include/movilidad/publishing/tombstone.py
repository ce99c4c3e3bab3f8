"""What stands where a withdrawn release stood: the reason, for people and for programs."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from movilidad.model.atomic import PUBLIC, new_folder, remove_unfinished, replaced_folder
from movilidad.model.periods import TZ, Month
from movilidad.publishing.manifest import NAME as MANIFEST
from movilidad.publishing.metadata import as_json
from movilidad.publishing.pages import page
from movilidad.publishing.places import archived_folder, public_folder
from movilidad.publishing.publisher import NAME as PUBLISHER
from movilidad.publishing.register import is_id

NAME = "RETIRADA.json"
PAGE = "informe.html"


@dataclass(frozen=True)
class Withdrawal:
    """That a release was withdrawn: when (ISO, time of Guatemala), why, and by which office."""

    publicacion_id: str
    fecha: str
    motivo: str
    aprobada_por: str


def withdrawals(connection: Connection, wanted: Iterable[str]) -> list[Withdrawal]:
    """The withdrawals of these releases, in order of their ids."""
    query = text(
        "SELECT publicacion_id, retirada, motivo, aprobada_por FROM control.retiros"
        ' WHERE publicacion_id = ANY(:ids) ORDER BY publicacion_id COLLATE "C"'
    )
    return [
        Withdrawal(row.publicacion_id, _written(row.retirada), row.motivo, row.aprobada_por)
        for row in connection.execute(query, {"ids": list(wanted)})
    ]


def bury(withdrawal: Withdrawal) -> None:
    """Put the files of a withdrawn release away, and the tombstone in their place."""
    public, archived = public_folder(withdrawal.publicacion_id), archived_folder(withdrawal.publicacion_id)
    if not archived.is_dir() and (public / MANIFEST).is_file():
        with new_folder(archived) as folder:
            shutil.copytree(public, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
    if not stands(withdrawal):
        fill = replaced_folder if public.is_dir() else new_folder
        with fill(public, PUBLIC) as folder:
            for name, content in tombstone(withdrawal).items():
                (folder / name).write_bytes(content)
    remove_unfinished(public)


def stands(withdrawal: Withdrawal) -> bool:
    """Whether the public folder holds the tombstone and nothing else."""
    folder, files = public_folder(withdrawal.publicacion_id), tombstone(withdrawal)
    if not folder.is_dir() or {path.name for path in folder.iterdir()} != set(files):
        return False
    return all((folder / name).read_bytes() == content for name, content in files.items())


def tombstone(withdrawal: Withdrawal) -> dict[str, bytes]:
    """The two files of a tombstone, by name."""
    day = datetime.fromisoformat(withdrawal.fecha)
    shown = page(
        "retirada.html.j2",
        retiro=withdrawal,
        dia=f"{day.day} de {Month.of(day.date()).label}",
        editor=PUBLISHER,
    )
    return {NAME: as_json(asdict(withdrawal)), PAGE: shown}


def read_tombstone(folder: Path) -> Withdrawal | None:
    """What the tombstone in a folder says; None if there is none, or none that this program wrote."""
    try:
        found = Withdrawal(**json.loads((folder / NAME).read_text(encoding="utf-8")))
        datetime.fromisoformat(found.fecha)
    except (OSError, ValueError, TypeError):
        return None
    texts = all(isinstance(text, str) for text in asdict(found).values())
    return found if texts and is_id(found.publicacion_id) else None


def _written(moment: datetime) -> str:
    return moment.astimezone(TZ).isoformat(timespec="seconds")
