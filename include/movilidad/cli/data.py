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

_WITHOUT_ROLES = (
    "ATENCIÓN: la cuenta de la bodega no puede crear los roles que limitan a cada parte del programa. Todo"
    " funciona, pero cada parte tiene los derechos de la cuenta. Qué hacer: pida a quien administra el servidor"
    " que ejecute estas órdenes (si un rol ya existe, solo su GRANT) y repita «movilidad migrate»:"
)


def migrate(as_json: JsonOption = False) -> None:
    """Crea o actualiza las tablas de la bodega de datos."""
    from sqlalchemy import text

    from movilidad.store import migrations, roles
    from movilidad.store.engine import warehouse

    with deployment():
        done = migrations.migrate(warehouse())
        with warehouse().connect() as connection:
            absent = roles.missing(connection)
            login = connection.scalar(text("SELECT quote_ident(current_user)"))
    told = [f"Migraciones aplicadas: {', '.join(done) or 'ninguna, estaba al día'}."]
    if absent:
        told += [_WITHOUT_ROLES, *(f"CREATE ROLE {role} NOLOGIN; GRANT {role} TO {login};" for role in absent)]
    tell("\n".join(told), {"aplicadas": done, "roles_ausentes": absent}, as_json)


def ingest(
    source: Annotated[str, typer.Argument(metavar="FUENTE", help="Nombre de la fuente.", show_default=False)],
    month: MonthArgument,
    as_json: JsonOption = False,
) -> None:
    """Trae los registros de una fuente y un mes, los revisa y los carga en el núcleo.

    La dirección y la clave de la fuente se leen de MOVILIDAD_CONEXION_<ID>.
    """
    wanted = Month.parse(month).require_complete(words.now())
    from structlog.contextvars import bound_contextvars

    from movilidad.quality.ingestion import ingest as bring
    from movilidad.sources.contracts import load_contract

    contract = load_contract(source)
    with deployment(platforms=True), bound_contextvars(source=source, period=str(wanted)):
        load = bring(source, wanted, connection_of(contract))
    tell(f"Cargado: {contract.titulo}, {wanted.label} ({load}).", {"carga_id": load}, as_json)


def purge(
    months: Annotated[int, typer.Option("--months", min=3, help="Meses que se conservan.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Borra las instantáneas de personas más antiguas, con sus listas de cuarentena; queda en la bitácora.

    Lo publicado se sigue pudiendo volver a calcular. Para revisar de nuevo un mes borrado, se extrae otra vez.
    """
    from movilidad.store.engine import warehouse
    from movilidad.store.purge import purge as delete

    before = Month.of(words.now()).plus(-months).start
    with deployment():
        done = delete(warehouse(), before, words.operator())
    tell(
        f"Borradas: {done.instantaneas:,} instantáneas anteriores al {before:%Y-%m-%d}, {done.cuarentena:,} líneas"
        " de cuarentena.",
        {"instantaneas": done.instantaneas, "cuarentena": done.cuarentena, "anteriores_a": before.isoformat()},
        as_json,
    )


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
    from movilidad.store.roles import Role

    with deployment():
        found = reconciliation.reconcile(warehouse(Role.STATISTICS), begin, end)
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
