"""A release as schema.org has it, for the search engines of data sets."""

import json
from collections.abc import Mapping
from typing import Any

from movilidad.model.series import SERIES
from movilidad.publishing.addresses import portal_address, release_address, series_address
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.metadata import KEYWORDS, described, title_of
from movilidad.publishing.publisher import HOMEPAGE, NAME

_DOWNLOADS = {
    "datos.csv": "text/csv",
    "datos.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "datos.parquet": "application/vnd.apache.parquet",
}


def schema_org(candidate: Candidate, measured: Mapping[str, str]) -> dict[str, Any]:
    """The ``Dataset`` of a release; ``measured`` are its indicators: title → unit."""
    address = release_address(candidate)
    first, last = candidate.periodo.first, candidate.periodo.last
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": address,
        "url": f"{address}informe.html",
        "identifier": candidate.publicacion_id,
        "name": title_of(candidate),
        "description": described(candidate),
        "version": f"r{candidate.revision}",
        "datePublished": candidate.fecha_publicacion.isoformat(),
        "temporalCoverage": f"{first.first_day.isoformat()}/{last.last_day.isoformat()}",
        "spatialCoverage": {"@type": "Country", "name": "Guatemala"},
        "inLanguage": "es",
        "isAccessibleForFree": True,
        "license": candidate.editor.licence.direccion,
        "keywords": list(KEYWORDS),
        "creator": {"@type": "GovernmentOrganization", "name": NAME, "url": HOMEPAGE},
        "isPartOf": {"@type": "Dataset", "@id": series_address(candidate), "name": SERIES[candidate.serie].titulo},
        "includedInDataCatalog": {"@type": "DataCatalog", "url": portal_address(candidate)},
        "variableMeasured": [
            {"@type": "PropertyValue", "name": title, "unitText": unit} for title, unit in measured.items()
        ],
        "distribution": [
            {"@type": "DataDownload", "contentUrl": f"{address}{path}", "encodingFormat": kind}
            for path, kind in _DOWNLOADS.items()
        ],
    }


def in_page(content: Mapping[str, Any]) -> str:
    """JSON-LD to stand in a ``script`` element of a page, from which no text can break out."""
    text = json.dumps(content, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
