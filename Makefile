# Needs Python 3.11 or newer and make. Everything else is installed into .venv from the lock files.
#   make build   environment, package, and the main job: seeds/ -> exports/
#   make test    the tests' own needs into the same environment, then the tests
PYTHON ?= python3
PYTEST_ARGS ?=
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --disable-pip-version-check --quiet

.PHONY: build test quick lint types format readme pictures hooks lock clean
.DEFAULT_GOAL := build

build: $(VENV)/.installed
	$(VENV)/bin/aigraph build seeds/ --out exports/

test: $(VENV)/.installed-dev
	$(PY) -m pytest $(PYTEST_ARGS)

# The tests that take milliseconds.
quick: $(VENV)/.installed-dev
	$(PY) -m pytest -q -m "not slow and not browser" $(PYTEST_ARGS)

lint: $(VENV)/.installed-dev
	$(PY) -m ruff check src tests bench scripts

types: $(VENV)/.installed-dev
	$(PY) -m mypy

format: $(VENV)/.installed-dev
	$(PY) -m ruff check --fix src tests bench scripts

# The outputs shown in README.md, from a run.
readme: build
	$(PY) scripts/readme.py

# Screenshots of the page: default view, a thing, a path, time, dark. Needs a Chromium.
pictures: build $(VENV)/.installed-dev
	$(PY) -m tests.browser.screenshots exports/graph.nq docs/pictures

hooks:
	$(PIP) pre-commit && $(VENV)/bin/pre-commit install

# Pinned versions with hashes for every supported Python and platform.
lock: export UV_CUSTOM_COMPILE_COMMAND = make lock
lock: $(VENV)/.installed
	$(PIP) uv
	$(PY) -m uv pip compile $(LOCK_FLAGS) --extra build pyproject.toml -o requirements.lock
	$(PY) -m uv pip compile $(LOCK_FLAGS) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
LOCK_FLAGS := --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "aigraph needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(PY)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
	find exports -mindepth 1 ! -name .gitkeep -delete
