# Every command of the project; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
READY := $(VENV)/.ready
HTML := _build/html
DRAFT := _build/draft/_build/html
BUNDLE := _build/deep-learning-by-experiment

# A script in $(BIN) names the Python of the folder that it was made in, and not of every folder can
# a script name it; so Python is told which to run.
SCRIPT := $(BIN)/python $(BIN)

TESTING := --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder --durations=40 --durations-min=5

# What a shell has set for Python is for programs of its own.
unexport PYTHONHOME PYTHONPATH PYTHONWARNINGS PYTHONOPTIMIZE PYTHONSTARTUP
unexport PYTEST_ADDOPTS PYTEST_PLUGINS

# The environment says where it was made: a folder that was renamed needs it again.
MOVED := $(shell test ! -e $(READY) || test "$$(cat $(READY))" = "$$(pwd -P)" || echo moved)

.PHONY: help book bundle draft test thorough check lint format types imports spelling results verify torch parity cluster pdf slides serve mutants pins clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The environment: made once, and again when the pins change or the folder is another.
$(READY): requirements.txt pyproject.toml $(MOVED)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)"; exit 2; }
	$(if $(MOVED),$(BIN)/python,test -x $(BIN)/python || $(PYTHON)) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(if $(MOVED),$(BIN)/python .ci/scripts.py)
	@pwd -P > $@

.PHONY: $(MOVED)

book: $(READY)  ## build the strict site into _build/html
	$(SCRIPT)/jupyter-book build .
	@printf 'The book: %s/%s/index.html\n' "$$PWD" $(HTML)

bundle: book  ## pack the whole site into one file, to read it offline
	@$(BIN)/python -c 'import shutil; print("To take along:", shutil.make_archive("$(BUNDLE)", "zip", "_build", "html"))'

pdf: $(READY)  ## print the built site as one book (PAGE=grad_cam: one page of it)
	$(BIN)/python -m dlexp pdf $(PAGE)

slides: $(READY)  ## make slides of a built page (SLUG=grad_cam)
	$(BIN)/python -m dlexp slides $(SLUG)

draft: $(READY)  ## show every page with the results that are there, and compute none
	$(BIN)/python -m dlexp draft
	@printf 'The draft, which is not the book: %s/%s/index.html\n' "$$PWD" $(DRAFT)

test: $(READY)  ## run the tests and doctests; of the costly cases, the fifth that the commit draws
	$(BIN)/python -m pytest --fifth $(TESTING)

thorough: $(READY)  ## run the whole test suite, all costly cases too
	$(BIN)/python -m pytest $(TESTING)

check: lint format types imports spelling test book  ## everything that CI runs

lint: $(READY)
	$(BIN)/python -m ruff check

format: $(READY)
	$(BIN)/python -m ruff format --check

types: $(READY)
	$(SCRIPT)/mypy

imports: $(READY)
	PYTHONPATH=code $(SCRIPT)/lint-imports

spelling: $(READY)
	$(SCRIPT)/codespell book code tests Makefile *.md *.toml *.yml

results: $(READY)  ## compute every result that is missing or stale
	$(BIN)/python -m dlexp run

verify: $(READY)  ## recompute results and compare them with the published ones
	$(BIN)/python -m dlexp verify

torch: $(READY)  ## install PyTorch, which on Linux may bring CUDA (README, Pins)
	$(BIN)/python -m pip install --quiet "torch==2.13.0"

parity: torch  ## compare with PyTorch, live
	$(BIN)/python -m pytest tests/parity

cluster: $(READY)  ## install what `--scheduler ADDRESS` needs
	$(BIN)/python -m pip install --quiet "distributed>=2026.1"

serve: book  ## read the book on http://localhost:8000
	$(BIN)/python -m http.server --directory $(HTML) --bind 127.0.0.1 8000

SAMPLE ?= 150
mutants: $(READY)  ## plant faults in the package and report those no test sees (SAMPLE=0: all)
	$(BIN)/python -m pip install --quiet "cosmic-ray>=8.7,<9"
	$(BIN)/python tests/mutants.py --sample $(SAMPLE)

pins: $(READY)  ## compile requirements.txt from pyproject.toml again
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate \
	  --generate-hashes --extra book --extra tuner --extra test pyproject.toml --output-file requirements.txt

clean:  ## remove what can be made again, not the environment
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
