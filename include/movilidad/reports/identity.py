"""What every report says of its release, whatever it is about."""

from datetime import UTC, datetime, time
from typing import Any

from movilidad.reports import numbers
from movilidad.reports.facts import ReleaseFacts
from movilidad.reports.revisions import revision_reasons
from movilidad.reports.text import printable
from movilidad.reports.wording import Wording


def identity(facts: ReleaseFacts, words: Wording) -> dict[str, Any]:
    """These attributes of a ``Report``, in the language being written."""
    return {
        "publicacion_id": facts.publicacion_id,
        "revision": facts.revision,
        "fecha": numbers.long_date(facts.fecha_publicacion),
        "fecha_iso": facts.fecha_publicacion.isoformat(),
        "epoca": int(datetime.combine(facts.fecha_publicacion, time(), tzinfo=UTC).timestamp()),
        "aviso": words.aviso if facts.demostracion else "",
        "institucion": words.institucion,
        "revisada": facts.revision > 1 and not facts.retirada_la_anterior,
        "razones": revision_reasons(facts),
        "programa": f"movilidad {facts.version} ({facts.codigo[:12]})",
        "nota": printable(facts.nota),
    }
