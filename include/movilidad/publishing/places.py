"""Where the files of a release are: in public, or put away because it was withdrawn."""

from pathlib import Path

from movilidad.model.settings import get_settings
from movilidad.publishing.manifest import NAME


def public_folder(publicacion_id: str) -> Path:
    """Where it stands for everybody, or will stand; after a withdrawal its tombstone does."""
    return get_settings().publicaciones / publicacion_id


def archived_folder(publicacion_id: str) -> Path:
    """Where the bytes of a withdrawn release are kept, for the office alone."""
    return get_settings().carpeta / "retiradas" / publicacion_id


def kept_folder(publicacion_id: str) -> Path:
    """Where its bytes are now. A later revision is computed again from those before, withdrawn or not."""
    archived = archived_folder(publicacion_id)
    return archived if (archived / NAME).is_file() else public_folder(publicacion_id)
