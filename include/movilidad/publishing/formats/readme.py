"""``LEAME.md``: what each file of a release is and how it is read."""

from collections.abc import Sequence

from movilidad.model.periods import Month
from movilidad.model.series import SERIES
from movilidad.model.templates import templates
from movilidad.publishing.addresses import latest_address, release_address, series_address
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.formats.citation import citation
from movilidad.publishing.metadata import DEMONSTRATION, title_of
from movilidad.publishing.publisher import NAME
from movilidad.publishing.sheets import Sheet

_SEVERAL = {"mes": "meses", "cuatrimestre": "cuatrimestres"}


def readme(candidate: Candidate, sheets: Sequence[Sheet]) -> bytes:
    """``LEAME.md`` of a release whose files of data are made of ``sheets``."""
    series, day = SERIES[candidate.serie], candidate.fecha_publicacion
    template = templates("publicacion").get_template("LEAME.md.j2")
    text = template.render(
        titulo=title_of(candidate),
        revision=candidate.revision,
        demostracion=candidate.demostracion,
        aviso=DEMONSTRATION,
        descripcion=series.descripcion,
        fecha=f"{day.day} de {Month.of(day).label}",
        editor=NAME,
        direccion=release_address(candidate),
        vigente=latest_address(candidate),
        serie=series_address(candidate),
        cuadros=len(sheets),
        lista=sheets,
        anterior=candidate.anterior,
        nota=candidate.visto_bueno.nota,
        periodo=str(candidate.periodo),
        lapso=(series.kind, _SEVERAL[series.kind]),
        ingles=series.en_ingles,
        partes=candidate.entradas if series.por_fuente else (),
        cita=citation(candidate),
        licencia=candidate.editor.licence,
        correo=candidate.editor.correo,
    )
    return text.encode("utf-8")
