"""The first user of Airflow, with the password that is kept in a file; if there is one already, nothing changes.

    python usuario.py /run/secretos/CLAVE_ADMINISTRACION

Airflow's own command wants the password as an argument, where every process of the machine can read it.
"""

import os
import sys
from pathlib import Path

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

from movilidad.stack.keys import ADMINISTRATOR

_NOBODY_S_MAIL = "administracion@localhost.localdomain"


def main() -> int:
    password = Path(sys.argv[1]).read_text(encoding="utf-8")
    mail = os.environ.get("MOVILIDAD_CORREO_PUBLICO") or _NOBODY_S_MAIL
    with get_application_builder() as builder:
        users = builder.sm
        if users.find_user(ADMINISTRATOR):
            return 0
        role = users.find_role("Admin")
        made = users.add_user(ADMINISTRATOR, "Administración", "movilidad", mail, role, password)
    if not made:
        sys.stderr.write(f"no se pudo crear el usuario {ADMINISTRATOR}; lo de arriba dice por qué\n")
    return int(not made)


if __name__ == "__main__":
    sys.exit(main())
