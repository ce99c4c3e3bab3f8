"""The series of looks at a source, table ``control.chequeos_plataforma``."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from movilidad.model.periods import TZ_NAME
from movilidad.sources.checking import SourceCheck

_LONGEST = 500  # characters of a reason
_FIELDS = (
    "fuente, momento, responde, correcta, latencia_ms, atraso_meses, columnas_faltantes, columnas_nuevas, motivo,"
    " demostracion"
)


@dataclass(frozen=True)
class Check:
    """One look at a source.

    Attributes:
        correcta: it answered, and as its contract says.
        latencia_ms: how long its answers took; None if it did not answer as the contract says.
        atraso_meses: complete months that it lacked; None where it cannot tell.
        columnas_faltantes: promised columns that were not there; ``columnas_nuevas`` those that nobody knows.
        motivo: what was wrong, in a sentence; empty if nothing was.
        demostracion: the platform is a simulated one.
    """

    fuente: str
    momento: datetime
    responde: bool
    correcta: bool
    latencia_ms: int | None
    atraso_meses: int | None = None
    columnas_faltantes: int = 0
    columnas_nuevas: int = 0
    motivo: str = ""
    demostracion: bool = False


def as_check(found: SourceCheck, moment: datetime, *, demo: bool) -> Check:
    """What is kept of a look."""
    return Check(
        fuente=found.fuente,
        momento=moment,
        responde=found.alcanzable,
        correcta=found.correcta,
        latencia_ms=found.latencia_ms,
        atraso_meses=found.atraso_meses,
        columnas_faltantes=sum(len(columns) for columns in found.faltantes.values()),
        columnas_nuevas=sum(len(columns) for columns in found.nuevas.values()),
        motivo="" if found.correcta else found.mensaje[:_LONGEST],
        demostracion=demo,
    )


def keep(connection: Connection, check: Check) -> None:
    """Add to the series; the same moment twice is one look."""
    values = ", ".join(f":{name.strip()}" for name in _FIELDS.split(","))
    connection.execute(
        text(f"INSERT INTO control.chequeos_plataforma ({_FIELDS}) VALUES ({values}) ON CONFLICT DO NOTHING"),
        asdict(check),
    )


def series(connection: Connection, fuente: str, since: datetime, until: datetime) -> list[Check]:
    """The looks from ``since`` on and before ``until``, oldest first."""
    rows = connection.execute(
        text(
            f"SELECT {_FIELDS} FROM control.chequeos_plataforma"
            " WHERE fuente = :fuente AND momento >= :since AND momento < :until ORDER BY momento"
        ),
        {"fuente": fuente, "since": since, "until": until},
    )
    return [Check(*row) for row in rows]


@dataclass(frozen=True)
class Day:
    """How the looks of a day of Guatemala went; ``mediana`` of the answers' milliseconds, None without any."""

    fuente: str
    dia: date
    hechos: int
    responden: int
    correctos: int
    mediana: float | None


def days(connection: Connection, since: datetime, until: datetime, fuente: str | None = None) -> list[Day]:
    """The looks at a source, or at all, from ``since`` on and before ``until``, day by day, oldest first."""
    rows = connection.execute(
        text(
            f"SELECT fuente, (momento AT TIME ZONE '{TZ_NAME}')::date AS dia, count(*),"
            " count(*) FILTER (WHERE responde), count(*) FILTER (WHERE correcta),"
            " percentile_cont(0.5) WITHIN GROUP (ORDER BY latencia_ms)"
            " FROM control.chequeos_plataforma WHERE momento >= :since AND momento < :until"
            " AND fuente = coalesce(:fuente, fuente) GROUP BY fuente, dia ORDER BY dia, fuente"
        ),
        {"since": since, "until": until, "fuente": fuente},
    )
    return [Day(*row) for row in rows]
