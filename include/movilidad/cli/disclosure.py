"""Commands that protect and attack any table."""

from pathlib import Path
from typing import Annotated

import typer

from movilidad.cli.words import JsonOption, group, require, tell

app = group("Secreto estadístico de cualquier tabla.")


@app.command("protect")
def protect(  # noqa: PLR0913, PLR0917 - one argument per option
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
    tell(text, {"archivo": str(output), **done}, as_json)


@app.command("audit")
def audit(  # noqa: PLR0913, PLR0917 — one argument per option
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
    tell(report.text, report.content, as_json)
    require(not report.findings)
