"""Public addresses. That of a revision never changes what it answers; ``latest`` follows the newest revision."""

from movilidad.publishing.candidate import Candidate


def release_address(candidate: Candidate) -> str:
    """``https://…/mensual/2026-10/r1/``: these bytes, for ever."""
    return f"{candidate.editor.direccion}/{candidate.publicacion_id}/"


def latest_address(candidate: Candidate) -> str:
    """``https://…/mensual/2026-10/latest/``: the newest revision of the same period."""
    return f"{candidate.editor.direccion}/{candidate.serie}/{candidate.periodo}/latest/"


def series_address(candidate: Candidate) -> str:
    """``https://…/series/mensual/``: all periods of the series in one place."""
    return f"{candidate.editor.direccion}/series/{candidate.serie}/"


def portal_address(candidate: Candidate) -> str:
    """``https://…/``."""
    return f"{candidate.editor.direccion}/"
