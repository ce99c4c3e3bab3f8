# One image for all of Airflow's processes: the locked environment without what only tests need, the project, no secret.
FROM python:3.11-slim-bookworm AS environment
WORKDIR /opt/movilidad
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN python -m venv .venv \
    && awk '/^uv==/ {found = 1; print; next} found && /^ / {print; next} found {exit}' requirements.lock >/tmp/uv.lock \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/uv.lock \
    && VIRTUAL_ENV=.venv .venv/bin/uv pip install --no-cache --require-hashes --compile-bytecode \
        -r pyproject.toml --extra airflow --extra production --extra build -c requirements.lock

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 50000 --create-home movilidad
WORKDIR /opt/movilidad
COPY --from=environment /opt/movilidad/.venv .venv
COPY . .
ENV PATH=/opt/movilidad/.venv/bin:$PATH VIRTUAL_ENV=/opt/movilidad/.venv PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
RUN uv pip install --no-cache --no-deps --no-build-isolation -e . \
    && python -m compileall -q dags include/movilidad plugins \
    && install -d -o movilidad -g movilidad -m 750 /var/lib/movilidad /var/lib/airflow \
    && install -d -o movilidad -g movilidad -m 700 /run/secretos /run/secretos-postgres /run/secretos-redis /run/secretos-grafana \
    && install -d -o movilidad -g movilidad -m 750 /run/secretos-objetos \
    && install -d -o movilidad -g movilidad -m 755 /srv/publicaciones
USER movilidad
ENTRYPOINT ["/opt/movilidad/deploy/entrada.sh"]
