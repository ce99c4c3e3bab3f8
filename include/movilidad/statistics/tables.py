"""The tables of a month or of a longer period, as one stage of a release hands them to the next."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pandas as pd

from movilidad.model.periods import Month, Period
from movilidad.statistics.mirror import as_mirror
from movilidad.statistics.stored import load_frames, read_lines, save_frames, write_lines

_DETAIL = "detalle_"


@dataclass(frozen=True)
class MonthTables:
    """All figures of a month.

    Attributes:
        month: the month counted.
        cuadros: table name → tidy frame with one row per cell: a text column of codes per dimension (``Total``
            for a margin, ``ND`` for not stated), ``indicador``, ``unidad`` and ``valor`` (whole numbers). After
            protection also ``estado_obs``, ``estado_conf``, and ``valor`` is missing where hidden. The year to
            date lies beside the month, its name with ``_acumulado``.
        resumen: headline figures: ``indicador``, ``titulo``, ``unidad``, ``valor``, in the order of printing.
        salarios: wages: table name (``salarios_por_pais`` …) → the dimension's column (``Total`` first),
            ``indicador``, ``unidad``, ``valor``, and before protection what stands behind the figure
            (``wage_tables``, ``agreed_wages``).
        reclutadores: recruiters authorised at the month's end: ``nombre``, ``nit``, ``autorizacion``,
            ``vigente_desde``, ``vigente_hasta``, ``paises``. Public by law.
        espejo: what others count of the same movement (``mirror``): ``pais``, ``medida``, ``categoria``,
            ``periodo``, ``valor``, ``unidad``, ``fuente``. Published by others, so it needs no protection.
        notas: what a reader must know of this month, by topic, in Spanish (rates used, rows without a wage …).
        conteos: counts of rows of which a reader must know. Like the cells they may be too small to show: the
            protection turns them into ``notas`` and leaves none.
        detalle: population (that of the year to date with ``_acumulado``) → the finest crossing behind its
            tables, as ``cube.detail`` gives it. Never shown: the protection decides with it and leaves none.
    """

    month: Month
    cuadros: dict[str, pd.DataFrame]
    resumen: pd.DataFrame
    salarios: dict[str, pd.DataFrame]
    reclutadores: pd.DataFrame
    notas: dict[str, str]
    conteos: dict[str, int] = field(default_factory=dict)
    detalle: dict[str, pd.DataFrame] = field(default_factory=dict)
    espejo: pd.DataFrame = field(default_factory=lambda: as_mirror([]))

    def save(self, folder: Path) -> None:
        """Write all as JSON lines into ``folder`` (made if missing); equal tables give equal bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        frames = {"resumen": self.resumen, "reclutadores": self.reclutadores, "espejo": self.espejo}
        frames |= self.salarios | self.cuadros
        frames |= {_DETAIL + name: frame for name, frame in self.detalle.items()}
        for name, frame in frames.items():
            write_lines(frame, folder / f"{name}.jsonl")
        index = {
            "mes": str(self.month),
            "cuadros": list(self.cuadros),
            "detalle": {name: list(frame.select_dtypes("number")) for name, frame in self.detalle.items()},
            "salarios": list(self.salarios),
            "notas": self.notas,
            "conteos": self.conteos,
            # the lines alone would lose the columns of an empty frame
            "columnas": {name: list(frame.columns) for name, frame in frames.items()},
        }
        (folder / "indice.json").write_text(json.dumps(index, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote: texts as objects, ``valor`` as nullable numbers."""
        index = json.loads((folder / "indice.json").read_text(encoding="utf-8"))

        def read(name: str, number: str | None) -> pd.DataFrame:
            return _read(folder / f"{name}.jsonl", index["columnas"][name], number)

        return cls(
            month=Month.parse(index["mes"]),
            cuadros={name: read(name, "Int64") for name in index["cuadros"]},
            resumen=read("resumen", "Float64"),
            salarios={name: read(name, "Float64") for name in index["salarios"]},
            reclutadores=read("reclutadores", None),
            notas=index["notas"],
            conteos=index["conteos"],
            detalle={
                name: read(_DETAIL + name, None).astype(dict.fromkeys(counts, "int64"))
                for name, counts in index["detalle"].items()
            },
            espejo=read("espejo", "Int64"),
        )


@dataclass(frozen=True)
class PeriodTables:
    """The tables of four months or of a year; ``cuadros`` and ``detalle`` as in ``MonthTables``."""

    period: Period
    cuadros: dict[str, pd.DataFrame]
    detalle: dict[str, pd.DataFrame]

    def save(self, folder: Path) -> None:
        """Write all into ``folder`` (made if missing); equal tables give equal bytes."""
        save_frames(self.cuadros | {_DETAIL + name: frame for name, frame in self.detalle.items()}, folder)
        (folder / "periodo.txt").write_text(str(self.period), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""
        frames = load_frames(folder)
        return cls(
            period=Period.parse((folder / "periodo.txt").read_text(encoding="utf-8")),
            cuadros={name: frame for name, frame in frames.items() if not name.startswith(_DETAIL)},
            detalle={name[len(_DETAIL) :]: frame for name, frame in frames.items() if name.startswith(_DETAIL)},
        )


def _read(file: Path, columns: list[str], number: str | None) -> pd.DataFrame:
    frame = read_lines(file, columns)
    return frame.astype({"valor": number}) if number else frame
