#!/bin/sh
# What every container of Airflow starts with: the secrets become variables of this process, and of no image or file.
set -eu
umask 027
for file in "${SECRETOS:-/run/secretos}"/[A-Z]*; do
    [ -f "$file" ] || continue
    name=${file##*/}
    # what .env says goes first
    eval "[ -n \"\${$name:-}\" ]" || export "$name=$(cat "$file")"
done
exec "$@"
