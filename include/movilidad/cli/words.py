"""Arguments and options that several commands share, and how results are told."""

import json
import os
import pwd
from datetime import datetime
from typing import Annotated, Any

import typer

from movilidad.model.periods import TZ
from movilidad.model.plain_text import is_printable
from movilidad.model.series import SERIES

FAILED, WRONG_USE = 1, 2
_LONGEST_NAME = 60

MonthArgument = Annotated[str, typer.Argument(metavar="MES", help="Mes, por ejemplo 2026-10.", show_default=False)]
SeriesArgument = Annotated[
    str, typer.Argument(metavar="SERIE", help=f"Serie: {', '.join(SERIES)}.", show_default=False)
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


def group(purpose: str) -> typer.Typer:
    """A group of commands; without a command it shows its help."""
    return typer.Typer(help=purpose, add_completion=False, no_args_is_help=True, rich_markup_mode=None)


def now() -> datetime:
    """The instant, as the clocks of Guatemala show it."""
    return datetime.now(TZ)


def operator() -> str:
    """Who sits at the terminal: the account of the process, whatever name its variables give.

    In containers that is the same for everybody; there MOVILIDAD_QUIEN says who it is, noted as what it is: said.
    """
    said = shown(os.environ.get("MOVILIDAD_QUIEN", ""))[:_LONGEST_NAME].strip()
    return f"{_account()}, dice ser {said} (terminal)" if said else f"{_account()} (terminal)"


def _account() -> str:
    number = os.geteuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # a container's user need not have a name
        return f"usuario {number}"


def tell(text: str, content: Any, as_json: bool) -> None:
    """Print the result, for a person or for a program."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1) if as_json else shown(text))


def shown(text: str) -> str:
    """The text without what would steer a terminal or turn letters round."""
    return "".join(char if char == "\n" or is_printable(char) else "\ufffd" for char in text)


def require(ok: bool) -> None:
    """End with the exit code of a failed check unless all is well."""
    if not ok:
        raise typer.Exit(FAILED)
