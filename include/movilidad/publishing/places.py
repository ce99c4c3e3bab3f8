"""Where the files of a release are: in public, or put away because it was withdrawn."""

import re
from pathlib import Path

from movilidad.model.settings import get_settings
from movilidad.publishing.manifest import NAME

#: the name of a revision, as a pattern with its number
REVISION = "r([1-9][0-9]{0,3})"
_REVISION = re.compile(REVISION)


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


def revision_folders(period: Path) -> list[Path]:
    """The folders of a period's revisions, newest first; whatever else lies beside them is no release."""
    revisions = [path for path in period.glob("r*") if _REVISION.fullmatch(path.name)]
    return sorted(revisions, key=lambda path: int(path.name[1:]), reverse=True)
