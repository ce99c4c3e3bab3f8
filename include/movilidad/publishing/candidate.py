"""What a release will be made of, fixed before anything is counted."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

from movilidad.disclosure.protection import Rules
from movilidad.model.atomic import write_file
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month
from movilidad.model.settings import get_settings
from movilidad.publishing.code_version import CodeVersion
from movilidad.publishing.publisher import Publisher
from movilidad.reports.facts import Change, Input, ReleaseFacts
from movilidad.statistics.inputs import Load

SERIES = ("mensual",)
DRAFT_FOLDER = "borrador"
PROTECTION = "conjunta"  # the name of the disclosure control in force; written into every manifest

_ID = re.compile(r"([a-z]+)-(\d{4}-\d{2})-[0-9a-f]{12}")


@dataclass(frozen=True)
class FrozenInput:
    """The load of one source that counts, where it came from, and what the quality control found in it.

    ``filas`` are its records of the month, ``en_cuarentena`` those that are not used; None if nothing is kept of
    its verdict.
    """

    fuente: str
    titulo: str
    licencia: str | None
    carga_id: str
    snapshot_id: str
    contrato_sha256: str
    reglas_sha256: str
    demostracion: bool
    filas: int | None = None
    en_cuarentena: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A release to be: everything that its bytes depend on.

    Attributes:
        serie: ``mensual``.
        mes: the month counted.
        anterior: the public revision that this one would follow, ``mensual/2026-10/r1``.
        fecha_publicacion: printed on everything; the day of the first preparation.
        programa: the program that makes it.
        configuracion: thresholds of the protection.
        entradas: one load per source, in order of the sources' names.
        historia: the releases of the year that were public before; the protection sees what they showed and hid.
        anteriores: the year's earlier months with the loads of their newest releases, for the year to date.
        comparables: the newest public release of each of the 24 months before, oldest first: what the month is
            compared with. Releases are numbered without gaps, so their earlier revisions are named too.
        proteccion: name of the disclosure control.
        editor: under which address and licence it appears.
    """

    serie: str
    mes: Month
    anterior: str | None
    fecha_publicacion: date
    programa: CodeVersion
    configuracion: dict[str, int]
    entradas: tuple[FrozenInput, ...]
    historia: tuple[str, ...] = ()
    anteriores: tuple[tuple[Month, tuple[Load, ...]], ...] = ()
    comparables: tuple[str, ...] = ()
    proteccion: str = PROTECTION
    editor: Publisher = field(default_factory=Publisher)

    @property
    def sha256(self) -> str:
        """Hash of all but the date: the same ingredients are the same candidate on another day."""
        content = {name: value for name, value in self.as_dict().items() if name != "fecha_publicacion"}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @property
    def candidate_id(self) -> str:
        return candidate_id(self.serie, str(self.mes), self.sha256)

    @property
    def revision(self) -> int:
        return int(self.anterior.rpartition("/r")[2]) + 1 if self.anterior else 1

    @property
    def publicacion_id(self) -> str:
        return release_id(self.serie, self.mes, self.revision)

    @property
    def demostracion(self) -> bool:
        return any(entrada.demostracion for entrada in self.entradas)

    @property
    def rules(self) -> Rules:
        # the p of the concentration rule is a secret of the deployment and never part of a release
        return Rules(**self.configuracion, dominancia_p=get_settings().dominance())

    @property
    def loads(self) -> list[Load]:
        return [
            Load(entrada.fuente, entrada.carga_id, entrada.snapshot_id, entrada.demostracion)
            for entrada in self.entradas
        ]

    @property
    def earlier_loads(self) -> dict[Month, tuple[Load, ...]]:
        return dict(self.anteriores)

    def has_ingredients_of(self, other: Self) -> bool:
        """Whether both are made of the same loads by the same program and rules.

        What else was public then does not count: ``historia`` and ``comparables`` grow with every release of
        another month, and a figure that is compared with another one is the same figure (decision 19).
        """
        own, others = (
            (each.loads, each.programa, each.configuracion, each.proteccion, each.anteriores)
            for each in (self, other)
        )
        return own == others

    def facts(self, changes: tuple[Change, ...]) -> ReleaseFacts:
        """What the report says of the release."""
        return ReleaseFacts(
            publicacion_id=self.publicacion_id,
            revision=self.revision,
            fecha_publicacion=self.fecha_publicacion,
            demostracion=self.demostracion,
            version=self.programa.version,
            codigo=self.programa.sha256,
            frecuencia_minima=self.configuracion["frecuencia_minima"],
            entradas=tuple(
                Input(
                    *(e.fuente, e.titulo, e.snapshot_id, e.carga_id, e.demostracion, e.licencia),
                    filas=e.filas,
                    en_cuarentena=e.en_cuarentena,
                )
                for e in self.entradas
            ),
            cambios=changes,
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as ``entradas.json`` and the manifest hold them."""
        return {
            "serie": self.serie,
            "periodo": str(self.mes),
            "anterior": self.anterior,
            "fecha_publicacion": self.fecha_publicacion.isoformat(),
            "programa": asdict(self.programa),
            "configuracion": self.configuracion,
            "proteccion": self.proteccion,
            "entradas": [asdict(entrada) for entrada in self.entradas],
            "historia": list(self.historia),
            "anteriores": {str(month): [asdict(found) for found in loads] for month, loads in self.anteriores},
            "comparables": list(self.comparables),
            "editor": asdict(self.editor),
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Read what ``as_dict`` gave; other keys do not matter."""
        return cls(
            serie=content["serie"],
            mes=Month.parse(content["periodo"]),
            anterior=content["anterior"],
            fecha_publicacion=date.fromisoformat(content["fecha_publicacion"]),
            programa=CodeVersion(**content["programa"]),
            configuracion=content["configuracion"],
            entradas=tuple(FrozenInput(**entrada) for entrada in content["entradas"]),
            historia=tuple(content.get("historia", ())),
            anteriores=tuple(
                (Month.parse(month), tuple(Load(**found) for found in loads))
                for month, loads in sorted(content.get("anteriores", {}).items())
            ),
            comparables=tuple(content.get("comparables", ())),
            proteccion=content["proteccion"],
            editor=Publisher(**content.get("editor", {})),
        )


def candidate_id(series: str, month: str, sha256: str) -> str:
    """``mensual-2026-10-0123456789ab``."""
    return f"{series}-{month}-{sha256[:12]}"


def release_id(series: str, month: Month, revision: int) -> str:
    """``mensual/2026-10/r1``."""
    return f"{series}/{month}/r{revision}"


def require_series(series: str) -> str:
    """The series, or a UsageError that names those that exist."""
    if series not in SERIES:
        raise UsageError(f"no existe la serie «{series}»", remedy=f"elija una de: {', '.join(SERIES)}")
    return series


def folder_of(candidate: str) -> Path:
    """The working folder of a candidate; what its stages hand to each other."""
    return get_settings().trabajo / candidate


def series_and_month(candidate: str) -> tuple[str, Month]:
    """What a candidate's id says; a UsageError if it is none."""
    match = _ID.fullmatch(candidate)
    if not match:
        raise UsageError(f"«{candidate}» no es una candidata a publicación")
    return match[1], Month.parse(match[2])


def keep(candidate: Candidate) -> Candidate:
    """Store a candidate; if it was stored before, that one, with its first date, is given back."""
    file = folder_of(candidate.candidate_id) / "entradas.json"
    if not file.is_file():
        text = json.dumps(candidate.as_dict(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        write_file(file, text.encode())
    return load(candidate.candidate_id)


def stored(candidate: str) -> Candidate | None:
    """The candidate if its working folder is still there."""
    file = folder_of(candidate) / "entradas.json"
    return Candidate.from_dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def load(candidate: str) -> Candidate:
    """The stored candidate; a UsageError if it was never prepared."""
    series_and_month(candidate)
    found = stored(candidate)
    if found is None:
        raise UsageError(f"la candidata «{candidate}» no está preparada", remedy="empiece desde «Reunir insumos»")
    return found
