"""Counts of rows of which a reader must know, said without giving anyone away."""

from movilidad.disclosure.cells import Cell, Verdicts
from movilidad.disclosure.patterns import Rules
from movilidad.model.codelists import UNKNOWN
from movilidad.statistics.tables import MonthTables

SENTENCES = {
    "salidas_sin_salario_comparable": "Salidas sin salario comparable",
    "salarios_dudosos": "Salidas con un salario que el control de calidad pone en duda y no se usa",
    "salarios_atipicos": "Salidas con un salario atípico para su país, que sí entra en los cuadros de salarios",
    "salidas_sin_empleador": "Salidas sin empleador declarado",
    "salidas_sin_registro_de_persona": "Salidas cuya persona no está en el registro (cuentan como no declarado)",
    "codigos_fuera_de_lista": "Códigos fuera de lista (cuentan como no declarado)",
    "salidas_fuera_del_mes": "Salidas fechadas fuera del mes, que no se cuentan",
}
# a count that is also a cell of a table, or part of one, is shown only where the cell is
_NO_WAGE: Cell = (("banda_salarial", UNKNOWN),)
# doubtful wages are among those that are not comparable: beside a hidden cell they would bound it
_SAME_AS: dict[str, Cell] = {"salidas_sin_salario_comparable": _NO_WAGE, "salarios_dudosos": _NO_WAGE}


def protected_notes(tables: MonthTables, verdicts: Verdicts, rules: Rules) -> dict[str, str]:
    """The notes, with the counts that are not zero: as numbers, or as «menos de 3», or as protected."""
    notes = dict(tables.notas)
    for name, count in tables.conteos.items():
        if count:
            notes[name] = f"{SENTENCES[name]}: {_said(name, count, verdicts, rules)}."
    if verdicts.total_hidden:
        notes["total_protegido"] = (
            f"En {tables.month.label} viajaron tan pocas personas que ninguna de sus cifras puede mostrarse sin "
            "que alguna sea reconocible."
        )
    return notes


def _said(name: str, count: int, verdicts: Verdicts, rules: Rules) -> str:
    if verdicts.total_hidden or (name in _SAME_AS and _SAME_AS[name] in verdicts.hidden):
        return "cifra protegida"
    return f"{count:,}" if count >= rules.frecuencia_minima else f"menos de {rules.frecuencia_minima}"
