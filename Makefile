# Cogling for people who have make: everything happens in .venv, nothing outside this folder is touched.
# PYTHON=... picks the Python that .venv is made with; TORCH_INDEX=... adds a package index.

SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
# The first Python of this machine that fits. Run, not just found: pyenv has names that lead nowhere.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	if $$name -c '$(SUPPORTED)' >/dev/null 2>&1; then echo $$name; break; fi; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -c constraints.txt \
	$(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
BENCHMARKS := start_up problems decode_speed training_speed
RESULTS := runs/benchmarks

.DEFAULT_GOAL := help
.PHONY: help install dev quickstart test test-slow lint bench clean

help:
	@echo "make quickstart   install, grow the model of recipe quick, show what it thinks"
	@echo "make test         the tests; make test-slow: those that take minutes"
	@echo "make lint         ruff and mypy"
	@echo "make bench        the benchmarks; wants quiet cores"
	@echo "make install      only install; make dev: what developers need too"
	@echo "make clean        remove caches; runs and .venv stay"

quickstart: install
	@$(BIN)/cogling train quick
	@echo
	@echo "The command cogling is in .venv. Try next:"
	@echo "  source $(BIN)/activate"
	@echo "  cogling chat runs/quick"
	@echo "  cogling tasks"

test: dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4

test-slow: dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m slow

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install
	@mkdir -p $(RESULTS)
	@set -e; for name in $(BENCHMARKS); do $(BIN)/python benchmarks/$$name.py --out $(RESULTS)/$$name.json; done

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

install: .venv/.installed
dev: .venv/.installed-dev

# A stamp holds what pyproject.toml and constraints.txt said when it was made: as long as they say the same,
# whatever their dates, a call installs nothing and needs no network.
.venv/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@if ! cat pyproject.toml constraints.txt | cmp -s - $@; then \
		echo "Installing Cogling into .venv (PyTorch is the largest part) ..."; \
		$(PIP) -e . || exit 1; fi
	@cat pyproject.toml constraints.txt > $@

.venv/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@if ! cat pyproject.toml constraints.txt | cmp -s - $@; then \
		echo "Installing Cogling and its development tools into .venv (PyTorch is the largest part) ..."; \
		$(PIP) -e '.[dev]' || exit 1; fi
	@cat pyproject.toml constraints.txt | tee .venv/.installed > $@

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Cogling needs Python 3.11, 3.12 or 3.13; this machine has $$(python3 --version 2>&1 | head -n 1)." >&2; \
		echo "Install one, or say where it is: make PYTHON=/path/to/python3.12" >&2; exit 1; fi
	@if ! "$(PYTHON)" -c '$(SUPPORTED)'; then \
		echo "Cogling needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$("$(PYTHON)" --version 2>&1 | head -n 1)." >&2; \
		echo "Name another one: make PYTHON=/path/to/python3.12" >&2; exit 1; fi
	@if ! "$(PYTHON)" -m venv .venv; then rm -rf .venv; \
		echo "$(PYTHON) could not make .venv; on Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; fi
