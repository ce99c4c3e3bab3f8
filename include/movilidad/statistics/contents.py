"""What the rows of each population have: who is counted, and the columns by which they can be told apart."""

from dataclasses import dataclass

_OF_A_PERSON = (
    *("sexo", "grupo_edad", "pueblo", "comunidad_linguistica", "nivel_educativo"),
    *("departamento_origen", "municipio_origen"),
)
_OF_A_DEPARTURE = ("pais", "subdivision", "tipo_visa", "sector", "ocupacion", "banda_salarial", *_OF_A_PERSON)


@dataclass(frozen=True)
class Contents:
    """Rows of a population.

    Attributes:
        contributor: column with the id of the person, employer, recruiter, enrolment or complaint that is counted.
        columns: the columns that a dimension of ``cuadros.yml`` may name.
    """

    contributor: str
    columns: tuple[str, ...]


CONTENTS = {
    "colocados": Contents("persona_id", _OF_A_DEPARTURE),
    "reportados": Contents("persona_id", _OF_A_DEPARTURE),
    "aplicantes": Contents("persona_id", ("etapa", "canal_registro", "pais_interes", "ocupacion", *_OF_A_PERSON)),
    "interesados": Contents("persona_id", ("etapa_alcanzada",)),
    "empleadores": Contents("empleador_id", ("pais", "subdivision", "sector")),
    "reclutadores": Contents("reclutador_id", ("pais",)),
    "reclutadores_activos": Contents("reclutador_id", ("pais", "sector")),
    "capacitaciones": Contents(
        "inscripcion", ("curso", "modalidad", "departamento_curso", "municipio_curso", "sexo", "resultado")
    ),
    "denuncias": Contents("denuncia_id", ("clase", "estado", "canal", "pais")),
    "denuncias_cerradas": Contents("denuncia_id", ("clase", "estado", "canal", "pais")),
}
