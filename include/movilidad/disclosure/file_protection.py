"""``disclosure protect``: from a tidy CSV to one that may be given away."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from movilidad.disclosure.assembly import assemble, states_of
from movilidad.disclosure.block import Block, Key
from movilidad.disclosure.hierarchies import read_hierarchy
from movilidad.disclosure.primary import below_frequency
from movilidad.disclosure.relations import relate
from movilidad.disclosure.suppression import Infeasible, suppress
from movilidad.disclosure.system import Flags
from movilidad.disclosure.tidy_input import RESERVED, VALUE, read_tidy
from movilidad.disclosure.tidy_output import PLACE, all_cells
from movilidad.model.atomic import PUBLIC, write_file
from movilidad.model.errors import DataError, UsageError
from movilidad.statistics.cube import CONTRIBUTORS

PUBLISHED, PRIMARY, SECONDARY = "publicada", "primaria", "secundaria"
SMALL, COMPLEMENT = "frecuencia_minima", "complemento"


@dataclass(frozen=True)
class Request:
    """What to protect and how.

    Attributes:
        data: the CSV: a row per person, or counts.
        tables: the dimensions of each table to be printed, with all its margins.
        output: the CSV to write.
        value: the column of the counts; None if each row is one person.
        hierarchies: dimension → CSV with the columns ``code,parent``.
        min_frequency: fewer contributors than this are not shown.
        min_width: least width of the interval in which a reader can locate a hidden count.
        explain: where to write the private reasons, if anywhere.
    """

    data: Path
    tables: list[tuple[str, ...]]
    output: Path
    value: str | None = None
    hierarchies: Mapping[str, Path] | None = None
    min_frequency: int = 3
    min_width: int = 3
    explain: Path | None = None

    @property
    def dimensions(self) -> list[str]:
        """All dimensions, in the order in which they were named."""
        return list(dict.fromkeys(name for table in self.tables for name in table))

    def require_sense(self) -> None:
        """A UsageError for what no data could satisfy."""
        for table in self.tables:
            if not all(table) or len(set(table)) < len(table):
                raise UsageError(
                    "una dimensión de --dims está vacía o repetida", remedy="escríbalas así: --dims pais,sexo"
                )
        taken = [name for name in self.dimensions if name in (*RESERVED, self.value)]
        if taken:
            raise UsageError(f"«{taken[0]}» no puede ser una dimensión", remedy="dé otro nombre a esa columna")
        stray = [name for name in self.hierarchies or {} if name not in self.dimensions]
        if stray:
            raise UsageError(f"hay una jerarquía de «{stray[0]}», que no está en --dims")
        paths = [path.resolve() for path in (self.data, self.output, self.explain) if path]
        if len(set(paths)) < len(paths):
            raise UsageError("los datos, la salida y las razones deben ser archivos distintos")


def parse_tables(texts: list[str]) -> list[tuple[str, ...]]:
    """``["a,b", "a,c"]`` as tables."""
    return [tuple(name.strip() for name in text.split(",")) for text in texts]


def parse_hierarchies(texts: list[str]) -> dict[str, Path]:
    """``["dim=file.csv"]`` by dimension; a UsageError if one is written otherwise or given twice."""
    pairs = [text.partition("=") for text in texts]
    if any(not (name and sign and path) for name, sign, path in pairs):
        raise UsageError("una jerarquía no se entiende", remedy="escríbala así: --hierarchy edad=edades.csv")
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise UsageError("hay dos jerarquías de una misma dimensión", remedy="póngalas en un solo archivo")
    return {name: Path(path) for name, _, path in pairs}


def protect_file(request: Request) -> dict[str, int]:
    """Write the protected CSV, and the reasons if asked for; give the number of cells by what became of them.

    Raises:
        UsageError: the request makes no sense, or names a column that the file does not have.
        DataError: the file is wrong, or its cells cannot be protected so.
    """
    request.require_sense()
    hierarchies = {name: read_hierarchy(path) for name, path in (request.hierarchies or {}).items()}
    given = read_tidy(request.data, request.dimensions, request.value, hierarchies)
    block = _with_contributors(
        relate(given.detail, request.tables, VALUE, hierarchies=hierarchies), given.contributors
    )
    primary = below_frequency(block.contributors, request.min_frequency) & block.printed
    hidden = _suppressed(block, primary, request)
    cells = all_cells(block, request.tables, request.dimensions, hierarchies)
    reasons = _reasons(cells, block, primary, hidden)
    write_file(request.output, _csv(_public(reasons, request.dimensions)), PUBLIC)
    if request.explain:
        write_file(request.explain, _csv(reasons))
    return {"celdas": len(reasons), **_counted(reasons["estado"])}


def _with_contributors(block: Block, stated: Mapping[Key, float]) -> Block:
    """Distinct contributors of sums as the file gives them: parts may share a contributor."""
    contributors = block.contributors.copy()
    for key, count in stated.items():
        place = block.index_of(key)
        if place is not None:
            contributors[place] = count
    return replace(block, contributors=contributors)


def _suppressed(block: Block, primary: Flags, request: Request) -> Flags:
    system = assemble(block, states_of(block, primary), width=request.min_width, frequency=request.min_frequency)
    try:
        return suppress(system).hidden
    except Infeasible as error:
        raise _infeasible(block, error, request) from None


def _infeasible(block: Block, error: Infeasible, request: Request) -> DataError:
    keys = [block.keys[cell] for cell in error.cells]
    names = sorted({pair[0] for key in keys if isinstance(key, tuple) for pair in key})
    return DataError(
        f"el ancho mínimo {request.min_width} (--min-width) no se alcanza en {len(keys):,} celdas"
        f"{' de ' + ', '.join(names) if names else ''}, ni ocultando todas las demás",
        remedy="use categorías más amplias en esas dimensiones, menos tablas (--dims) o un --min-width menor",
    )


def _reasons(cells: pd.DataFrame, block: Block, primary: Flags, hidden: Flags) -> pd.DataFrame:
    """The private table: true values, contributors and why a cell is hidden."""
    state = np.where(primary, PRIMARY, np.where(hidden, SECONDARY, PUBLISHED))
    rule = np.where(primary, SMALL, np.where(hidden, COMPLEMENT, ""))
    known = pd.DataFrame(
        {
            "valor_real": block.values.astype(np.int64),
            CONTRIBUTORS: block.contributors.astype(np.int64),
            "estado": state.astype(object),
            "regla": rule.astype(object),
        }
    )
    known.loc[-1] = [0, 0, PUBLISHED, ""]  # the place of combinations that do not occur
    return cells.drop(columns=PLACE).join(known.loc[cells[PLACE]].reset_index(drop=True))


def _public(reasons: pd.DataFrame, dimensions: list[str]) -> pd.DataFrame:
    """What everybody may see: one code for both kinds of hidden cells, since the kind would tell of the value."""
    shown = (reasons["estado"] == PUBLISHED).to_numpy()
    return reasons[dimensions].assign(
        valor=np.where(shown, reasons["valor_real"].astype(str), ""), estado_conf=np.where(shown, "F", "C")
    )


def _csv(frame: pd.DataFrame) -> bytes:
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8")


def _counted(states: pd.Series) -> dict[str, int]:
    counts = Counter(states)
    return {"publicadas": counts[PUBLISHED], "primarias": counts[PRIMARY], "secundarias": counts[SECONDARY]}
