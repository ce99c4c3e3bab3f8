"""The faults of the drill: how each comes about, who is called and by what, what is published and what is held."""

from alerts_support import OPERATOR as OPERATORS

from drill import spoiling
from drill.plays import PROGRAMME, Fault, held, noted, repeated, stopped, stopped_while_mail_is_down, undelivered
from drill.scene import steward_of
from movilidad.model.periods import Month

FIRST = Month(2025, 11)
RECRUITERS, JOB_BANK = "registro_reclutadores", "tu_empleo"


def _both(source: str) -> tuple[str, ...]:
    return (steward_of(source), OPERATORS)


WEB_PAGE = Fault(
    "página web con HTTP 200; el responsable no tiene correo",
    spoiling.together(
        spoiling.answers(RECRUITERS, spoiling.web_page),
        spoiling.written_otherwise(
            f"include/sources/{RECRUITERS}.yml", "correo: [^}]+", "correo: llamar a la extensión 105"
        ),
    ),
    stopped,
    alert="Una tarea falló: Extraer · Ingesta · Registro de reclutadores",
    to=(OPERATORS,),
    says="no tiene un correo válido: avísele",
    source=RECRUITERS,
)
SEX_MISSING = Fault(
    "sin sexo uno de cada cinco aplicantes",
    spoiling.people("sexo = NULL", one_in=5),
    held,
    alert="Hay un visto bueno pendiente: Estadística mensual",
    to=_both(PROGRAMME),
    says="fuera de lo tolerado",
    option="Retener",
)
DEAD_PLATFORM = Fault(
    "la plataforma rechaza la conexión",
    spoiling.gone(JOB_BANK),
    stopped,
    alert="Una fuente no responde",
    to=_both(JOB_BANK),
    says="rechaza la conexión",
    source=JOB_BANK,
    calm=True,
)
COLUMN_RENAMED = Fault(
    "columna con otro nombre",
    spoiling.column_renamed,
    stopped,
    alert="Una tarea falló: Extraer · Ingesta · Programa de Trabajo Temporal",
    to=_both(PROGRAMME),
    says="la plataforma ya no tiene una tabla o columna de la consulta",
)
TABLE_EMPTIED = Fault(
    "tabla vacía",
    spoiling.emptied,
    stopped,
    alert="Una tarea falló: Extraer · Ingesta · Programa de Trabajo Temporal",
    to=_both(PROGRAMME),
    says="la fuente no dio ninguna fila",
)
PAGE_REPEATED = Fault(
    "página repetida; sin servidor de correo",
    spoiling.answers(JOB_BANK, spoiling.page_repeated),
    stopped_while_mail_is_down,
    alert="Una tarea falló: Extraer · Ingesta · Tu Empleo",
    to=_both(JOB_BANK),
    says="el servicio repite una página que ya dio",
    source=JOB_BANK,
)
NEW_CODE = Fault(
    "código nuevo de visa en una de cada tres salidas",
    spoiling.departures("tipo_visa = 'H-2C'", one_in=3),
    noted,
    alert="Hay un visto bueno pendiente: Estadística mensual",
    to=_both(PROGRAMME),
    says="fuera de lo tolerado",
    option="Publicar con nota",
    note="Una parte de las visas está por clasificar.",
)
CUI_MISTYPED = Fault(
    "CUI mal digitado en uno de cada seis aplicantes",
    spoiling.people("cui = overlay(cui placing (((substr(cui, 1, 1))::int + 1) % 10)::text from 1)", one_in=6),
    stopped,
    alert="La revisión detuvo una fuente: Programa de Trabajo Temporal",
    to=_both(PROGRAMME),
    says="en cuarentena",
    task="revisar",
)
WAGE_UNIT = Fault(
    "salarios por hora anotados por mes",
    spoiling.departures("periodo_pago = 'mes'", one_in=2),
    held,
    alert="Hay un visto bueno pendiente: Estadística mensual",
    to=_both(PROGRAMME),
    says="fuera de lo tolerado",
    option="Rechazar",
)
SUITE_WRONG = Fault(
    "archivo de expectativas con un error",
    spoiling.written_otherwise(
        f"expectations/{JOB_BANK}.yml", "expect_column_values_to_be_in_set", "expect_column_values_to_be_in_sett"
    ),
    stopped,
    alert="Una tarea falló: Revisar · Ingesta · Tu Empleo",
    to=_both(JOB_BANK),
    says=f"{JOB_BANK}.yml",
    source=JOB_BANK,
    task="revisar",
)
TWICE = Fault(
    "dos ejecuciones a la vez, registros que cambian entre páginas, reloj adelantado, otra vez en otro orden",
    spoiling.together(
        spoiling.answers(JOB_BANK, spoiling.changing_at_first()),
        spoiling.answers(RECRUITERS, spoiling.clock_ahead),
    ),
    repeated,
)
TARGET_DOWN = Fault(
    "un destino no responde",
    spoiling.mirror_down,
    undelivered,
    alert="Un destino no recibe: Espejo del portal",
    to=(OPERATORS,),
    says="no responde",
    calm=True,
)

#: the year, month by month
YEAR = dict(
    zip(
        FIRST.through(FIRST.plus(11)),
        (
            *(WEB_PAGE, SEX_MISSING, DEAD_PLATFORM, COLUMN_RENAMED, TABLE_EMPTIED, PAGE_REPEATED),
            *(NEW_CODE, CUI_MISTYPED, WAGE_UNIT, SUITE_WRONG, TWICE, TARGET_DOWN),
        ),
        strict=True,
    )
)
#: a source that stops, a draft that is held, a target that is down, after a month in which nothing is wrong
SHORT = dict(zip(FIRST.through(FIRST.plus(3)), (None, WEB_PAGE, SEX_MISSING, TARGET_DOWN), strict=True))
