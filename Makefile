# Runs on Python 3.11 or newer and make; Node and Chromium only for browser tests.
PYTHON ?= python3
PORT ?= 3978
PIP = .venv/bin/python -m pip --disable-pip-version-check --quiet
UV = $(shell command -v uv || echo .venv/bin/uv)
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --extra build

.PHONY: demo test cover check bench postgres proofs lives lock snapshots sbom playground browsers clean

demo: .venv/lisbot
	PORT=$(PORT) .venv/bin/lisbot demo

# One more at a time than there are cores: each waits for its database or its browser a tenth of the time.
test: .venv/dev browsers check
	.venv/bin/pytest -n 3 --dist worksteal

# The same tests, and what of the code they run: half as long again, so not each time.
cover: .venv/dev browsers
	.venv/bin/pytest -n 2 --dist worksteal --cov

check: .venv/dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	PYTHONPATH=src .venv/bin/lint-imports

# Read their diff before committing it.
snapshots: .venv/dev browsers
	UPDATE_SNAPSHOTS=1 .venv/bin/pytest -n 2 tests/test_cards.py tests/test_json_schema.py tests/test_templates.py \
	  tests/council/core/test_access.py

# Other lives than the tests play, as many as LIVES= says.
LIVES ?= 200
lives: .venv/dev
	LIVES=$(LIVES) .venv/bin/pytest -n 2 --dist worksteal tests/lives

# With OLD_LISBOT=, an older checkout that has its .venv, also beside that.
bench: .venv/dev
	.venv/bin/python -m tests.bench
	.venv/bin/python -m tests.bench.pages
	.venv/bin/python -m tests.bench.journeys
	.venv/bin/python -m tests.bench.register
	.venv/bin/python -m tests.bench.country

# What lisbot is made of, for whoever asks (CycloneDX 1.6).
sbom: .venv/dev
	.venv/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --sv 1.6 -o sbom.json requirements.lock

lock: .venv/bin/python
	@command -v $(UV) >/dev/null || $(PIP) install uv
	$(COMPILE) --upgrade pyproject.toml -o requirements.lock
	$(COMPILE) --upgrade --extra otel -c requirements.lock pyproject.toml -o requirements-otel.lock
	$(COMPILE) --upgrade --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	npm install --package-lock-only --ignore-scripts

# The demo writes the Playground's cast when it starts. It listens on 56150; TEAMSAPPTESTER_BROWSER=none opens nothing.
playground: node_modules/.package-lock.json
	cd deploy/teams && ../../node_modules/.bin/agentsplayground start \
	  -e http://127.0.0.1:$(PORT)/api/messages -c msteams --disable-telemetry

# Where Node is missing the browser tests say so and are skipped; with CI=true they fail.
browsers:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules/.package-lock.json; \
	 else echo "npm is missing: the tests that need Node are skipped"; fi

node_modules/.package-lock.json: package-lock.json
	npm ci --ignore-scripts
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("lisbot needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

# The lock files name everything. Were pip to resolve them, it would look at releases newer than they name for whatever
# is asked for with an extra (coverage[toml]), and refuse those for having no hash (github.com/pypa/pip/issues/9644).
.venv/lisbot: .venv/bin/python requirements.lock pyproject.toml
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/lisbot requirements-dev.lock
	$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	$(PIP) check
	@touch $@

clean:
	rm -rf .venv node_modules var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# Every test that has a database, on PostgreSQL: `make test` runs there each third of those that need not.
postgres: .venv/dev
	LISBOT_PROOFS=1 .venv/bin/pytest -n 2 --dist worksteal -m postgres --ignore=tests/proofs --ignore=tests/council/reminders/test_a_year.py

# The long proofs, at full length, and every page in every language: in `make test` they run shortened.
proofs: .venv/dev
	LISBOT_PROOFS=1 .venv/bin/pytest -n 0 -s --no-cov tests/council/reminders/test_a_year.py tests/proofs \
	  tests/e2e/test_accessible.py
