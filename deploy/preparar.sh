#!/usr/bin/env bash
# Before anything runs: databases and schemas as this version wants them, roles, the first user. May be repeated.
set -euo pipefail
here=$(dirname "$0")
movilidad deploy database
movilidad migrate
airflow db migrate
airflow roles import "$here/roles.json"
python "$here/usuario.py" "${SECRETOS:-/run/secretos}/CLAVE_ADMINISTRACION"
