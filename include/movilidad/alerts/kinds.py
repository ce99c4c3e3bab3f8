"""The kinds of incidents: what each is called, whom it concerns, what it means and what to do first."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Kind:
    """One kind of incident.

    Attributes:
        titulo: what happened, in a few words.
        significa: what it means, when the caller says no more.
        hacer: what to do first, when the caller says no more.
        resuelto: what is said when it is over.
        critico: told at any hour.
        por_periodo: whether each period is an incident of its own; otherwise the periods concerned are gathered.
        responsable: the steward of the source is told besides the operators.
        calma: how long it must be over before that is told, so that an outside which comes and goes is not told
            each time.
        caduca: over by itself when it was not reported again for so long.
        espera: publications wait for its end.
    """

    titulo: str
    significa: str
    hacer: str
    resuelto: str
    critico: bool = False
    por_periodo: bool = True
    responsable: bool = False
    calma: timedelta = timedelta(0)
    caduca: timedelta | None = None
    espera: bool = True


_CALM = timedelta(minutes=15)

KINDS: dict[str, Kind] = {
    "tarea_fallida": Kind(
        titulo="Una tarea falló",
        significa="El proceso se detuvo en esta tarea; lo anterior está guardado y lo publicado no cambia.",
        hacer="abra la tarea en Airflow, lea la última línea de su registro y, corregida la causa, límpiela",
        resuelto="La tarea terminó bien.",
        responsable=True,
    ),
    "fuente_no_responde": Kind(
        titulo="Una fuente no responde",
        significa="Sin los registros de esta fuente no se hacen los informes que la esperan.",
        hacer="confirme con quien administra la plataforma si está en servicio; cuando responda, limpie"
        " las ejecuciones que hayan quedado en rojo",
        resuelto="La fuente responde otra vez. Si alguna ejecución quedó en rojo, límpiela.",
        por_periodo=False,
        responsable=True,
        calma=_CALM,
    ),
    "revision_detenida": Kind(
        titulo="La revisión detuvo una fuente",
        significa="Los registros de este periodo no entraron al núcleo; valen los anteriores, si los hay.",
        hacer="corrija en la plataforma los registros que lista la cuarentena y limpie la tarea «Extraer»",
        resuelto="La revisión aprobó los registros.",
        responsable=True,
    ),
    "visto_bueno_pendiente": Kind(
        titulo="Hay un visto bueno pendiente",
        significa="La publicación espera una decisión y no sale sin ella.",
        hacer="abra la tarea en Airflow, lea el resumen y elija una opción",
        resuelto="Ya hay una decisión.",
        responsable=True,
    ),
    "publicacion_en_riesgo": Kind(
        titulo="Una publicación está en riesgo",
        significa="Si nadie actúa, los lectores no la tendrán a la hora anunciada.",
        hacer="abra el informe en Airflow y vea qué tarea falta o qué fuente no ha entregado",
        resuelto="La publicación ya tiene borrador.",
    ),
    "publicacion_atrasada": Kind(
        titulo="Una publicación está atrasada",
        significa="Los lectores la esperan desde la hora anunciada en el calendario.",
        hacer="abra el informe en Airflow y vea en qué tarea está; si no saldrá hoy, anuncie la fecha nueva en el"
        " calendario",
        resuelto="La publicación salió.",
        critico=True,
    ),
    "destino_caido": Kind(
        titulo="Un destino no recibe",
        significa="Lo publicado en el portal y en los demás destinos no cambia; a este le faltan publicaciones.",
        hacer="compruebe el destino con «movilidad targets check» y avise a quien lo administra",
        resuelto="El destino recibe otra vez.",
        por_periodo=False,
        espera=False,
        calma=_CALM,
    ),
    "publicacion_alterada": Kind(
        titulo="Lo publicado no es lo que se publicó",
        significa="Los lectores podrían ver cifras o archivos que nadie aprobó, o no encontrar los que citaron.",
        hacer="compruebe con «movilidad release verify --all --targets» y siga docs/respaldo.md, «Si algo"
        " publicado cambió»; no edite nada a mano",
        resuelto="Todo está otra vez como se publicó.",
        por_periodo=False,
        espera=False,
    ),
    "plataforma_degradada": Kind(
        titulo="Una plataforma funciona mal",
        significa="La próxima ingesta podría tardar, fallar o traer menos registros.",
        hacer="vea las mediciones y hable con quien administra la plataforma",
        resuelto="La plataforma funciona otra vez como de costumbre.",
        por_periodo=False,
        responsable=True,
        calma=2 * _CALM,
    ),
    "fuente_sin_entregar": Kind(
        titulo="Una fuente no ha entregado",
        significa="El informe que la espera no arranca mientras falte.",
        hacer="vea en Airflow si su ingesta corrió; si la plataforma no tiene aún los registros, pídalos a su"
        " responsable",
        resuelto="La fuente entregó.",
        responsable=True,
    ),
    "archivo_ilegible": Kind(
        titulo="Airflow no puede leer un archivo",
        significa="Los procesos que el archivo define no corren hasta que se corrija.",
        hacer="avise al equipo técnico; el detalle está en la página de inicio de Airflow, en «Errores de"
        " importación»",
        resuelto="Airflow lee otra vez el archivo.",
        por_periodo=False,
        caduca=timedelta(minutes=20),
    ),
    "aviso_fallido": Kind(
        titulo="Un aviso no llegó",
        significa="Alguien no se ha enterado de lo que se le avisaba.",
        hacer="avise usted por otra vía; corrija la dirección o el canal, compruebe con «movilidad alerts test» y"
        " repita con «movilidad alerts retry»",
        resuelto="Ya no queda ningún aviso sin entregar por esta vía.",
        por_periodo=False,
    ),
}
