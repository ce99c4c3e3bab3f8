"""Nobody waits for the desk: each page in under a second, with eight years of releases and examinations."""

import json
from datetime import timedelta
from time import perf_counter

from desk_support import PROGRAMME, client_at, waiting
from publishing_support import NOON, OCTOBER, R1
from sqlalchemy import Engine, text

from movilidad.model.periods import Month
from movilidad.sources.contracts import contract_names

_MONTHS = Month(2019, 1).through(Month(2026, 9))
_RULES = [
    {"columna": f"campo_{place}", "regla": "expect", "gravedad": "warning", "cumple": True, "filas": 0}
    for place in range(25)
]
_RESULTS = {
    name: {
        "filas": 4000,
        "en_cuarentena": 12,
        "reglas": _RULES,
        "campos": {f"campo_{place}": [3, 1] for place in range(20)},
    }
    for name in ("personas", "solicitudes", "empleadores", "colocaciones")
}


def eight_years(engine: Engine) -> None:
    """Every month released twice and examined, a month of looks at every platform, a thousand incidents."""
    months = [str(month) for month in _MONTHS]
    given = {"months": months, "sources": contract_names(), "now": NOON, "results": json.dumps(_RESULTS)}
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO control.publicaciones SELECT 'mensual/' || m || '/r' || r, 'mensual', m, r, 'publicada',"
            " md5(m), 'h', CAST(:now AS date), true, :now"
            " FROM unnest(CAST(:months AS text[])) m, generate_series(1, 2) r",
            "INSERT INTO control.decisiones_publicacion"
            " (publicacion_id, borrador, decision, nota, firmas, motivos, registrada)"
            " SELECT publicacion_id, 'x', d, '', '[]', '[]', :now FROM control.publicaciones,"
            " unnest(ARRAY['pendiente', 'publicar']) d",
            "INSERT INTO control.instantaneas SELECT f || '-' || m, f, 'c', '{}', true, :now"
            " FROM unnest(CAST(:sources AS text[])) f, unnest(CAST(:months AS text[])) m",
            "INSERT INTO control.extracciones"
            " (fuente, periodo, snapshot_id, momento, notas, columnas_nuevas, columnas_faltantes)"
            " SELECT f, m, f || '-' || m, :now, '[]', '{}', '{}'"
            " FROM unnest(CAST(:sources AS text[])) f, unnest(CAST(:months AS text[])) m",
            "INSERT INTO control.examenes"
            " (fuente, periodo, objeto, reglas_sha256, aprobado, resultados, examinado)"
            " SELECT f, m, f || '-' || m, 'r', true, CAST(:results AS jsonb), :now"
            " FROM unnest(CAST(:sources AS text[])) f, unnest(CAST(:months AS text[])) m",
            "INSERT INTO control.chequeos_plataforma"
            " SELECT f, CAST(:now AS timestamptz) - n * interval '15 minutes',"
            " true, true, 200 + n % 50, 0, 0, 0, '', true"
            " FROM unnest(CAST(:sources AS text[])) f, generate_series(1, 2880) n",
            "INSERT INTO control.incidentes (clase, asunto, periodo, titulo, que, hacer, fuente, series, periodos,"
            " enlaces, critico, desde, ultimo, abierto, cerrado, resuelto)"
            " SELECT 'tarea_fallida', 'x/' || n, '2026-09', 'Una tarea', 'falló', 'límpiela', '', '{}', '{}',"
            " '[]', false, :now, :now, :now, CAST(:now AS timestamptz) - n * interval '1 hour', 'Terminó bien.'"
            " FROM generate_series(1, 1000) n",
        ):
            connection.execute(text(statement), given)
        connection.execute(text("ANALYZE"))


def test_every_page_is_there_in_under_a_second(warehouse: Engine) -> None:
    eight_years(warehouse)
    waiting(warehouse, OCTOBER, NOON)
    client = client_at(NOON + timedelta(minutes=1))
    slow = {}
    for path in (
        *(
            "",
            "publicaciones",
            f"publicacion/{R1}",
            "publicacion/cuatrimestral/2026-C2",
            "publicacion/mensual/2019-01",
        ),
        *("fuentes", f"fuente/{PROGRAMME}", "plataformas", f"plataforma/{PROGRAMME}", "incidentes"),
    ):
        took = []
        for _ in range(3):  # somebody else's work is not the desk's
            begin = perf_counter()
            assert client.get(path).status_code == 200, path
            took.append(perf_counter() - begin)
        slow[path] = min(took)
    assert {path: round(seconds, 2) for path, seconds in slow.items() if seconds >= 1} == {}
