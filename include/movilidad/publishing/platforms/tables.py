"""What an evaluation release tells, as one stage hands it to the next."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pandas as pd

from movilidad.model.periods import Month
from movilidad.monitoring import evidence
from movilidad.monitoring.counts import Place, Table
from movilidad.monitoring.evaluation import Evaluation, answered_and_made
from movilidad.monitoring.opportunities import Opportunity, opportunities

#: counts by table: the file that holds them, and what tells its cells apart
FILES: dict[Table, tuple[str, tuple[str, ...]]] = {
    "registros": ("registros_por_conjunto", ("plataforma", "conjunto")),
    "celdas": ("celdas_por_campo", ("plataforma", "conjunto", "campo")),
    "causas": ("apartados_por_causa", ("plataforma", "conjunto", "campo", "causa")),
    "plazo": ("plazo_por_conjunto", ("plataforma", "conjunto")),
}
NOTES = {
    "cobertura": (
        "Se evalúan las plataformas y los registros que entregaron en el mes, no a las personas. Una plataforma"
        " que no se midió ni entregó no figura."
    ),
    "mediciones": (
        "Cada quince minutos se pide a la plataforma lo mismo que al traer un mes. La disponibilidad es la parte"
        " de las mediciones hechas en que respondió, no del tiempo."
    ),
    "causas": "Un registro puede apartarse por varias causas; por eso pueden sumar más que lo apartado.",
    "proteccion": (
        "Los registros son de personas: un número menor que el mínimo se oculta, y también los demás con que se"
        " podría calcular. Un número oculto no propone ninguna mejora ni dice qué fue de una anterior."
    ),
}
_FOLDER = "plataformas"


@dataclass(frozen=True)
class Evaluations:
    """All platforms of a month, in order of their names.

    Attributes:
        minimo: the smallest count that may be proposed to improve.
        protegidas: whether hidden counts are gone; only then may anybody see them.
    """

    mes: Month
    plataformas: tuple[Evaluation, ...]
    minimo: int
    protegidas: bool = False

    def proposed(self, found: Evaluation) -> tuple[Opportunity, ...]:
        """What is proposed to improve a platform."""
        return opportunities(found, self.minimo)

    @property
    def resumen(self) -> pd.DataFrame:
        """The headline figures; none of them counts records."""
        answered, made = answered_and_made(self.plataformas)
        rows: list[tuple[str, str, float | None, str]] = [
            ("plataformas", "Plataformas evaluadas", len(self.plataformas), "plataformas"),
            ("mediciones_hechas", "Mediciones hechas", made, "mediciones"),
            ("disponibilidad", "Disponibilidad", percent(answered, made), "por ciento"),
            ("incidentes", "Incidentes", sum(len(found.incidentes) for found in self.plataformas), "incidentes"),
            (
                "oportunidades",
                "Oportunidades de mejora",
                sum(len(self.proposed(found)) for found in self.plataformas),
                "oportunidades",
            ),
        ]
        frame = pd.DataFrame(rows, columns=["indicador", "titulo", "valor", "unidad"], dtype=object)
        nothing = frame["valor"].isna()
        return frame.assign(
            estado_obs=nothing.map({True: "L", False: "A"}),
            estado_conf="F",
            valor=frame["valor"].astype("Float64"),
        )

    @property
    def notas(self) -> dict[str, str]:
        return NOTES

    def save(self, folder: Path) -> None:
        """Write all into ``folder`` (made if missing); equal evaluations give equal bytes."""
        (folder / _FOLDER).mkdir(parents=True, exist_ok=True)
        head = {"mes": str(self.mes), "minimo": self.minimo, "protegidas": self.protegidas}
        _write(folder / "mes.json", head)
        for found in self.plataformas:
            _write(folder / _FOLDER / f"{found.fuente}.json", evidence.as_dict(found))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""
        head = _read(folder / "mes.json")
        found = (evidence.from_dict(_read(file)) for file in sorted((folder / _FOLDER).glob("*.json")))
        return cls(Month.parse(head["mes"]), tuple(found), head["minimo"], head["protegidas"])


def cell_of(fuente: str, place: Place) -> dict[str, str]:
    """The codes of a count's cell, margins included."""
    parts = {"plataforma": fuente, "conjunto": place.conjunto, "campo": place.campo, "causa": place.causa}
    return {name: parts[name] for name in FILES[place.tabla][1]}


def percent(part: int, whole: int) -> float | None:
    """Per cent with one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def in_order(found: Iterable[Evaluation]) -> tuple[Evaluation, ...]:
    """Evaluations in order of the platforms' names."""
    return tuple(sorted(found, key=lambda each: each.fuente))


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content
