#!/usr/bin/env bash
# Makes the environment in .venv from the hash-locked requirements. Called by make.
set -euo pipefail
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
lock=requirements.lock
python=${PYTHON:-python3}

fail() { echo "error: $1" >&2; exit 1; }

# As root on Debian or Ubuntu, install the named packages; otherwise say which ones are missing.
need() {
    local what=$1; shift
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Instalando $* ($what)…"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    else
        fail "falta $what. Instale: $* (en Debian o Ubuntu: sudo apt-get install $*)"
    fi
}

command -v "$python" >/dev/null || need "Python" python3 python3-venv
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
    || fail "se necesita Python 3.11, 3.12 o 3.13; indique otro con: make PYTHON=python3.12 …"
"$python" -c 'import ensurepip, venv' 2>/dev/null || need "el módulo venv de Python" python3-venv

can_load() {
    "$python" -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' "$@" 2>/dev/null
}
pango="libpango-1.0.so.0 libpangoft2-1.0.so.0"
subset="libharfbuzz-subset.so.0" # optional: smaller, quicker font subsets
# shellcheck disable=SC2086 # lists of names
if ! can_load $pango || { [ "$(id -u)" = 0 ] && ! can_load $subset; }; then
    need "Pango, con que se hace el PDF" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
export VIRTUAL_ENV=$PWD/.venv
pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }

# uv installs the lock in seconds; it comes from the lock itself, and pip takes over where uv cannot work
uv_lock=$(mktemp)
trap 'rm -f "$uv_lock"' EXIT
awk '/^uv==/ {found = 1; print; next} found && /^ / {print; next} found {exit}' "$lock" >"$uv_lock"
echo "Preparando el entorno de Python en .venv (una sola vez; descarga unos 400 MB)…"
index=$(pip config get global.index-url 2>/dev/null || true)
if pip install -q --require-hashes -r "$uv_lock" \
    && UV_SYSTEM_CERTS=true ${index:+env UV_DEFAULT_INDEX="$index"} \
       .venv/bin/uv pip install -q --require-hashes --compile-bytecode -r "$lock"; then
    .venv/bin/uv pip install -q --no-deps --no-build-isolation -e .
else
    pip install -q --require-hashes -r "$lock"
    pip install -q --no-deps --no-build-isolation -e .
fi
