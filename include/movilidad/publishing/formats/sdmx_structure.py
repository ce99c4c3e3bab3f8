"""The structure message of the SDMX data: concepts, code lists, data structure and dataflow (SDMX-ML 3.1)."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from movilidad.model.series import Series
from movilidad.publishing.formats.cells import labels
from movilidad.publishing.formats.sdmx_csv import dimensions, is_coded
from movilidad.publishing.formats.sdmx_names import (
    AGENCY,
    CONCEPTS,
    FREQUENCIES,
    NOT_BROKEN_DOWN,
    VERSION,
    code_id,
    concept_id,
    flow_of,
)
from movilidad.publishing.formats.whole import TABLE
from movilidad.publishing.sheets import Column, Sheet
from movilidad.publishing.vocabulary import CONF_STATES, OBS_STATES

if TYPE_CHECKING:
    from pysdmx.model import Codelist, Component

_ABSENT = "El cuadro no se desglosa así"


def sdmx_structure(table: Sheet, series: Series, titles: dict[str, str], publisher: str, prepared: date) -> bytes:
    """The message that describes ``sdmx_csv(table, series)``; its code lists hold the codes that the data use.

    Args:
        table: the long table of a release of the series.
        titles: title of each of its tables.
        publisher: name of the agency.
        prepared: date of the message.
    """
    from pysdmx.io import write_sdmx
    from pysdmx.io.format import Format
    from pysdmx.model import (
        Agency,
        AgencyScheme,
        Components,
        Concept,
        ConceptScheme,
        Dataflow,
        DataStructureDefinition,
    )
    from pysdmx.model.message import Header

    lists = [*(_code_list(column, table, titles) for column in dimensions(table) if is_coded(column)), *_fixed()]
    components = _components(table, {found.id: found for found in lists})
    concepts = [each.concept for each in components if isinstance(each.concept, Concept)]
    names = flow_of(series)
    structure = DataStructureDefinition(
        names.structure,
        name="Movilidad laboral: estructura de los datos",
        agency=AGENCY,
        version=VERSION,
        components=Components(components),
    )
    flow = Dataflow(names.id, name="Movilidad laboral", agency=AGENCY, version=VERSION, structure=structure)
    scheme = ConceptScheme(
        CONCEPTS, name="Conceptos de la movilidad laboral", agency=AGENCY, version=VERSION, items=concepts
    )
    agencies = AgencyScheme(agency="SDMX", items=[Agency(AGENCY, name=publisher)])
    moment = datetime(prepared.year, prepared.month, prepared.day)  # noqa: DTZ001 - a date, whose hour nobody reads
    text = write_sdmx(
        [agencies, *lists, scheme, structure, flow],
        Format.STRUCTURE_SDMX_ML_3_1,
        header=Header(id=f"{AGENCY}-{prepared.isoformat()}", prepared=moment, sender=Agency(AGENCY)),
    )
    # the library knows no language but English
    return f"{(text or '').strip()}\n".replace('xml:lang="en"', 'xml:lang="es"').encode()


def _code_list(column: Column, table: Sheet, titles: dict[str, str]) -> "Codelist":
    known = titles if column.nombre == TABLE.nombre else {}
    meanings = labels(table, column.nombre)
    codes = sorted((code, known.get(code, meaning)) for code, meaning in meanings.items() if code)
    if column.opcional:
        codes.append((NOT_BROKEN_DOWN, _ABSENT))
    return _listed(f"CL_{concept_id(column.nombre)}", _title(column), dict(codes))


def _fixed() -> list["Codelist"]:
    return [
        _listed("CL_FREQ", "Frecuencia", FREQUENCIES, partial=False),
        _listed("CL_OBS_STATUS", "Estado de la observación", OBS_STATES),
        _listed("CL_CONF_STATUS", "Estado de confidencialidad", CONF_STATES),
    ]


def _listed(name: str, title: str, codes: dict[str, str], *, partial: bool = True) -> "Codelist":
    from pysdmx.model import Code, Codelist

    items = [
        Code(code_id(code), name=meaning, description=f"En los CSV: {code}" if code_id(code) != code else None)
        for code, meaning in codes.items()
    ]
    return Codelist(name, name=title, agency=AGENCY, version=VERSION, items=items, is_partial=partial)


def _components(table: Sheet, lists: dict[str, "Codelist"]) -> list["Component"]:
    from pysdmx.model import Component, Concept, DataType, Role

    def component(name: str, title: str, role: Role, kind: DataType = DataType.STRING) -> Component:
        urn = f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:{CONCEPTS}({VERSION}).{name}"
        codes = lists.get(f"CL_{name}")
        return Component(
            name,
            role is not Role.MEASURE,
            role,
            Concept(name, urn=urn, name=title),
            local_dtype=None if codes else kind,
            local_codes=codes,
            attachment_level="O" if role is Role.ATTRIBUTE else None,
        )

    keys = [(concept_id(column.nombre), _title(column)) for column in dimensions(table)]
    return [
        component("FREQ", "Frecuencia", Role.DIMENSION),
        *(component(name, title, Role.DIMENSION) for name, title in keys),
        component("TIME_PERIOD", "Periodo al que se refiere la cifra", Role.DIMENSION, DataType.STD_TIME_PERIOD),
        component("OBS_VALUE", "La cifra", Role.MEASURE, DataType.DOUBLE),
        component("UNIT_MEASURE", "Unidad", Role.ATTRIBUTE),
        component("OBS_STATUS", "Estado de la observación", Role.ATTRIBUTE),
        component("CONF_STATUS", "Estado de confidencialidad", Role.ATTRIBUTE),
        component("REVISION", "Revisión de la publicación", Role.ATTRIBUTE),
        component("FECHA_PUBLICACION", "Fecha de publicación", Role.ATTRIBUTE, DataType.DATE),
    ]


def _title(column: Column) -> str:
    return column.significado.partition(": código")[0].partition(";")[0]
