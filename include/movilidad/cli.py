"""The command line: the library's verbs for a terminal and for scripts.

Exit codes: 0 fine, 1 the check or the work failed, 2 wrong use. An error is one line on standard error, without a
traceback. Every room is imported by the command that needs it, so that help appears at once.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from movilidad.model.errors import MovilidadError, UsageError
from movilidad.model.periods import TZ, Month, Period

if TYPE_CHECKING:
    from movilidad.publishing.calendar import Entry
    from movilidad.sources.connection import Connection
    from movilidad.sources.contracts import Contract
    from movilidad.stack.installation import Installation

FAILED, WRONG_USE = 1, 2

_NOBODY = "http://127.0.0.1:9"  # the discard port: no simulated service answers there
_PATIENCE = 5  # seconds of retries when the question is whether a source answers at all

_PLAIN = {"add_completion": False, "no_args_is_help": True, "rich_markup_mode": None}
app = typer.Typer(
    help="Estadísticas de movilidad laboral: de los registros a publicaciones protegidas y repetibles.",
    pretty_exceptions_enable=False,
    **_PLAIN,  # type: ignore[arg-type]
)
release_app = typer.Typer(help="Publicaciones: hacer, publicar, entregar, corregir, retirar, comprobar.", **_PLAIN)  # type: ignore[arg-type]
sources_app = typer.Typer(help="Fuentes: plataformas e instituciones.", **_PLAIN)  # type: ignore[arg-type]
targets_app = typer.Typer(help="Destinos: dónde más se entregan las publicaciones.", **_PLAIN)  # type: ignore[arg-type]
demo_app = typer.Typer(help="Plataformas simuladas, para probar sin datos reales.", **_PLAIN)  # type: ignore[arg-type]
disclosure_app = typer.Typer(help="Secreto estadístico de cualquier tabla.", **_PLAIN)  # type: ignore[arg-type]
app.add_typer(release_app, name="release")
app.add_typer(sources_app, name="sources")
app.add_typer(targets_app, name="targets")
app.add_typer(demo_app, name="demo")
app.add_typer(disclosure_app, name="disclosure")

MonthArgument = Annotated[str, typer.Argument(metavar="MES", help="Mes, por ejemplo 2026-10.", show_default=False)]
SeriesArgument = Annotated[
    str, typer.Argument(metavar="SERIE", help="Serie: mensual o cuatrimestral.", show_default=False)
]
PeriodArgument = Annotated[
    str,
    typer.Argument(metavar="PERIODO", help="Mes (2026-10) o cuatrimestre (2026-C3).", show_default=False),
]
ReleaseArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Publicación, por ejemplo mensual/2026-10/r1.", show_default=False)
]
ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXTO", help="Motivo, para los lectores.", show_default=False)
]
ApproverOption = Annotated[
    str,
    typer.Option(
        "--approved-by", metavar="CARGO", help="Cargo u oficina que aprueba; no una persona.", show_default=False
    ),
]
TargetOption = Annotated[str, typer.Option("--target", metavar="DESTINO", help="Un destino; todos si se omite.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Resultado en JSON, para programas.")]


@app.command()
def migrate(as_json: JsonOption = False) -> None:
    """Crea o actualiza las tablas de la bodega de datos."""
    from movilidad.store import migrations
    from movilidad.store.engine import warehouse

    with _deployment():
        done = migrations.migrate(warehouse())
    _tell(f"Migraciones aplicadas: {', '.join(done) or 'ninguna, estaba al día'}.", {"aplicadas": done}, as_json)


@app.command()
def ingest(
    source: Annotated[str, typer.Argument(metavar="FUENTE", help="Nombre de la fuente.", show_default=False)],
    month: MonthArgument,
    as_json: JsonOption = False,
) -> None:
    """Trae los registros de una fuente y un mes, los revisa y los carga en el núcleo.

    La dirección y la clave de la fuente se leen de MOVILIDAD_CONEXION_<ID>.
    """
    wanted = Month.parse(month).require_complete(_now())
    from movilidad.quality.ingestion import ingest as bring
    from movilidad.sources.contracts import load_contract

    contract = load_contract(source)
    with _deployment(platforms=True):
        load = bring(source, wanted, _connection(contract))
    _tell(f"Cargado: {contract.titulo}, {wanted.label} ({load}).", {"carga_id": load}, as_json)


@app.command()
def reconcile(
    first: Annotated[str, typer.Option("--from", metavar="MES", help="Primer mes.")] = "2019-01",
    last: Annotated[str, typer.Option("--to", metavar="MES", help="Último mes; el último completo.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Compara lo contado con las cifras que las instituciones publicaron."""
    begin, end = Month.parse(first), Month.parse(last) if last else Month.last_complete(_now())
    if begin > end:
        raise UsageError("el primer mes es posterior al último", remedy="ponga en --from el mes más antiguo")
    from movilidad.statistics import reconciliation
    from movilidad.store.engine import warehouse

    with _deployment():
        found = reconciliation.reconcile(warehouse(), begin, end)
    records = json.loads(found.to_json(orient="records", force_ascii=False))
    _tell("\n".join(_reconciled(record) for record in records) or "No hay cifras que comparar.", records, as_json)


@app.command()
def calendar(
    year: Annotated[
        int | None, typer.Option(min=2019, max=2100, help="Un año; sin él, los doce meses que vienen.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Muestra cuándo sale cada informe."""
    from movilidad.publishing import calendar as dates

    found = dates.load_calendar()
    entries = dates.of_year(found, year) if year else dates.ahead(found, _now())
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
    _tell("\n".join(lines), records, as_json)


@release_app.command("build")
def release_build(series: SeriesArgument, period: PeriodArgument, as_json: JsonOption = False) -> None:
    """Calcula, protege y redacta la publicación de un periodo; queda en borrador.

    Si ninguna cifra cambió, no hace nada nuevo y dice cuál es la publicación vigente.
    """
    now = _now()
    wanted = Period.parse(period).require_complete(now)
    from movilidad.publishing.releases import build

    with _deployment():
        built = build(series, wanted, now.date())
    _tell(built, {"publicacion_id": built}, as_json)


@release_app.command("publish")
def release_publish(release: ReleaseArgument, as_json: JsonOption = False) -> None:
    """Hace pública una publicación, entera y de una vez. Repetirlo no cambia nada."""
    from movilidad.publishing.releases import publish

    with _deployment():
        folder = publish(release, _now())
    _tell(f"Publicado en {folder}", {"publicacion_id": release, "carpeta": str(folder)}, as_json)


@release_app.command("explain")
def release_explain(
    period: Annotated[
        str, typer.Argument(metavar="PERIODO", help="Periodo, por ejemplo mensual/2026-10.", show_default=False)
    ],
    kind: Annotated[
        str, typer.Option("--type", metavar="TIPO", help="revision o correccion.", show_default=False)
    ],
    reason: ReasonOption,
    approver: ApproverOption,
    as_json: JsonOption = False,
) -> None:
    """Dice, antes de hacerla, por qué sale la próxima revisión de un periodo y quién la aprueba."""
    from movilidad.publishing.releases import explain

    with _deployment():
        release = explain(period, kind, reason, approver, _now())
    _tell(f"Anotado para {release}. Ahora: movilidad release build.", {"publicacion_id": release}, as_json)


@release_app.command("schedule")
def release_schedule(
    release: ReleaseArgument,
    moment: Annotated[
        datetime,
        typer.Argument(
            metavar="MOMENTO",
            help="Hora de Guatemala, por ejemplo 2026-12-05T09:00.",
            formats=["%Y-%m-%dT%H:%M"],
            show_default=False,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Anuncia desde qué minuto puede ser pública una publicación; antes, publicarla se rechaza."""
    from movilidad.publishing.releases import schedule

    with _deployment():
        announced = schedule(release, moment, _now())
    content = {"publicacion_id": release, "no_antes": announced.isoformat()}
    _tell(f"{release} no sale antes del {announced:%Y-%m-%d a las %H:%M}.", content, as_json)


@release_app.command("withdraw")
def release_withdraw(
    release: ReleaseArgument, reason: ReasonOption, approver: ApproverOption, as_json: JsonOption = False
) -> None:
    """Retira una publicación: en su lugar queda un aviso con el motivo. También en los destinos."""
    from movilidad.publishing.releases import withdraw
    from movilidad.publishing.targets.delivery import deliver_all

    with _deployment():
        folder = withdraw(release, reason, approver, _now())
        done = deliver_all(release, None, _now())
    lines = [f"Retirada; el aviso está en {folder}", *(_delivered(vars(each)) for each in done)]
    content = {"publicacion_id": release, "carpeta": str(folder), "destinos": [vars(each) for each in done]}
    _tell("\n".join(lines), content, as_json)
    if not all(each.ok for each in done):
        raise typer.Exit(FAILED)


@release_app.command("deliver")
def release_deliver(
    release: Annotated[str, typer.Argument(metavar="[ID]", help="Publicación; lo pendiente si se omite.")] = "",
    target: TargetOption = "",
    as_json: JsonOption = False,
) -> None:
    """Entrega una publicación a los destinos configurados. Repetirlo no cambia nada."""
    from movilidad.publishing.targets.delivery import deliver_all

    with _deployment():
        done = deliver_all(release or None, target or None, _now())
    lines = [_delivered(vars(each)) for each in done]
    _tell("\n".join(lines) or "No hay nada que entregar.", [vars(each) for each in done], as_json)
    if not all(each.ok for each in done):
        raise typer.Exit(FAILED)


@targets_app.command("check")
def targets_check(
    target: Annotated[str, typer.Argument(metavar="[DESTINO]", help="Un destino; todos si se omite.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Dice si cada destino responde y deja escribir, y cuánto le falta por recibir."""
    from movilidad.publishing.targets.configuration import find_target, load_targets
    from movilidad.publishing.targets.delivery import check, pending
    from movilidad.store.engine import warehouse

    with _deployment():
        found = [
            {
                "destino": each.nombre,
                "titulo": each.titulo,
                "problema": check(each),
                "pendientes": pending(warehouse(), each.nombre),
            }
            for each in ([find_target(target)] if target else load_targets())
        ]
    lines = [
        f"{'MAL ' if each['problema'] else 'bien'}  {each['destino']} ({each['titulo']}):"
        f" {each['problema'] or 'responde y deja escribir.'} Pendientes: {len(each['pendientes']):,}."
        for each in found
    ]
    _tell("\n".join(lines) or "No hay destinos configurados.", found, as_json)
    if any(each["problema"] for each in found):
        raise typer.Exit(FAILED)


@release_app.command("verify")
def release_verify(
    target: Annotated[
        str, typer.Argument(metavar="ID|CARPETA", help="Publicación o su carpeta.", show_default=False)
    ],
    as_json: JsonOption = False,
) -> None:
    """Comprueba archivos, esquemas, totales y protección, y recalcula hasta los mismos bytes."""
    from movilidad.publishing.verification import verify

    with _deployment():
        findings = verify(target)
    lines = [f"{'bien' if found.ok else 'MAL '}  {found.nombre}: {found.detalle}" for found in findings]
    _tell("\n".join(lines), [vars(found) for found in findings], as_json)
    if not all(found.ok for found in findings):
        raise typer.Exit(FAILED)


@release_app.command("list")
def release_list(as_json: JsonOption = False) -> None:
    """Lista las publicaciones y los borradores, del más reciente al más antiguo."""
    from movilidad.publishing.register import releases
    from movilidad.store.engine import warehouse

    with _deployment(), warehouse().connect() as connection:
        found = releases(connection)
    records = [
        {
            "publicacion_id": release.publicacion_id,
            "estado": release.estado,
            "fecha_publicacion": release.fecha_publicacion.isoformat(),
            "demostracion": release.demostracion,
            "carpeta": str(release.public_folder) if release.is_public else None,
        }
        for release in found
    ]
    lines = [f"{row['publicacion_id']}  {row['estado']}  {row['fecha_publicacion']}" for row in records]
    _tell("\n".join(lines) or "No hay publicaciones.", records, as_json)


@disclosure_app.command("protect")
def disclosure_protect(  # noqa: PLR0913, PLR0917 - one argument per option
    data: Annotated[
        Path, typer.Argument(metavar="DATOS.csv", help="Una fila por persona, o cuentas.", show_default=False)
    ],
    dims: Annotated[
        list[str],
        typer.Option(
            metavar="DIMENSIONES",
            help="Columnas de una tabla: a,b,c. Repita la opción para más tablas.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="SALIDA.csv", help="Archivo protegido.", show_default=False)
    ],
    hierarchy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DIM=ARCHIVO", help="Sumas dentro de una dimensión: CSV code,parent. Se puede repetir."
        ),
    ] = None,
    value: Annotated[str, typer.Option(metavar="COLUMNA", help="Columna de las cuentas; sin ella, filas.")] = "",
    min_frequency: Annotated[int, typer.Option(min=1, help="Con menos contribuyentes una celda se oculta.")] = 3,
    min_width: Annotated[int, typer.Option(min=0, help="Ancho mínimo del intervalo de una celda oculta.")] = 3,
    explain: Annotated[
        Path | None, typer.Option(metavar="ARCHIVO", help="Razones con valores reales. Privado: no se publica.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Oculta lo que revelaría a alguien en una tabla con sus márgenes, o en varias que comparten dimensiones.

    Escribe cada celda una vez: dimensiones (Total en un margen), valor (vacío si se oculta) y estado_conf (F o C).
    """
    from movilidad.disclosure.file_protection import Request, parse_hierarchies, parse_tables, protect_file

    done = protect_file(
        Request(
            data=data,
            tables=parse_tables(dims),
            output=output,
            value=value or None,
            hierarchies=parse_hierarchies(hierarchy or []),
            min_frequency=min_frequency,
            min_width=min_width,
            explain=explain,
        )
    )
    text = f"{done['celdas']:,} celdas en {output}: {done['primarias'] + done['secundarias']:,} ocultas."
    _tell(text, {"archivo": str(output), **done}, as_json)


@sources_app.command("check")
def sources_check(
    source: Annotated[str, typer.Argument(metavar="[FUENTE]", help="Una fuente; todas si se omite.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Dice si cada fuente responde, si cambió de forma y hasta qué mes llega."""
    from movilidad.sources.contracts import contract_names, load_contract

    contracts = [load_contract(name) for name in ([source] if source else contract_names())]
    with _deployment(platforms=True):
        checks = [_checked(contract) for contract in contracts]
    lines = [
        f"{'bien' if check['correcta'] else 'MAL '}  {check['fuente']}: {check['mensaje']}" for check in checks
    ]
    _tell("\n".join(lines), checks, as_json)
    if not all(check["correcta"] for check in checks):
        raise typer.Exit(FAILED)


@disclosure_app.command("audit")
def disclosure_audit(  # noqa: PLR0913, PLR0917 — one argument per option
    file: Annotated[Path, typer.Argument(metavar="CSV", help="Cuadro protegido.", show_default=False)],
    dims: Annotated[list[str], typer.Option(metavar="DIMENSIONES", help="De un cuadro: a,b,c; repetible.")],
    hierarchy: Annotated[
        list[str] | None, typer.Option(metavar="DIM=CSV", help="Niveles de una dimensión (code, parent).")
    ] = None,
    value: Annotated[str, typer.Option(metavar="COLUMNA", help="Columna de los valores.")] = "valor",
    min_width: Annotated[int, typer.Option(min=0, help="Anchura mínima de los intervalos.")] = 3,
    min_frequency: Annotated[int, typer.Option(min=0, help="Frecuencia mínima.")] = 3,
    hidden_at_least: Annotated[
        int, typer.Option(min=0, max=1, help="1 si se sabe que ninguna celda oculta es cero.")
    ] = 0,
    explain: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Privado: valores reales y contribuyentes.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ataca un cuadro protegido y dice entre qué valores deja cada celda oculta; 1 si alguna queda estrecha."""
    from movilidad.disclosure.audit.command import audit_file
    from movilidad.disclosure.audit.seen import Limits

    limits = Limits(min_width, min_frequency, hidden_at_least)
    report = audit_file(file, dims, hierarchy or [], limits, value=value, explain=explain)
    _tell(report.text, report.content, as_json)
    if report.findings:
        raise typer.Exit(FAILED)


@demo_app.command("seed")
def demo_seed(
    scale: Annotated[int, typer.Option(min=1, help="Cuántas veces el tamaño real.")] = 1,
    until: Annotated[str, typer.Option(metavar="MES", help="Último mes simulado.")] = "2026-10",
    folder: Annotated[str, typer.Option(metavar="CARPETA", help="Donde quedan los archivos simulados.")] = "",
) -> None:
    """Llena las plataformas simuladas: registros verosímiles de nadie."""
    last = Month.parse(until)
    from movilidad.demo.seeding import seed
    from movilidad.model.settings import get_settings
    from movilidad.sources.contracts import load_contract

    with _deployment(create=True):
        connection = _connection(load_contract("programa_trabajo_temporal"))
        if not connection.extra.get("demostracion"):
            raise UsageError(
                "la conexión de la plataforma no está marcada como demostración",
                source="programa_trabajo_temporal",
                remedy="nunca llene una plataforma real; en una de prueba ponga «demostracion» en su extra",
            )
        target = Path(folder) if folder else get_settings().carpeta / "demo"
        url = connection.sql_url().render_as_string(hide_password=False)
        seed(url, target, scale=scale, until=last, report=lambda what: typer.echo(what, err=True))
    _tell(f"Plataformas simuladas llenas hasta {last.label}; archivos en {target}.", None, False)


@contextmanager
def _deployment(*, create: bool = False, platforms: bool = False) -> Iterator[None]:
    """The deployment that the environment names, or else the embedded one of this checkout, while it is needed.

    Args:
        create: begin an embedded one if there is none.
        platforms: of the embedded one, also let the simulated services answer.
    """
    from movilidad.model.settings import get_settings

    if os.environ.get("MOVILIDAD_BODEGA") or not (create or (get_settings().carpeta / "postgres").is_dir()):
        yield
        return
    from movilidad.stack.environment import connections, library_environment
    from movilidad.stack.installation import Installation
    from movilidad.stack.postgres import embedded_postgres

    installation = Installation.open()
    if running := installation.running():
        _take(running["environment"])
        yield
        return
    with embedded_postgres(installation.database) as socket_folder, ExitStack() as stack:
        url = stack.enter_context(_services(installation)) if platforms else _NOBODY
        _take(library_environment(installation, socket_folder, connections(installation, socket_folder, url)))
        yield


@contextmanager
def _services(installation: "Installation") -> Iterator[str]:
    """The simulated services on loopback, if they were filled; gives their address."""
    from movilidad.demo import layout
    from movilidad.demo.server import serve

    if not layout.registry(installation.platforms).is_file():
        yield _NOBODY
        return
    with serve(installation.platforms, token=installation.platform_token) as service:
        yield service.url


def _take(environment: dict[str, str]) -> None:
    """Add what the environment does not say already."""
    from movilidad.model.settings import get_settings

    os.environ.update({name: value for name, value in environment.items() if name not in os.environ})
    get_settings.cache_clear()


def _connection(contract: "Contract") -> "Connection":
    from movilidad.sources.connection import Connection

    return Connection.from_environment(contract.conexion)


def _checked(contract: "Contract") -> dict[str, Any]:
    """The check of one source; a missing connection is a finding about it, not an end for the others."""
    from movilidad.sources.checking import check_source

    try:
        connection = _connection(contract)
        impatient = {"tiempo_reintentos": _PATIENCE, **connection.extra}
        found = check_source(contract, connection.model_copy(update={"extra": impatient}), _now())
    except MovilidadError as error:
        return {"fuente": contract.fuente, "alcanzable": False, "correcta": False, "mensaje": str(error)}
    return {**vars(found), "ultimo_mes": str(found.ultimo_mes) if found.ultimo_mes else None}


def _delivered(delivery: dict[str, str]) -> str:
    problem = delivery["problema"]
    place = f"{delivery['publicacion_id']} en {delivery['destino']}"
    return f"MAL   {place}: {problem}" if problem else f"bien  {place}: {delivery['estado']}."


def _moved(entry: "Entry") -> str:
    return f"  (antes {entry.antes:%Y-%m-%d %H:%M}: {entry.motivo})" if entry.antes else ""


def _reconciled(record: dict[str, Any]) -> str:
    ours = "—" if record["salidas"] is None else f"{record['salidas']:,}"
    return (
        f"{record['desde']} a {record['hasta']}  {record['pais']:5}  publicado {record['publicado']:>7,}"
        f"  nuestro {ours:>7}  {record['veredicto']}"
    )


def _now() -> datetime:
    return datetime.now(TZ)


def _tell(text: str, content: Any, as_json: bool) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1) if as_json else text)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; give its exit code. What a person can put right ends as one line."""
    try:
        return int(app(arguments, standalone_mode=False) or 0)
    except TyperException as error:
        return _wrong_use(error)
    except Exception as error:
        explained = _explained(error)
        if explained is None:
            raise
        typer.echo(f"error: {' '.join(explained.split())}", err=True)
        return WRONG_USE if isinstance(error, UsageError) else FAILED


def _explained(error: Exception) -> str | None:
    """What a person should read of an error; None if it is a mistake of the program."""
    if isinstance(error, MovilidadError):
        return str(error)
    if isinstance(error, typer.Abort):
        return "interrumpido"
    if isinstance(error, OSError):
        return f"no se pudo leer o escribir {error.filename or 'un archivo'}: {error.strerror}"
    if _is_unreachable_database(error):
        # the driver's own text may hold an address with its password
        return "la base de datos no responde. Qué hacer: compruebe que está en marcha y revise MOVILIDAD_BODEGA."
    return None


def _is_unreachable_database(error: Exception) -> bool:
    # if nothing imported the driver, the error is not the driver's
    drivers = sys.modules.get("sqlalchemy.exc")
    return drivers is not None and isinstance(error, drivers.OperationalError)


def _wrong_use(error: TyperException) -> int:
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        typer.echo(error.format_message(), err=True)
        return WRONG_USE
    param = getattr(error, "param", None)
    reasons = {
        "NoSuchOption": f"no existe la opción «{getattr(error, 'option_name', '')}»",
        "MissingParameter": f"falta {getattr(param, 'metavar', None) or getattr(param, 'name', 'un argumento')}",
        "BadParameter": f"el valor de «{getattr(param, 'name', '')}» no vale",
    }
    path = getattr(getattr(error, "ctx", None), "command_path", "movilidad")
    reason = reasons.get(kind, "la orden está mal escrita")
    typer.echo(f"error: {reason}. Qué hacer: consulte «{path} --help».", err=True)
    return WRONG_USE


if __name__ == "__main__":
    main()
