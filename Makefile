# make run | test | check | bench — each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check bench lock clean translations

run: $(VENV)/.run-ready
	@$(BIN)/python -m wiki.server

test: $(VENV)/.dev-ready
	@.ci/browser
	@$(BIN)/python -m pytest

check: $(VENV)/.dev-ready
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/python .ci/translations.py

bench: $(VENV)/.dev-ready
	@$(BIN)/python -m tests.bench

translations: $(VENV)/.dev-ready
	@$(BIN)/python .ci/translations.py --update

lock: $(VENV)/.dev-ready
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -c requirements.lock -o requirements-dev.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Laborwiki needs Python 3.11 or newer.")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.lock | $(VENV)/bin/python
	@echo "Installing what Laborwiki needs (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -c 'from search.lexicon import made_file; made_file()'
	@touch $@

$(VENV)/.dev-ready: requirements.lock requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing what the tests need (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -c 'from search.lexicon import made_file; made_file()'
	@touch $@ $(VENV)/.run-ready

clean:
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
