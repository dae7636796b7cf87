# Everything a person does with this repository; `make help` lists it. Needs make and Python 3.11-3.13.

PY := .venv/bin/python
INSTALL := sh sandbox/stack/install.sh
COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock"

# Tests wait so much that four processes of them keep two processors at work. Long files come first.
WORKERS := 4
SHARED := --dist loadfile --no-loadscope-reorder

# Without cached bytecode Airflow takes twice as long to start.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help demo up down env migrate test check check-code check-types check-sql bench lock docker-env \
	installed installed-dev

help: ## show these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { gsub(/[$$][$$]/, "$$"); printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: installed ## start everything with clean demo data, run the pipelines, show what they did (ONCE=1: then end)
	@$(PY) -m sandbox.stack demo $(if $(ONCE),--once)

up: installed ## start everything with the data as it was left (DEALFLOW_SETTINGS=folder: with your settings); Ctrl-C stops it
	@$(PY) -m sandbox.stack up

down: installed ## stop what `make up` or `make demo` started elsewhere
	@$(PY) -m sandbox.stack down

env: installed ## print exports for `airflow` and `psql`: eval "$$(make -s env)"
	@$(PY) -m sandbox.stack env

migrate: installed ## bring the warehouse to the newest schema (URL=postgres://... or AIRFLOW_CONN_WAREHOUSE)
	@$(PY) -m sql.alembic $(if $(URL),--url "$(URL)")

test: installed-dev ## run all tests, some files at a time, those of a running stack last (ARGS="-k words" narrows them)
ifdef ARGS
	@$(PY) -m pytest $(ARGS)
else
	@$(PY) -m pytest -n $(WORKERS) $(SHARED) --ignore tests/e2e
	@$(PY) -m pytest -n 2 $(SHARED) tests/e2e
endif

check: installed-dev ## format, lint, types, SQL, migrations, architecture: what CI asks before the tests
	@$(MAKE) --no-print-directory -j 2 $(if $(filter output-sync,$(.FEATURES)),-Otarget) check-types check-sql check-code

check-code:
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m pytest -q tests/test_architecture.py

check-types:
	$(PY) -m mypy include plugins sandbox sql/alembic

check-sql:
	.venv/bin/squawk --config .squawk.toml sql/schema/*.sql
	$(PY) -m sqlfluff lint --processes 2 --disable-progress-bar --nocolor sql

bench: installed-dev ## measure speed against limits of this machine (SIZE=small for a minute of it)
	@missed=0; \
	$(PY) -m tests.bench $(if $(SIZE),--size $(SIZE)) || missed=1; \
	$(PY) -m tests.bench.shop $(if $(filter small,$(SIZE)),--products 1000) || missed=1; \
	$(PY) -m tests.bench.catalog $(if $(filter small,$(SIZE)),--items 5000) || missed=1; \
	$(PY) -m tests.bench.contact_totals $(if $(filter small,$(SIZE)),--deals 6000 --contacts 2000) || missed=1; \
	$(PY) -m tests.bench.amocrm $(if $(filter small,$(SIZE)),--leads 8000 --events 40000 --api-leads 500) \
	  || missed=1; \
	exit $$missed

lock: installed-dev ## compile requirements*.in into the locks, with hashes, for all supported Pythons
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-image.in -o requirements-image.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt

docker-env: ## write .env with fresh secrets for docker compose, unless it is there
	@$(INSTALL) requirements.txt
	@$(PY) -m sandbox.stack.docker_env

installed:
	@$(INSTALL) requirements.txt

installed-dev:
	@$(INSTALL) requirements-dev.txt
