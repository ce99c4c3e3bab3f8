"""How a release is cited: ``CITATION.cff`` for programs, one sentence for people."""

from typing import Any

import yaml

from movilidad.publishing.addresses import release_address
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.metadata import KEYWORDS, described, title_of
from movilidad.publishing.publisher import HOMEPAGE, NAME


def citation(candidate: Candidate) -> str:
    """The sentence to copy."""
    year = candidate.fecha_publicacion.year
    simulated = " [datos de demostración]" if candidate.demostracion else ""
    return (
        f"{NAME} ({year}). {title_of(candidate)}{simulated} (revisión r{candidate.revision}) [conjunto de datos]."
        f" {release_address(candidate)}"
    )


def citation_cff(candidate: Candidate) -> bytes:
    """The file, of version 1.2.0 of the Citation File Format."""
    content: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "Si usa estos datos, cítelos así.",
        "type": "dataset",
        "title": title_of(candidate),
        "abstract": described(candidate),
        "version": f"r{candidate.revision}",
        "date-released": candidate.fecha_publicacion,
        "authors": [{"name": NAME, "website": HOMEPAGE}],
        "license": candidate.editor.licencia,
        "url": release_address(candidate),
        "keywords": list(KEYWORDS),
    }
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
    return text.encode("utf-8")
