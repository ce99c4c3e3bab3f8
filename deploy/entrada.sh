#!/bin/sh
# What every container of Airflow starts with: its secrets become variables of this process, and of no image or file.
set -eu
umask 027
for file in "${SECRETOS:-/run/secretos}"/AIRFLOW_* "${SECRETOS:-/run/secretos}"/MOVILIDAD_*; do
    [ -f "$file" ] || continue
    name=${file##*/}
    # what .env says goes first
    eval "[ -n \"\${$name:-}\" ]" || export "$name=$(cat "$file")"
done
exec "$@"
