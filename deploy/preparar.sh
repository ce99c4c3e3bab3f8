#!/usr/bin/env bash
# Before anything runs: databases and schemas as this version wants them, roles, the first user. May be repeated.
set -euo pipefail
here=$(dirname "$0")
movilidad deploy database
movilidad migrate
airflow db migrate
airflow roles import "$here/roles.json"
airflow users create --role Admin --username administracion --password="$CLAVE_ADMINISTRACION" \
    --firstname Administración --lastname movilidad --email "${MOVILIDAD_CORREO_PUBLICO:-administracion@localhost.localdomain}"
