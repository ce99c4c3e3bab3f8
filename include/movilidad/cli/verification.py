"""The command that compares what is published with what was."""

from dataclasses import asdict
from typing import Annotated

import typer

from movilidad.cli.deployment import deployment
from movilidad.cli.words import JsonOption, require, tell
from movilidad.model.errors import UsageError

_HOW = "escriba una publicación, como mensual/2026-10/r1, o --all; --targets acompaña a --all"


def verify(
    target: Annotated[str, typer.Argument(metavar="[ID|CARPETA]", help="Publicación o su carpeta.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Todas las publicaciones.")] = False,
    targets: Annotated[bool, typer.Option("--targets", help="Con --all, también en cada destino.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Comprueba archivos, esquemas, totales y protección, y recalcula hasta los mismos bytes.

    De cada destino dice qué le falta, lee lo entregado y lo compara con lo publicado.
    """
    if bool(target) == everything or (targets and not everything):
        raise UsageError("no queda claro qué comprobar", remedy=_HOW)
    if everything:
        _verify_all(targets, as_json)
        return
    from movilidad.publishing.verification import verify

    with deployment():
        findings = verify(target)
    lines = [f"{'bien' if found.ok else 'MAL '}  {found.nombre}: {found.detalle}" for found in findings]
    tell("\n".join(lines), [vars(found) for found in findings], as_json)
    require(all(found.ok for found in findings))


def _verify_all(targets: bool, as_json: bool) -> None:
    from movilidad.publishing.whole_verification import NOTHING, verify_all, verify_targets

    with deployment():
        found = []
        for each in verify_all():
            found.append(each)
            if not as_json:
                typer.echo(each.line)
        brought = list(verify_targets()) if targets else []
    found += brought
    wrong = sum(not each.ok for each in found)
    counted = f"Comprobadas: {len(found):,}. Con diferencias: {wrong:,}." if found else NOTHING
    lines = [*(each.line for each in brought), counted]
    tell("\n".join(lines), [{**asdict(each), "ok": each.ok} for each in found], as_json)
    require(not wrong)
