# Every command of the project; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
READY := $(VENV)/.ready
HTML := _build/html

.PHONY: help book test check lint format types imports spelling results verify parity cluster serve pins clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The environment: made once, and again when the pins change.
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

book: $(READY)  ## build the strict site into _build/html
	$(BIN)/jupyter-book build .
	@echo "The book: $(CURDIR)/$(HTML)/index.html"

test: $(READY)  ## run the whole test suite with the doctests
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 \
	  --dist=loadfile --no-loadscope-reorder

check: lint format types imports spelling test book  ## everything that CI runs

lint: $(READY)
	$(BIN)/ruff check

format: $(READY)
	$(BIN)/ruff format --check

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	PYTHONPATH=code $(BIN)/lint-imports

spelling: $(READY)
	$(BIN)/codespell book code tests Makefile *.md *.toml *.yml

results: $(READY)  ## compute every result that is missing or stale
	$(BIN)/python -m dlexp run

verify: $(READY)  ## recompute results and compare them with the published ones
	$(BIN)/python -m dlexp verify

parity: $(READY)  ## compare with PyTorch, live (installs its processor build)
	$(BIN)/python -m pip install --quiet "torch==2.13.0"
	$(BIN)/python -m pytest tests/parity

cluster: $(READY)  ## install what `--scheduler ADDRESS` needs
	$(BIN)/python -m pip install --quiet "distributed>=2026.1"

serve: book  ## read the book on http://localhost:8000
	$(BIN)/python -m http.server --directory $(HTML) --bind 127.0.0.1 8000

pins: $(READY)  ## compile requirements.txt from pyproject.toml again
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate \
	  --extra book --extra tuner --extra test pyproject.toml --output-file requirements.txt

clean:  ## remove what can be made again, not the environment
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
