"""The command line: the library's verbs for a terminal and for scripts.

Exit codes: 0 fine, 1 the check or the work failed, 2 wrong use. An error is one line on standard error, without a
traceback. Every room is imported by the command that needs it, so that help appears at once.
"""

import os
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from movilidad.cli import (
    alerts,
    audit,
    backup,
    data,
    demo,
    deploy,
    disclosure,
    keys,
    metrics,
    monitoring,
    quality,
    releases,
    sources,
    targets,
)
from movilidad.cli.words import FAILED, WRONG_USE, shown
from movilidad.model.errors import MovilidadError, UsageError

app = typer.Typer(
    help="Estadísticas de movilidad laboral: de los registros a publicaciones protegidas y repetibles.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for verb in (
    *(data.migrate, data.ingest, data.reconcile, data.calendar, data.purge),
    *(backup.backup, backup.restore, audit.audit),
):
    app.command()(verb)
app.add_typer(releases.app, name="release")
app.add_typer(sources.app, name="sources")
app.add_typer(targets.app, name="targets")
app.add_typer(alerts.app, name="alerts")
app.add_typer(demo.app, name="demo")
app.add_typer(deploy.app, name="deploy")
app.add_typer(disclosure.app, name="disclosure")
app.add_typer(keys.app, name="keys")
app.add_typer(quality.app, name="quality")
app.add_typer(monitoring.app, name="monitoring")
app.add_typer(metrics.app, name="metrics")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; give its exit code. What a person can put right ends as one line."""
    try:
        _begin_log()
        return int(app(arguments, standalone_mode=False) or 0)
    except TyperException as error:
        return _wrong_use(error)
    except Exception as error:
        explained = _explained(error)
        if explained is None:
            raise
        typer.echo(f"error: {shown(' '.join(explained.split()))}", err=True)
        return WRONG_USE if isinstance(error, UsageError) else FAILED


def _begin_log() -> None:
    if "MOVILIDAD_REGISTRO_JSON" not in os.environ:  # reading the settings takes longer than to show a help
        return
    from movilidad.model.settings import get_settings

    if get_settings().registro_json:
        from movilidad.observation.logs import log_as_json

        log_as_json()


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
