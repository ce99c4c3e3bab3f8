"""What stands in the publication folder: periods of each series with their revisions, as readers find them."""

import csv
import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import Period
from movilidad.model.series import SERIES
from movilidad.publishing.manifest import NAME, read_manifest, sha256_of
from movilidad.publishing.places import revision_folders

WITHDRAWN = "RETIRADA.json"
FIRST, REVISION, CORRECTION = "primera", "revision", "correccion"


@dataclass(frozen=True, eq=False)
class Edition:
    """One revision of a release.

    Attributes:
        folder: where its files are.
        huella: hash of the file that says what it is; another hash is another release.
        manifest: empty for a withdrawn one, of which ``retirada`` says why and since when.
    """

    serie: str
    periodo: Period
    revision: int
    folder: Path
    huella: str
    manifest: dict[str, Any]
    retirada: dict[str, str]

    @property
    def name(self) -> str:
        """``mensual/2026-10/r1``, also its path in the publication folder."""
        return f"{self.serie}/{self.periodo}/r{self.revision}"

    @property
    def fecha(self) -> date:
        """The day it appeared, or was withdrawn."""
        return date.fromisoformat((self.retirada.get("fecha") or self.manifest["fecha_publicacion"])[:10])

    @property
    def tipo(self) -> str:
        """First release, planned revision or correction of an error; older manifests do not say which."""
        return str(self.manifest.get("tipo") or (REVISION if self.revision > 1 else FIRST))

    @property
    def motivo(self) -> str:
        return str(self.retirada.get("motivo") or self.manifest.get("motivo") or "")

    @property
    def demostracion(self) -> bool:
        return bool(self.manifest.get("demostracion"))

    @cached_property
    def files(self) -> dict[str, int]:
        """Bytes of each file by its path."""
        return {entry["ruta"]: int(entry["bytes"]) for entry in self.manifest.get("archivos", ())}

    @cached_property
    def package(self) -> dict[str, Any]:
        """Its data package."""
        content: dict[str, Any] = json.loads((self.folder / "datapackage.json").read_text(encoding="utf-8"))
        return content

    def rows(self, path: str) -> list[dict[str, str]]:
        """The rows of one of its CSV files; none if it has no such file."""
        if path not in self.files:
            return []
        with (self.folder / path).open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))


@dataclass(frozen=True)
class Issue:
    """One period of a series with all its revisions, newest first."""

    serie: str
    periodo: Period
    editions: tuple[Edition, ...]

    @property
    def name(self) -> str:
        """``mensual/2026-10``."""
        return f"{self.serie}/{self.periodo}"

    @property
    def current(self) -> Edition | None:
        """The newest revision that was not withdrawn."""
        return next((each for each in self.editions if not each.retirada), None)


@dataclass(frozen=True)
class Standing:
    """All periods, newest first, and the names of releases whose files are damaged.

    A damaged release must not keep the others, or a new one, from being found.
    """

    folder: Path
    issues: tuple[Issue, ...]
    damaged: tuple[str, ...]

    @property
    def editions(self) -> list[Edition]:
        return [edition for issue in self.issues for edition in issue.editions]

    def of(self, series: str) -> list[Issue]:
        """The periods of one series, newest first."""
        return [issue for issue in self.issues if issue.serie == series]

    def newest(self, series: str) -> Edition | None:
        """The newest period's revision that counts now."""
        return next((issue.current for issue in self.of(series) if issue.current), None)


def standing(folder: Path) -> Standing:
    """Read what stands in the folder."""
    issues, damaged = [], []
    for series in SERIES:
        for place in (folder / series).glob("[0-9]*"):
            editions = []
            for path in revision_folders(place):
                try:
                    editions.append(_edition(series, path))
                except (DataError, UsageError):
                    damaged.append(f"{series}/{place.name}/{path.name}")
            if editions:
                issues.append(Issue(series, editions[0].periodo, tuple(editions)))
    order = sorted(issues, key=lambda issue: (issue.periodo.last, issue.serie), reverse=True)
    return Standing(folder, tuple(order), tuple(sorted(damaged)))


def _edition(series: str, folder: Path) -> Edition:
    period, revision = Period.parse(folder.parent.name), int(folder.name[1:])
    tombstone = folder / WITHDRAWN
    if tombstone.is_file():
        return Edition(series, period, revision, folder, sha256_of(tombstone), {}, _withdrawal(tombstone))
    manifest = read_manifest(folder)
    try:
        date.fromisoformat(manifest["fecha_publicacion"])
    except (KeyError, TypeError, ValueError) as error:
        place = f"{series}/{period}/{folder.name}"
        raise DataError("el manifiesto no dice la fecha de publicación", place=place) from error
    return Edition(series, period, revision, folder, sha256_of(folder / NAME), manifest, {})


def _withdrawal(file: Path) -> dict[str, str]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        date.fromisoformat(content["fecha"][:10])
        return {name: str(text) for name, text in content.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError("el aviso de retiro está dañado", place="/".join(file.parts[-4:])) from error
