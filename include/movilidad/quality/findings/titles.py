"""How people call what is examined."""

from movilidad.model.errors import MovilidadError
from movilidad.quality.findings.finding import CORE, EVALUATION, TABLES
from movilidad.sources.contracts import load_contract

_OURS = {CORE: "Todas las fuentes juntas", TABLES: "Cuadros terminados", EVALUATION: "Evaluación de plataformas"}


def title_of_examined(name: str) -> str:
    """The title of a source as its contract says it, or of what is examined of ours; an unknown name stays."""
    if name in _OURS:
        return _OURS[name]
    try:
        return load_contract(name).titulo
    except MovilidadError:
        return name
