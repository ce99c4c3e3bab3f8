"""``LEAME.md``: what each file of a release is and how it is read."""

from collections.abc import Sequence

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from movilidad.model import paths
from movilidad.model.periods import Month
from movilidad.publishing.addresses import latest_address, release_address, series_address
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.formats.citation import citation
from movilidad.publishing.metadata import DEMONSTRATION, DESCRIPTION, title_of
from movilidad.publishing.publisher import NAME
from movilidad.publishing.sheets import Sheet

# what a period of a series is called: one, and several
_SPANS = {"mensual": ("mes", "meses"), "cuatrimestral": ("cuatrimestre", "cuatrimestres")}


def readme(candidate: Candidate, sheets: Sequence[Sheet]) -> bytes:
    """``LEAME.md`` of a release whose files of data are made of ``sheets``."""
    day = candidate.fecha_publicacion
    # Markdown, not a page: nothing in it comes from a record
    environment = Environment(
        loader=FileSystemLoader(paths.TEMPLATES / "publicacion"),
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = environment.get_template("LEAME.md.j2").render(
        titulo=title_of(candidate),
        revision=candidate.revision,
        demostracion=candidate.demostracion,
        aviso=DEMONSTRATION,
        descripcion=DESCRIPTION,
        fecha=f"{day.day} de {Month.of(day).label}",
        editor=NAME,
        direccion=release_address(candidate),
        vigente=latest_address(candidate),
        serie=series_address(candidate),
        cuadros=len(sheets),
        lista=sheets,
        anterior=candidate.anterior,
        periodo=str(candidate.periodo),
        lapso=_SPANS[candidate.serie],
        cita=citation(candidate),
        licencia=candidate.editor.licence,
        correo=candidate.editor.correo,
    )
    return text.encode("utf-8")
