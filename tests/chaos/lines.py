"""The lines on which an installation speaks with others, by name, and which step speaks on which."""

PROGRAMME = "programa_trabajo_temporal"
#: the platforms that are reached by HTTP, by the name of their connection
SERVICES = ("registro_reclutadores", "tu_empleo", "tipo_cambio_banguat")
#: the object store, a target of publications
STORE = "almacen"


def line_of(step: str) -> str:
    """The line of a step such as ``ingesta_tu_empleo.extraer``; empty for none."""
    dag, _, task = step.partition(".")
    source = dag.removeprefix("ingesta_")
    if task == "extraer" and source in (PROGRAMME, *SERVICES):
        return source
    return STORE if task == "entregar" else ""
