"""A list of releases for somebody else's site: a page, a JSON Feed and an Atom feed of the same entries."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from xml.sax.saxutils import escape, quoteattr

from sqlalchemy import Engine

from movilidad.model.errors import DataError
from movilidad.model.periods import TZ, Month
from movilidad.model.series import SERIES
from movilidad.model.settings import get_settings
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.explanation import CORRECTION, REVISION
from movilidad.publishing.manifest import read_manifest
from movilidad.publishing.metadata import DEMONSTRATION, title_of
from movilidad.publishing.pages import page
from movilidad.publishing.places import kept_folder
from movilidad.publishing.publisher import NAME as PUBLISHER
from movilidad.publishing.publisher import publisher
from movilidad.publishing.register import Release, releases
from movilidad.publishing.targets.shipment import Shipment
from movilidad.publishing.targets.storage import Storage
from movilidad.publishing.tombstone import Withdrawal, withdrawals

_NEWEST = 50
_TITLE = SERIES["mensual"].titulo
JSON_FEED, ATOM, FRAGMENT = "publicaciones.json", "publicaciones.atom", "publicaciones.html"


@dataclass(frozen=True)
class Entry:
    """One release as the list shows it."""

    identificador: str
    titulo: str
    enlace: str
    publicada: datetime
    actualizada: datetime
    resumen: str

    @property
    def dia(self) -> str:
        return f"{self.publicada.day} de {Month.of(self.publicada.date()).label}"


class Notice:
    """A place into which the list is put."""

    def __init__(self, engine: Engine, storage: Storage) -> None:
        self._engine, self._storage = engine, storage

    def bring(self, shipment: Shipment) -> None:
        """Bring the list up to date; it tells of every release, whichever is the occasion."""
        for name, content in self._list.items():
            self._storage.write(name, content)

    def differences(self, shipment: Shipment) -> list[str]:
        """Forms of the list that are not as they were delivered; it is the same for every release."""
        return [name for name, content in self._list.items() if self._storage.read(name) != content]

    def surround(self, *, whole: bool) -> None:
        """Nothing stands beside the list."""

    def check(self) -> None:
        """Prove that it can be written to."""
        self._storage.prove()

    @cached_property
    def _list(self) -> dict[str, bytes]:
        return notice_files(entries(self._engine))


def entries(engine: Engine) -> list[Entry]:
    """The newest releases that readers have seen, withdrawn ones with their reason, newest first."""
    with engine.connect() as connection:
        seen = [found for found in releases(connection) if found.was_seen and found.publicada]
        gone = {each.publicacion_id: each for each in withdrawals(connection, [r.publicacion_id for r in seen])}
    seen.sort(key=lambda found: (found.publicada, found.publicacion_id), reverse=True)
    made = (_entry(found, gone.get(found.publicacion_id)) for found in seen[:_NEWEST])
    return [entry for entry in made if entry]


def notice_files(found: list[Entry]) -> dict[str, bytes]:
    """The list in its three forms, by name."""
    address = publisher(get_settings()).direccion
    return {
        JSON_FEED: _json_feed(found, address),
        ATOM: _atom(found, address),
        FRAGMENT: _fragment(found, address),
    }


def _entry(release: Release, withdrawal: Withdrawal | None) -> Entry | None:
    try:
        candidate = Candidate.from_dict(read_manifest(kept_folder(release.publicacion_id)))
    except (DataError, KeyError, TypeError, ValueError):
        return None  # damaged: it must not keep the others from being announced
    if release.publicada is None:
        return None
    published = release.publicada.astimezone(TZ)
    why = candidate.explicacion
    kind = {REVISION: "revisión", CORRECTION: "corrección"}.get(why.tipo, "")
    title = title_of(candidate) + (f" ({kind} r{release.revision})" if kind else "")
    notice = [DEMONSTRATION] if release.demostracion else []
    if withdrawal:
        title, notice = f"Retirada: {title}", [f"Motivo: {withdrawal.motivo}"]
    elif why.motivo:
        notice.append(f"Motivo: {why.motivo}")
    return Entry(
        identificador=f"tag:{publisher(get_settings()).direccion.partition('://')[2].split('/')[0]},2026:"
        f"{release.publicacion_id}",
        titulo=title,
        enlace=f"{publisher(get_settings()).direccion}/{release.publicacion_id}/informe.html",
        publicada=published,
        actualizada=datetime.fromisoformat(withdrawal.fecha) if withdrawal else published,
        resumen=" ".join([*notice, *([] if withdrawal else [SERIES[release.serie].descripcion])]),
    )


def _json_feed(found: list[Entry], address: str) -> bytes:
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _TITLE,
        "home_page_url": f"{address}/",
        "language": "es-GT",
        "authors": [{"name": PUBLISHER}],
        "items": [
            {
                "id": entry.identificador,
                "url": entry.enlace,
                "title": entry.titulo,
                "summary": entry.resumen,
                "content_text": entry.resumen,
                "date_published": entry.publicada.isoformat(timespec="seconds"),
                "date_modified": entry.actualizada.isoformat(timespec="seconds"),
            }
            for entry in found
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _atom(found: list[Entry], address: str) -> bytes:
    newest = max((entry.actualizada for entry in found), default=datetime(2026, 1, 1, tzinfo=TZ))
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es-GT">',
        f"<title>{escape(_TITLE)}</title>",
        f"<id>{escape(address)}/</id>",
        f"<link href={quoteattr(f'{address}/')}/>",
        f"<updated>{newest.isoformat(timespec='seconds')}</updated>",
        f"<author><name>{escape(PUBLISHER)}</name></author>",
    ]
    for entry in found:
        lines += [
            "<entry>",
            f"<title>{escape(entry.titulo)}</title>",
            f"<id>{escape(entry.identificador)}</id>",
            f"<link href={quoteattr(entry.enlace)}/>",
            f"<published>{entry.publicada.isoformat(timespec='seconds')}</published>",
            f"<updated>{entry.actualizada.isoformat(timespec='seconds')}</updated>",
            f"<summary>{escape(entry.resumen)}</summary>",
            "</entry>",
        ]
    return ("\n".join([*lines, "</feed>"]) + "\n").encode()


def _fragment(found: list[Entry], address: str) -> bytes:
    return page("publicaciones.html.j2", entradas=found, portal=f"{address}/", titulo=_TITLE, editor=PUBLISHER)
