#!/usr/bin/env bash
# What only the tests need: a browser for the portal's pages, Java for the HTML validator, the portal's web server
# and Redis for `make stack`. Called by make test.
set -euo pipefail

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
command -v java >/dev/null || missing+=(default-jre-headless)
command -v redis-server >/dev/null || missing+=(redis-server)
PATH=$PATH:/usr/sbin command -v nginx >/dev/null || missing+=(nginx-light)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Instalando ${missing[*]} (navegador, validador, servidor web y Redis de las pruebas)…"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
    echo "error: faltan para las pruebas: ${missing[*]} (en Debian: sudo apt-get install ${missing[*]})" >&2
    exit 1
fi
