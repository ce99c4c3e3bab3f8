"""Errors of a target: they name it and say what to do, and never repeat an address or a secret."""

from movilidad.model.errors import DataError, MovilidadError, UnavailableError, UsageError
from movilidad.publishing.targets.configuration import Target
from movilidad.sources.storage import trouble_of
from movilidad.sources.transit import REMEDY


def silent(target: Target, what: str = "no responde") -> UnavailableError:
    """Trying again later may help."""
    return UnavailableError(
        f"{what}; lo entregado antes sigue como estaba",
        place=_place(target),
        remedy="se reintenta solo; si sigue caído, avise a quien lo administra y después repita"
        f" «movilidad release deliver --target {target.nombre}»",
    )


def refused(target: Target) -> DataError:
    """The target does not let us in, or not write."""
    return DataError(
        "rechaza al usuario o no le permite escribir",
        place=_place(target),
        remedy=f"revise el usuario, la clave y los permisos de la conexión «{target.conexion}»",
    )


def occupied(target: Target, publicacion_id: str) -> DataError:
    """Another release stands under the same address; what is published is never changed."""
    return DataError(
        f"bajo {publicacion_id} ya hay una publicación distinta",
        place=_place(target),
        remedy="lo publicado no se cambia: averigüe quién la puso ahí y apártela a mano",
    )


def misused(target: Target, what: str) -> UsageError:
    """The connection cannot be used as it is."""
    return UsageError(
        f"destino «{target.nombre}»: {what}",
        remedy=f"corrija la conexión «{target.conexion}» (docs/publicacion.md dice cómo)",
    )


def of_storage(target: Target, error: Exception) -> MovilidadError:
    """What an error of a file system means for a target."""
    trouble = trouble_of(error)
    if trouble == "abierto":
        return misused(target, f"su dirección es http://, sin cifrar; {REMEDY}")
    if trouble == "clave":
        return DataError(
            "el servidor SFTP no muestra una clave conocida",
            place=_place(target),
            remedy=f"pida su clave pública y póngala en «clave_servidor» de la conexión «{target.conexion}»",
        )
    if trouble == "rechazo":
        return refused(target)
    if trouble == "uso":
        return misused(target, "la dirección o las opciones no son válidas")
    return silent(target)


def _place(target: Target) -> str:
    return f"destino «{target.nombre}»"
