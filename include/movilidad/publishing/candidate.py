"""What a release will be made of, fixed before anything is counted."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from movilidad.disclosure.patterns import Rules
from movilidad.model.atomic import write_file
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month, Period
from movilidad.model.settings import get_settings
from movilidad.publishing.approval import Approval
from movilidad.publishing.code_version import CodeVersion
from movilidad.publishing.explanation import PLANNED, Explanation
from movilidad.publishing.publisher import Publisher
from movilidad.reports.facts import Change, Input, ReleaseFacts
from movilidad.statistics.inputs import Load

DRAFT_FOLDER = "borrador"
PROTECTION = "conjunta"  # the name of the disclosure control in force; written into every manifest

_ID = re.compile(r"([a-z]+)-(\d{4}-(?:\d{2}|C[123]))-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True)
class FrozenInput:
    """The load of one source that counts for a month, where it came from, what the quality control found in it.

    ``filas`` are its records of the month, ``en_cuarentena`` those that are not used, ``completitud`` the share of
    cells that hold something usable, ``dias_tarde`` how long after its calendar it came, ``excepciones`` the
    decisions in force when the release was prepared; None if nothing is known of it. ``ocultos`` names those that
    are None because they are protected.
    """

    mes: str
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
    completitud: float | None = None
    dias_tarde: int | None = None
    excepciones: int | None = None
    ocultos: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Read what ``asdict`` gave, also in JSON."""
        return cls(**content | {"ocultos": tuple(content.get("ocultos", ()))})


@dataclass(frozen=True)
class Candidate:
    """A release to be: everything that its bytes depend on.

    Attributes:
        serie: one of ``movilidad.model.series``.
        periodo: the month or the four months counted.
        anterior: the public revision that this one would follow, ``mensual/2026-10/r1``.
        fecha_publicacion: printed on everything; the day of the first preparation.
        programa: the program that makes it.
        configuracion: thresholds of the protection.
        entradas: one load per month and source, in order of months and of the sources' names.
        partes: the monthly releases that four months are made of, oldest first; none for a month.
        historia: the releases of the year that were public before; the protection sees what they showed and hid.
        anteriores: the year's earlier months with the loads of their newest releases, for the year to date.
        comparables: what the period is compared with, oldest first: the newest public release of each of the 24
            months before; of four months, that of the same ones a year before. Releases are numbered without gaps,
            so their earlier revisions are named too.
        proteccion: name of the disclosure control.
        editor: under which address and licence it appears.
        explicacion: whether it is a first release, a revision or a correction, and why.
        retiradas: the releases of all periods that were withdrawn by then: their numbers are taken and their
            figures are not repeated, although the protection remembers them.
        anunciada: the announced minute of publication in ISO form, if there is one.
        visto_bueno: how it was decided that it comes out, and the note that is printed on it.
        acceso_previo: the offices that saw the figures before.
    """

    serie: str
    periodo: Period
    anterior: str | None
    fecha_publicacion: date
    programa: CodeVersion
    configuracion: dict[str, int]
    entradas: tuple[FrozenInput, ...]
    partes: tuple[str, ...] = ()
    historia: tuple[str, ...] = ()
    anteriores: tuple[tuple[Month, tuple[Load, ...]], ...] = ()
    comparables: tuple[str, ...] = ()
    proteccion: str = PROTECTION
    editor: Publisher = field(default_factory=Publisher)
    explicacion: Explanation = field(default_factory=Explanation)
    retiradas: tuple[str, ...] = ()
    anunciada: str | None = None
    visto_bueno: Approval = field(default_factory=Approval)
    acceso_previo: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Hash of all but the date: the same ingredients are the same candidate on another day."""
        content = {name: value for name, value in self.as_dict().items() if name != "fecha_publicacion"}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @property
    def undecided(self) -> Self:
        """The same without what was decided about it: what a decision is about."""
        return replace(self, visto_bueno=Approval())

    @property
    def candidate_id(self) -> str:
        return candidate_id(self.serie, str(self.periodo), self.sha256)

    @property
    def revision(self) -> int:
        seen = [self.anterior or "", *self.retiradas]
        own = f"{self.serie}/{self.periodo}/r"
        return 1 + max((int(each.removeprefix(own)) for each in seen if each.startswith(own)), default=0)

    @property
    def publicacion_id(self) -> str:
        return release_id(self.serie, self.periodo, self.revision)

    @property
    def demostracion(self) -> bool:
        return any(entrada.demostracion for entrada in self.entradas)

    @property
    def rules(self) -> Rules:
        # the p of the concentration rule is a secret of the deployment and never part of a release
        return Rules(**self.configuracion, dominancia_p=get_settings().dominance())

    @property
    def mes(self) -> Month:
        """The month counted, or the last of four."""
        return self.periodo.last

    @property
    def fuentes(self) -> list[tuple[str, str | None]]:
        """Title and licence of each source, once."""
        return list(dict.fromkeys((entrada.titulo, entrada.licencia) for entrada in self.entradas))

    @property
    def loads(self) -> dict[Month, list[Load]]:
        """The loads of each month counted."""
        found: dict[Month, list[Load]] = {month: [] for month in self.periodo.months}
        for entrada in self.entradas:
            load = Load(entrada.fuente, entrada.carga_id, entrada.snapshot_id, entrada.demostracion)
            found[Month.parse(entrada.mes)].append(load)
        return found

    @property
    def earlier_loads(self) -> dict[Month, tuple[Load, ...]]:
        return dict(self.anteriores)

    def has_ingredients_of(self, other: Self) -> bool:
        """Whether both are made of the same loads by the same program and rules.

        What else was public then does not count: ``historia`` and ``comparables`` grow with every release of
        another month, and a figure that is compared with another one is the same figure (decision 19).
        """
        own, others = (
            (each.loads, each.partes, each.programa, each.configuracion, each.proteccion, each.anteriores)
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
                    *(e.fuente, self.titled(e), e.snapshot_id, e.carga_id, e.demostracion, e.licencia),
                    filas=e.filas,
                    en_cuarentena=e.en_cuarentena,
                    completitud=e.completitud,
                    dias_tarde=e.dias_tarde,
                    excepciones=e.excepciones,
                    ocultos=e.ocultos,
                )
                for e in self.entradas
            ),
            cambios=changes,
            tipo=self.explicacion.tipo,
            motivo=self.explicacion.motivo,
            aprobada_por=self.explicacion.aprobada_por,
            retirada_la_anterior=self.anterior is None and self.revision > 1,
            nota=self.visto_bueno.nota,
            acceso_previo=self.acceso_previo,
        )

    def titled(self, entrada: FrozenInput) -> str:
        """The source's title, with the month where several are counted."""
        several = len(self.periodo.months) > 1
        return f"{entrada.titulo}, {Month.parse(entrada.mes).label}" if several else entrada.titulo

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as ``entradas.json`` and the manifest hold them."""
        return {
            "serie": self.serie,
            "periodo": str(self.periodo),
            "anterior": self.anterior,
            "fecha_publicacion": self.fecha_publicacion.isoformat(),
            "programa": asdict(self.programa),
            "configuracion": self.configuracion,
            "proteccion": self.proteccion,
            "entradas": [asdict(entrada) for entrada in self.entradas],
            "partes": list(self.partes),
            "historia": list(self.historia),
            "anteriores": {str(month): [asdict(found) for found in loads] for month, loads in self.anteriores},
            "comparables": list(self.comparables),
            "editor": asdict(self.editor),
            **asdict(self.explicacion),
            "retiradas": list(self.retiradas),
            "anunciada": self.anunciada,
            "visto_bueno": self.visto_bueno.as_dict(),
            "acceso_previo": list(self.acceso_previo),
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Read what ``as_dict`` gave; other keys do not matter."""
        return cls(
            serie=content["serie"],
            periodo=Period.parse(content["periodo"]),
            anterior=content["anterior"],
            fecha_publicacion=date.fromisoformat(content["fecha_publicacion"]),
            programa=CodeVersion(**content["programa"]),
            configuracion=content["configuracion"],
            entradas=tuple(
                FrozenInput.from_dict({"mes": content["periodo"]} | entrada) for entrada in content["entradas"]
            ),
            partes=tuple(content.get("partes", ())),
            historia=tuple(content.get("historia", ())),
            anteriores=tuple(
                (Month.parse(month), tuple(Load(**found) for found in loads))
                for month, loads in sorted(content.get("anteriores", {}).items())
            ),
            comparables=tuple(content.get("comparables", ())),
            proteccion=content["proteccion"],
            editor=Publisher(**content.get("editor", {})),
            explicacion=_explanation(content),
            retiradas=tuple(content.get("retiradas", ())),
            anunciada=content.get("anunciada"),
            visto_bueno=Approval.from_dict(content.get("visto_bueno") or Approval().as_dict()),
            acceso_previo=tuple(content.get("acceso_previo", ())),
        )


def _explanation(content: dict[str, Any]) -> Explanation:
    if "tipo" in content:
        return Explanation(content["tipo"], content["motivo"], content["aprobada_por"])
    return PLANNED if content["anterior"] else Explanation()  # of before releases said so


def candidate_id(series: str, period: str, sha256: str) -> str:
    """``mensual-2026-10-0123456789ab``."""
    return f"{series}-{period}-{sha256[:12]}"


def release_id(series: str, period: Month | Period, revision: int) -> str:
    """``mensual/2026-10/r1``."""
    return f"{series}/{period}/r{revision}"


def folder_of(candidate: str) -> Path:
    """The working folder of a candidate; what its stages hand to each other."""
    return get_settings().trabajo / candidate


def series_and_period(candidate: str) -> tuple[str, Period]:
    """What a candidate's id says; a UsageError if it is none."""
    match = _ID.fullmatch(candidate)
    if not match:
        raise UsageError(f"«{candidate}» no es una candidata a publicación")
    return match[1], Period.parse(match[2])


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
    series_and_period(candidate)
    found = stored(candidate)
    if found is None:
        raise UsageError(f"la candidata «{candidate}» no está preparada", remedy="empiece desde «Reunir insumos»")
    return found
