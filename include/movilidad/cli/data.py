"""Commands about the warehouse and the calendar, at the top of the tree."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from movilidad.cli import words
from movilidad.cli.deployment import connection_of, deployment
from movilidad.cli.words import JsonOption, MonthArgument, tell
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month

if TYPE_CHECKING:
    from movilidad.publishing.calendar import Entry


def migrate(as_json: JsonOption = False) -> None:
    """Crea o actualiza las tablas de la bodega de datos."""
    from movilidad.store import migrations
    from movilidad.store.engine import warehouse

    with deployment():
        done = migrations.migrate(warehouse())
    tell(f"Migraciones aplicadas: {', '.join(done) or 'ninguna, estaba al día'}.", {"aplicadas": done}, as_json)


def ingest(
    source: Annotated[str, typer.Argument(metavar="FUENTE", help="Nombre de la fuente.", show_default=False)],
    month: MonthArgument,
    as_json: JsonOption = False,
) -> None:
    """Trae los registros de una fuente y un mes, los revisa y los carga en el núcleo.

    La dirección y la clave de la fuente se leen de MOVILIDAD_CONEXION_<ID>.
    """
    wanted = Month.parse(month).require_complete(words.now())
    from movilidad.quality.ingestion import ingest as bring
    from movilidad.sources.contracts import load_contract

    contract = load_contract(source)
    with deployment(platforms=True):
        load = bring(source, wanted, connection_of(contract))
    tell(f"Cargado: {contract.titulo}, {wanted.label} ({load}).", {"carga_id": load}, as_json)


def reconcile(
    first: Annotated[str, typer.Option("--from", metavar="MES", help="Primer mes.")] = "2019-01",
    last: Annotated[str, typer.Option("--to", metavar="MES", help="Último mes; el último completo.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Compara lo contado con las cifras que las instituciones publicaron."""
    begin, end = Month.parse(first), Month.parse(last) if last else Month.last_complete(words.now())
    if begin > end:
        raise UsageError("el primer mes es posterior al último", remedy="ponga en --from el mes más antiguo")
    from movilidad.statistics import reconciliation
    from movilidad.store.engine import warehouse

    with deployment():
        found = reconciliation.reconcile(warehouse(), begin, end)
    records = json.loads(found.to_json(orient="records", force_ascii=False))
    tell("\n".join(_reconciled(record) for record in records) or "No hay cifras que comparar.", records, as_json)


def calendar(
    year: Annotated[
        int | None, typer.Option(min=2019, max=2100, help="Un año; sin él, los doce meses que vienen.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Muestra cuándo sale cada informe."""
    from movilidad.publishing import calendar as dates

    found = dates.load_calendar()
    entries = dates.of_year(found, year) if year else dates.ahead(found, words.now())
    records = [
        {
            "publicacion": entry.name,
            "titulo": entry.label,
            "fecha_hora": entry.momento.isoformat(),
            "antes": entry.antes.isoformat() if entry.antes else None,
            "motivo": entry.motivo or None,
        }
        for entry in entries
    ]
    lines = [f"{entry.momento:%Y-%m-%d %H:%M}  {entry.label}{_moved(entry)}" for entry in entries]
    tell("\n".join(lines), records, as_json)


def _moved(entry: "Entry") -> str:
    return f"  (antes {entry.antes:%Y-%m-%d %H:%M}: {entry.motivo})" if entry.antes else ""


def _reconciled(record: dict[str, Any]) -> str:
    ours = "—" if record["salidas"] is None else f"{record['salidas']:,}"
    return (
        f"{record['desde']} a {record['hasta']}  {record['pais']:5}  publicado {record['publicado']:>7,}"
        f"  nuestro {ours:>7}  {record['veredicto']}"
    )
