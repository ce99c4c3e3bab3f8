"""Everything around an installation, in a process of its own: platforms, object store, mail, each behind a line.

python -m chaos.outside FOLDER PLATFORMS SOCKET

``FOLDER`` holds how each line behaves (``lineas``) and gets every mail that is taken (``correo``); ``PLATFORMS``
is the folder of a seeding, ``SOCKET`` the one of the server with the programme's database. It prints where all
this is and ends with its standard input.
"""

import json
import sys
from email.policy import SMTP as MAIL
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session
from alerts_support import Post
from drill.servers import MailServer
from targets_support import object_store

from chaos.lines import PROGRAMME, SERVICES, STORE
from chaos.wire import Wire
from movilidad.demo.server import serve


class _Kept(Post):
    """A mail server that keeps what it takes as files."""

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__(port)
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        content = self.taken[-1].as_bytes(policy=MAIL)
        (self._folder / f"{len(self.taken):06}.eml").write_bytes(content)
        return answer


def main(folder: Path, platforms: Path, socket: str) -> None:
    """Serve until nobody listens any more."""
    mails = MailServer()
    mails.post = _Kept(mails.post.port, folder / "correo")
    with serve(platforms) as service, object_store() as (store, _), mails.open():
        kept = urlsplit(store["extra"]["opciones"]["client_kwargs"]["endpoint_url"])
        lines = {name: Wire(("127.0.0.1", service.port), folder / "lineas" / name) for name in SERVICES}
        lines[PROGRAMME] = Wire(socket, folder / "lineas" / PROGRAMME)
        lines[STORE] = Wire((str(kept.hostname), int(kept.port or 0)), folder / "lineas" / STORE)
        ports = {name: line.port for name, line in lines.items()}
        found = {"lineas": ports, "correo": mails.connection, "almacen": store, "ficha": service.token}
        print(json.dumps(found), flush=True)  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
