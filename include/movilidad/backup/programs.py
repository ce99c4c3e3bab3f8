"""PostgreSQL's own programs: where they are, of which version, and how they run without showing a secret."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy.engine import URL

from movilidad.model.errors import UnavailableError, UsageError
from movilidad.model.settings import get_settings
from movilidad.stack.postgres import program_folders
from movilidad.stack.processes import end_with_parent

_DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
# where the name of libpq's variable is not PG and the option in capitals
_VARIABLES = {"dbname": "PGDATABASE", "application_name": "PGAPPNAME", "connect_timeout": "PGCONNECT_TIMEOUT"}


@dataclass(frozen=True)
class Programs:
    """The programs of one folder; ``major`` is their version: 18."""

    folder: Path
    major: int

    def run(self, name: str, *arguments: str | Path, url: URL, may_tell: bool = True) -> None:
        """Run one of them to its end; what it writes only its owner can read.

        Args:
            url: the database that it works on; handed over where no other user of the machine sees it.
            may_tell: whether its message may be repeated; what loads rows may tell what is in them.

        Raises:
            UnavailableError: it failed.
        """
        done = subprocess.run(  # noqa: S603 - PostgreSQL's programs and our own arguments
            [self.folder / name, *arguments],
            env=_environment(url),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            umask=0o077,
            preexec_fn=end_with_parent,
            check=False,
        )
        if done.returncode:
            said = _complaint(done.stderr) if may_tell else ""
            raise UnavailableError(
                f"el programa {name} de PostgreSQL terminó con error (código {done.returncode}){said}",
                remedy="compruebe que el servidor responde y que queda espacio en el disco, y repita",
            )


def programs_for(server: int) -> Programs:
    """Programs that can copy a database of a server of this version: an older ``pg_dump`` cannot.

    Raises:
        UsageError: there are none, or all are older.
    """
    known = _known()
    for found in known:
        if found.major >= server:
            return found
    newest = f"los programas de PostgreSQL son de la versión {max(each.major for each in known)}" if known else ""
    raise UsageError(
        f"{newest or 'faltan los programas de PostgreSQL (pg_dump)'} y el servidor es de la {server};"
        " un programa más antiguo que el servidor no puede copiarlo",
        place=str(get_settings().postgresql or "") or None,
        remedy=f"instale postgresql-client-{server} o posterior; si no está en el PATH, ponga su carpeta en"
        " MOVILIDAD_POSTGRESQL",
    )


def programs_of(server: int) -> Programs | None:
    """Programs of exactly this version, the server among them; None if there are none."""
    return next((each for each in _known() if each.major == server and (each.folder / "postgres").is_file()), None)


def _known() -> list[Programs]:
    """Those that the setting names; without it, what the machine has, then what comes with the product."""
    chosen = get_settings().postgresql
    if chosen:
        folders = [chosen]
    else:
        installed = shutil.which("pg_dump")
        folders = [Path(installed).parent] if installed else []
        folders += [*sorted(_DEBIAN.glob("*/bin")), *program_folders()]
    found = [(folder, _major(folder)) for folder in folders]
    return [Programs(folder, major) for folder, major in found if major]


@lru_cache
def _major(folder: Path) -> int:
    """The version of the programs in a folder; 0 if there are none."""
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
            [folder / "pg_dump", "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return 0
    match = _VERSION.search(done.stdout)
    return int(match[1]) if match else 0


def _environment(url: URL) -> dict[str, str]:
    """This process's, with libpq's variables for ``url``: arguments are seen by every user of the machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
    _, options = url.get_dialect()().create_connect_args(url)
    return kept | {_VARIABLES.get(name, f"PG{name.upper()}"): str(value) for name, value in options.items()}


def _complaint(stderr: str) -> str:
    """The first line that tells of an error."""
    lines = [line for line in stderr.splitlines() if "error:" in line]
    return f": {lines[0].partition('error:')[2].strip()}" if lines else ""
