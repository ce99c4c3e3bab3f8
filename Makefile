# Two commands suffice: make report, make test. See README.md.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.listo

# caches of compiled modules halve the start of every process
unexport PYTHONDONTWRITEBYTECODE

.PHONY: report test stack drill chaos fuzz bench check audit upgrade-check up down lock clean help

help:
	@echo "make report [MONTH=2026-10]   el informe de un mes, de principio a fin, con Airflow;"
	@echo "                              si cierra un cuatrimestre (abril, agosto, diciembre), también el de los cuatro meses"
	@echo "make up · make down           la interfaz de Airflow para operar"
	@echo "make stack [MONTH=2026-10]    los servicios de docker-compose.yml sin contenedores (con un mes: hace su informe)"
	@echo "make test · make check        las pruebas · estilo, tipos y reglas de importación"
	@echo "make upgrade-check            cada versión anterior de la bodega pasa a la actual sin perder nada"
	@echo "make audit                    dependencias: vulnerabilidades, licencias, antigüedad e inventario (SBOM)"
	@echo "make drill                    simulacro: un año con una avería cada mes y un año sin averías, con Airflow"
	@echo "make chaos [SEEDS=200] [SERVICES=12] [FIRST=1]  meses en que todo puede morir, llenarse, cortarse o hacerse dos veces"
	@echo "make fuzz [MINUTES=10] [FIRST=1]  entradas al azar para conectores, contratos y lectores"
	@echo "make bench                    tiempo y memoria de dos informes seguidos"
	@echo "make lock                     vuelve a resolver requirements.lock"

report: $(READY)
	@$(BIN)/python -m movilidad.stack report --month "$(MONTH)"

up: $(READY)
	@$(BIN)/python -m movilidad.stack up

down: $(READY)
	@$(BIN)/python -m movilidad.stack down

bench: $(READY)
	@$(BIN)/python benchmarks/whole_run.py

stack: $(READY)
	@$(BIN)/python -m movilidad.stack stack --month "$(MONTH)"

test: $(READY)
	@include/preparar_pruebas.sh
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests/unit tests/integration tests/browser
	@$(BIN)/python -m pytest --timeout 1800 tests/acceptance

drill: $(READY)
	@include/preparar_pruebas.sh
	@$(BIN)/python -m pytest -q -s tests/drill

chaos fuzz: export PYTHONPATH := tests:plugins

chaos: $(READY)
	@$(BIN)/python -m chaos --seeds $(or $(SEEDS),200) --first $(or $(FIRST),1)
	@$(BIN)/python -m chaos.services --seeds $(or $(SERVICES),12) --first $(or $(FIRST),1)

fuzz: $(READY)
	@$(BIN)/python -m fuzz --minutes $(or $(MINUTES),10) --first $(or $(FIRST),1)

upgrade-check: $(READY)
	@$(BIN)/python -m pytest -q tests/integration/test_upgrade.py

check: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

audit: $(READY)
	@$(BIN)/python -m movilidad.dependencies audit

lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-emit-index-url -o requirements.lock
	$(BIN)/python -m movilidad.dependencies note

clean:
	rm -rf .venv .movilidad publicaciones

$(READY): requirements.lock pyproject.toml include/preparar.sh
	@PYTHON="$(PYTHON)" include/preparar.sh
	@touch $(READY)
