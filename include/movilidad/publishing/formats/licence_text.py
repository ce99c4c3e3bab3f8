"""``LICENCIA.txt``: under what conditions the data may be used, and what others ask for what came from them."""

from movilidad.publishing.candidate import Candidate
from movilidad.publishing.formats.citation import citation
from movilidad.publishing.metadata import title_of


def licence_text(candidate: Candidate) -> bytes:
    """The file: the licence and where its text is, how to name the source, sources with a licence of their own."""
    licence = candidate.editor.licence
    sources = [f"- {entry.titulo}: {entry.licencia}" for entry in candidate.entradas if entry.licencia]
    lines = [
        title_of(candidate),
        f"{licence.titulo} ({licence.nombre})",
        licence.direccion,
        "",
        licence.condicion,
        "",
        f"Cite así: {citation(candidate)}",
        *(["", "Fuentes con licencia propia:", *sources] if sources else []),
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")
