"""The catalogue entry of a release, and the whole catalogue, as DCAT-AP 3 in JSON-LD."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from movilidad.model.series import SERIES
from movilidad.publishing.addresses import latest_address, portal_address, release_address, series_address
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.metadata import KEYWORDS, described, title_of
from movilidad.publishing.publisher import HOMEPAGE, NAME

Node = dict[str, Any]

CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority"
_ADMS = "http://purl.org/adms"
_SHA256 = "https://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_IANA = "https://www.iana.org/assignments/media-types"

# of each kind of period: concept of the EU's list of frequencies, and what it is called
_FREQUENCIES = {
    "mes": ("frequency/MONTHLY", "mensual"),
    "cuatrimestre": ("frequency/ANNUAL_3", "tres veces al año"),
}

# path in the release → title, EU file type, IANA media type
_DISTRIBUTIONS = {
    "datos.csv": ("Todos los cuadros, CSV", "CSV", "text/csv"),
    "datos.xlsx": (
        "Todos los cuadros, libro de hojas de cálculo",
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "datos.parquet": ("Todos los cuadros, Parquet", "PARQUET", "application/vnd.apache.parquet"),
    "sdmx/datos.csv": ("Todos los cuadros, SDMX-CSV 2.1", "CSV", "application/vnd.sdmx.data+csv"),
}


def dcat(candidate: Candidate, files: Mapping[str, bytes]) -> Node:
    """The catalogue with this release alone; ``files`` are those of the release by their paths."""
    return catalogue([{"@graph": [*_catalogue(candidate), _series(candidate), _dataset(candidate, files)]}])


def catalogue(entries: Iterable[Node]) -> Node:
    """One catalogue out of the entries of several releases, as ``dcat`` gave them, in their order.

    What the entries have in common stands once; of the catalogue and of a series the last one counts.
    """
    nodes: dict[str, Node] = {}
    datasets: dict[str, Node] = {}
    for entry in entries:
        for node in entry["@graph"]:
            if node["@type"] == "dcat:Catalog":
                datasets |= {found["@id"]: found for found in node.get("dcat:dataset", ())}
            nodes[node["@id"]] = node
    for node in nodes.values():
        if node["@type"] == "dcat:Catalog":
            nodes[node["@id"]] = {**node, "dcat:dataset": list(datasets.values())}
    return {"@context": CONTEXT, "@graph": list(nodes.values())}


def _catalogue(candidate: Candidate) -> list[Node]:
    home = portal_address(candidate)
    main = {
        "@id": f"{home}#catalogo",
        "@type": "dcat:Catalog",
        "dct:title": _es("Datos abiertos de movilidad laboral de Guatemala"),
        "dct:description": _es(described(candidate)),
        "dct:publisher": {"@id": HOMEPAGE},
        "dct:language": _id(f"{_EU}/language/SPA"),
        "dct:license": _id(candidate.editor.licence.direccion),
        "dct:modified": _day(candidate),
        "dct:spatial": _id(f"{_EU}/country/GTM"),
        "foaf:homepage": _id(home),
        "dcat:themeTaxonomy": _id(f"{_EU}/data-theme"),
        "dcat:dataset": [_id(release_address(candidate))],
    }
    agent = {
        "@id": HOMEPAGE,
        "@type": "foaf:Agent",
        "foaf:name": _es(NAME),
        "dct:type": _id(f"{_ADMS}/publishertype/NationalAuthority"),
    }
    contact = {
        "@id": f"{home}#contacto",
        "@type": ["vcard:Kind", "vcard:Organization"],
        "vcard:fn": NAME,
        "vcard:hasEmail": _id(f"mailto:{candidate.editor.correo}"),
    }
    return [main, agent, contact, *_vocabulary(candidate)]


def _vocabulary(candidate: Candidate) -> list[Node]:
    """What the entries name of others' lists, so that they can be checked without fetching these."""
    licence, home = candidate.editor.licence, portal_address(candidate)
    name, label = _FREQUENCIES[candidate.periodo.kind]
    return [
        _concept("language/SPA", "dct:LinguisticSystem", "español"),
        _concept(name, "dct:Frequency", label),
        _concept("data-theme/SOCI", "skos:Concept", "Población y sociedad"),
        _concept("country/GTM", "dct:Location", "Guatemala"),
        _concept("access-right/PUBLIC", "dct:RightsStatement", "público"),
        _concept("planned-availability/STABLE", "skos:Concept", "estable"),
        *(
            _concept(f"file-type/{kind}", "dct:MediaTypeOrExtent", kind)
            for kind in sorted({kind for _, kind, _ in _DISTRIBUTIONS.values()})
        ),
        *(
            {"@id": f"{_IANA}/{kind}", "@type": "dct:MediaType"}
            for kind in sorted({kind for _, _, kind in _DISTRIBUTIONS.values()})
        ),
        {
            "@id": f"{_ADMS}/publishertype/1.0",
            "@type": "skos:ConceptScheme",
            "dct:title": _es("Tipos de quienes publican (ADMS)"),
        },
        {
            "@id": f"{_EU}/data-theme",
            "@type": "skos:ConceptScheme",
            "dct:title": _es("Temas de los datos (Oficina de Publicaciones de la Unión Europea)"),
        },
        {
            "@id": f"{_ADMS}/publishertype/NationalAuthority",
            "@type": "skos:Concept",
            "skos:prefLabel": _es("autoridad nacional"),
            "skos:inScheme": _id(f"{_ADMS}/publishertype/1.0"),
        },
        {"@id": licence.direccion, "@type": "dct:LicenseDocument", "dct:title": _es(licence.titulo)},
        {"@id": home, "@type": "foaf:Document"},
        {"@id": _SHA256, "@type": "spdx:ChecksumAlgorithm"},
    ]


def _series(candidate: Candidate) -> Node:
    return {
        "@id": series_address(candidate),
        "@type": "dcat:DatasetSeries",
        "dct:title": _es(SERIES[candidate.serie].titulo),
        "dct:description": _es(described(candidate)),
        "dct:publisher": {"@id": HOMEPAGE},
        "dct:accrualPeriodicity": _id(f"{_EU}/{_FREQUENCIES[candidate.periodo.kind][0]}"),
        "dct:modified": _day(candidate),
        "dct:spatial": _id(f"{_EU}/country/GTM"),
        "dcat:contactPoint": _id(f"{portal_address(candidate)}#contacto"),
    }


def _dataset(candidate: Candidate, files: Mapping[str, bytes]) -> Node:
    address, period = release_address(candidate), candidate.periodo
    return {
        "@id": address,
        "@type": "dcat:Dataset",
        "dct:title": _es(f"{title_of(candidate)}, revisión {candidate.revision}"),
        "dct:description": _es(described(candidate)),
        "dct:identifier": candidate.publicacion_id,
        "dct:publisher": {"@id": HOMEPAGE},
        "dct:language": _id(f"{_EU}/language/SPA"),
        "dct:issued": _day(candidate),
        "dct:modified": _day(candidate),
        "dct:accrualPeriodicity": _id(f"{_EU}/{_FREQUENCIES[candidate.periodo.kind][0]}"),
        "dct:accessRights": _id(f"{_EU}/access-right/PUBLIC"),
        "dct:spatial": _id(f"{_EU}/country/GTM"),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _date(period.first.first_day.isoformat()),
            "dcat:endDate": _date(period.last.last_day.isoformat()),
        },
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "dct:description": _es("; ".join(title for title, _ in candidate.fuentes)),
        },
        "dcat:contactPoint": _id(f"{portal_address(candidate)}#contacto"),
        "dcat:inSeries": _id(series_address(candidate)),
        "dcat:keyword": [_es(word) for word in KEYWORDS],
        "dcat:landingPage": {"@id": f"{latest_address(candidate)}informe.html", "@type": "foaf:Document"},
        "dcat:theme": _id(f"{_EU}/data-theme/SOCI"),
        "dcat:version": f"r{candidate.revision}",
        **_previous(candidate),
        "foaf:page": {"@id": f"{address}LEAME.md", "@type": "foaf:Document"},
        "dcat:distribution": [_distribution(candidate, path, files[path]) for path in _DISTRIBUTIONS],
    }


def _previous(candidate: Candidate) -> Node:
    if not candidate.anterior:
        return {}
    return {"dcat:previousVersion": _id(f"{portal_address(candidate)}{candidate.anterior}/")}


def _distribution(candidate: Candidate, path: str, content: bytes) -> Node:
    title, kind, media = _DISTRIBUTIONS[path]
    address = f"{release_address(candidate)}{path}"
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _es(title),
        "dct:description": _es(f"{title}. {title_of(candidate)}, revisión {candidate.revision}."),
        "dct:license": _id(candidate.editor.licence.direccion),
        "dcatap:availability": _id(f"{_EU}/planned-availability/STABLE"),
        "dct:format": _id(f"{_EU}/file-type/{kind}"),
        "dct:issued": _day(candidate),
        "dcat:accessURL": _id(address),
        "dcat:downloadURL": _id(address),
        "dcat:mediaType": _id(f"{_IANA}/{media}"),
        "dcat:byteSize": {"@value": str(len(content)), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _id(_SHA256),
            "spdx:checksumValue": {"@value": hashlib.sha256(content).hexdigest(), "@type": "xsd:hexBinary"},
        },
    }


def _concept(name: str, kind: str, label: str) -> Node:
    scheme = name.partition("/")[0]
    return {
        "@id": f"{_EU}/{name}",
        "@type": [kind, "skos:Concept"] if kind != "skos:Concept" else kind,
        "skos:prefLabel": _es(label),
        "skos:inScheme": _id(f"{_EU}/{scheme}"),
    }


def _id(address: str) -> Node:
    return {"@id": address}


def _es(text: str) -> Node:
    return {"@value": text, "@language": "es"}


def _day(candidate: Candidate) -> Node:
    return _date(candidate.fecha_publicacion.isoformat())


def _date(text: str) -> Node:
    return {"@value": text, "@type": "xsd:date"}
