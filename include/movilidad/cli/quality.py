"""Commands of the quality control: what stewards ask of it, and what they decide."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from movilidad.cli import words
from movilidad.cli.deployment import deployment
from movilidad.cli.words import JsonOption, MonthArgument, group, require, tell
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month
from movilidad.model.plain_text import plain_text

if TYPE_CHECKING:
    from movilidad.quality.exceptions import Acceptance
    from movilidad.quality.findings import OpenFinding
    from movilidad.quality.findings.history import RuleMonth

app = group("Control de calidad: hallazgos, historia, cuarentena, excepciones.")

SourceArgument = Annotated[
    str, typer.Argument(metavar="FUENTE", help="Fuente; también nucleo o cuadros.", show_default=False)
]
AuthorOption = Annotated[
    str, typer.Option("--author", metavar="CARGO", help="Cargo de quien decide.", show_default=False)
]

_MARKS = {"critical": "DETIENE", "warning": "DECIDIR", "info": "anotado"}


@app.command()
def findings(
    month: Annotated[str, typer.Argument(metavar="[MES]", help="Mes; el último completo si se omite.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Muestra lo que el control halló en un mes y sigue abierto: qué, cuánto, desde cuándo, qué hacer."""
    from movilidad.quality.findings.store import open_findings
    from movilidad.store.engine import warehouse
    from movilidad.store.roles import Role

    wanted = Month.parse(month) if month else Month.last_complete(words.now())
    with deployment(), warehouse(Role.READ).connect() as connection:
        found = open_findings(connection, [str(wanted)], tuple(_MARKS), None)
    records = [
        {
            "fuente": each.fuente,
            "periodo": each.periodo,
            **asdict(each.hallazgo),
            "desde": each.desde,
            "encontrado": each.encontrado.isoformat(),
        }
        for each in found
    ]
    text = "\n".join(_told(each) for each in found) or f"Sin hallazgos abiertos en {wanted.label}."
    tell(text, records, as_json)


@app.command()
def history(
    source: SourceArgument,
    months: Annotated[int, typer.Option("--last", min=1, help="Cuántos meses.")] = 12,
    everything: Annotated[bool, typer.Option("--all", help="También las reglas que nunca fallaron.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Muestra cuántas filas incumplieron cada regla, mes por mes."""
    from movilidad.quality.findings.history import rule_history
    from movilidad.store.engine import warehouse
    from movilidad.store.roles import Role

    with deployment(), warehouse(Role.READ).connect() as connection:
        found = rule_history(connection, source, months)
    failing = {_rule(each) for each in found if everything or each.fallas or each.aceptadas or not each.cumple}
    shown = [each for each in found if _rule(each) in failing]
    text = "\n".join(_month_line(each) for each in shown) or "Sin historia, o ninguna regla falló."
    tell(text, [asdict(each) for each in shown], as_json)


@app.command()
def quarantine(
    source: SourceArgument,
    month: MonthArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="CSV", help="Escribe la lista en un archivo.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Lista los registros apartados de un mes, por clave de registro y motivo; nunca con valores.

    Se corrigen en la plataforma; la siguiente ingesta los toma.
    """
    from movilidad.model.atomic import write_file
    from movilidad.quality.quarantine import as_csv, held
    from movilidad.store.engine import warehouse
    from movilidad.store.roles import Role

    wanted = Month.parse(month)
    with deployment(), warehouse(Role.READ).connect() as connection:
        found = held(connection, source, wanted, words.operator())
    if output:
        write_file(output, as_csv(found))
    records = len({(each.conjunto, each.clave) for each in found})
    lines = [
        f"{each.conjunto}  {plain_text(each.clave)}  {each.campo}: {each.motivo} {each.que_hacer}"
        for each in found
    ]
    head = f"{source}, {wanted.label}: {records:,} registros en cuarentena, {len(found):,} motivos."
    text = f"{head} Lista en {output}." if output else "\n".join([head, *lines])
    tell(text, [asdict(each) for each in found], as_json)


@app.command()
def accept(  # noqa: PLR0913, PLR0917 - one argument per option
    source: SourceArgument,
    subject: Annotated[
        str, typer.Argument(metavar="ASUNTO", help="Como lo nombra el hallazgo o la lista.", show_default=False)
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXTO", help="Por qué.", show_default=False)],
    author: AuthorOption,
    until: Annotated[
        datetime,
        typer.Option(
            "--until", metavar="FECHA", help="Último día en que vale.", formats=["%Y-%m-%d"], show_default=False
        ),
    ],
    key: Annotated[str, typer.Option("--key", metavar="CLAVE", help="Solo este registro.")] = "",
    month: Annotated[str, typer.Option("--month", metavar="MES", help="Solo este mes.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Acepta por un tiempo algo que el control de calidad señala; queda quién, por qué y hasta cuándo.

    Después repita la ingesta del mes: la siguiente revisión lo toma en cuenta.
    """
    from movilidad.quality import exceptions as decisions
    from movilidad.store.engine import warehouse
    from movilidad.store.roles import Role

    now = words.now()
    wanted = decisions.Acceptance(
        0, source, subject, month or None, key or None, reason, author, until.date(), registrada=now
    )
    with deployment(), warehouse(Role.PUBLISH).begin() as connection:
        recorded = decisions.accept(connection, wanted, now)
    tell(f"Excepción {recorded.excepcion_id} registrada. {_decision(recorded)}", _plain(recorded), as_json)


@app.command()
def exceptions(
    everything: Annotated[bool, typer.Option("--all", help="También las vencidas y las retiradas.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Lista las excepciones vigentes."""
    from movilidad.quality import exceptions as decisions
    from movilidad.store.engine import warehouse
    from movilidad.store.roles import Role

    with deployment(), warehouse(Role.READ).connect() as connection:
        found = decisions.exceptions(connection, everything=everything)
    text = "\n".join(f"{each.excepcion_id:>4}  {_decision(each)}" for each in found) or "No hay excepciones."
    tell(text, [_plain(each) for each in found], as_json)


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(metavar="NÚMERO", help="El de la excepción.", show_default=False)],
    author: AuthorOption,
    as_json: JsonOption = False,
) -> None:
    """Retira una excepción antes de que venza; queda en la historia."""
    from movilidad.quality import exceptions as decisions
    from movilidad.store.engine import warehouse
    from movilidad.store.roles import Role

    with deployment(), warehouse(Role.PUBLISH).begin() as connection:
        decisions.withdraw(connection, number, author, words.now())
    tell(f"Excepción {number} retirada.", {"excepcion_id": number}, as_json)


@app.command()
def suites(
    suite: Annotated[str, typer.Argument(metavar="[SUITE]", help="Una; todas si se omite.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Revisa los archivos de reglas de expectations/: dice archivo, línea y regla de lo que está mal."""
    from movilidad.quality.suites_check import check_suites

    found = check_suites(suite)
    lines = [
        f"{'MAL ' if problem else 'bien'}  {name}{f': {problem}' if problem else ''}" for name, problem in found
    ]
    tell("\n".join(lines), [{"suite": name, "problema": problem} for name, problem in found], as_json)
    require(not any(problem for _, problem in found))


@app.command()
def page(source: SourceArgument, month: MonthArgument, as_json: JsonOption = False) -> None:
    """Dice dónde está la página interna de la última revisión de un mes. No es pública."""
    from movilidad.quality.pages.files import page_of

    file = page_of(source, str(Month.parse(month)))
    if not file.is_file():
        raise UsageError("ese mes no se ha revisado", source=source, period=month, remedy="repita su ingesta")
    tell(str(file), {"archivo": str(file)}, as_json)


def _told(each: "OpenFinding") -> str:
    found = each.hallazgo
    keys = f" Registros: {', '.join(found.claves)}." if found.claves else ""
    since = f" Desde {each.desde}." if each.desde != each.periodo else ""
    return (
        f"{_MARKS[found.gravedad]}  {each.fuente}: {found.que} {found.cuanto}.{since}{keys}"
        f" Qué hacer: {found.que_hacer} [{found.asunto}]"
    )


def _rule(each: "RuleMonth") -> tuple[str, str, str]:
    return each.conjunto, each.columna, each.regla


def _month_line(each: "RuleMonth") -> str:
    accepted = f", {each.aceptadas:,} aceptadas" if each.aceptadas else ""
    return (
        f"{each.periodo}  {each.conjunto}  {each.columna}  {each.regla.removeprefix('expect_')}:"
        f" {each.fallas:,} de {each.filas:,} ({100 * each.parte:.1f} %){accepted}"
    )


def _decision(each: "Acceptance") -> str:
    of = f", registro {each.clave}" if each.clave else ""
    when = f", {each.periodo}" if each.periodo else ""
    ended = " Retirada." if each.retirada else ""
    return f"{each.fuente}{when}: {each.asunto}{of}. {each.motivo} ({each.autor}; vence {each.vence}).{ended}"


def _plain(each: "Acceptance") -> dict[str, Any]:
    moments = {"vence": each.vence.isoformat(), "registrada": each.registrada.isoformat()}
    return {**asdict(each), **moments, "retirada": each.retirada.isoformat() if each.retirada else None}
