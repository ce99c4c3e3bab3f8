"""What a release says of itself, apart from its figures."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Input:
    """One source behind a release: the load that counted, and the snapshot it came from.

    ``filas`` were delivered for the month, ``en_cuarentena`` of them broke a rule and are not used;
    ``completitud`` is the share of their cells that hold something usable, ``dias_tarde`` how many days after the
    calendar they came (None too if they were fetched for the past), ``excepciones`` the decisions to accept what a
    rule complains of. None if the release does not know; ``ocultos`` names those that it does not tell.
    """

    fuente: str
    titulo: str
    snapshot_id: str
    carga_id: str
    demostracion: bool
    licencia: str | None = None
    filas: int | None = None
    en_cuarentena: int | None = None
    completitud: float | None = None
    dias_tarde: int | None = None
    excepciones: int | None = None
    ocultos: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One published figure that this revision changes; a hidden value is None."""

    cuadro: str
    celda: str
    indicador: str
    antes: float | None
    ahora: float | None


@dataclass(frozen=True)
class ReleaseFacts:
    """Identity and origin of a release.

    Attributes:
        publicacion_id: ``mensual/2026-10/r1``.
        revision: 1, 2, …
        fecha_publicacion: the date printed on everything.
        demostracion: made from simulated records; everything is watermarked then.
        version: version of the program; ``codigo`` is the hash of its files.
        frecuencia_minima: smallest count shown.
        tipo: ``primera``, ``revision`` (planned) or ``correccion`` (of an error), with its reason and the office
            that approved it.
        retirada_la_anterior: whether all that was public of the period before was withdrawn; then there is
            nothing that this release could be compared with.
        nota: what somebody who decided about odd figures tells the readers.
        acceso_previo: the offices that saw the figures before they were public.
    """

    publicacion_id: str
    revision: int
    fecha_publicacion: date
    demostracion: bool
    version: str
    codigo: str
    frecuencia_minima: int
    entradas: tuple[Input, ...] = ()
    cambios: tuple[Change, ...] = field(default=())
    tipo: str = "primera"
    motivo: str = ""
    aprobada_por: str = ""
    retirada_la_anterior: bool = False
    nota: str = ""
    acceso_previo: tuple[str, ...] = ()

    @property
    def version_cifras(self) -> str:
        """``r1``."""
        return f"r{self.revision}"
