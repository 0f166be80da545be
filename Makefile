# Everything sets up its own environment in .venv from nothing; only a package registry is needed.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
CODE := lookagain tests bench examples
# The work is many small arrays: more threads than processes only get in each other's way.
ONE := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

.PHONY: demo test lint types layers check bench-pixel2phys bench-pixel2phys_fields bench-edit_as_act bench-check clean

demo: $(VENV)/.core
	$(BIN)/lookagain demo

test: $(VENV)/.dev
	$(ONE) $(BIN)/python -m pytest -q -n 2 --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

# torch's own types are part of what is checked.
types: $(VENV)/.torch
	$(BIN)/mypy $(CODE)

layers: $(VENV)/.dev
	$(BIN)/lint-imports

check: lint types layers test

bench-pixel2phys: $(VENV)/.dev
	$(ONE) $(BIN)/python -m bench.pixel2phys
	$(MAKE) bench-check

bench-pixel2phys_fields: $(VENV)/.torch
	$(ONE) $(BIN)/python -m bench.pixel2phys_fields
	$(MAKE) bench-check

bench-edit_as_act: $(VENV)/.dev
	$(ONE) $(BIN)/python -m bench.edit_as_act
	$(MAKE) bench-check

bench-check: $(VENV)/.dev
	$(BIN)/python -m bench.common.check bench/results/*.json

$(VENV)/.core: pyproject.toml constraints/dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -c constraints/dev.txt -e .
	touch $@

$(VENV)/.dev: $(VENV)/.core
	$(PIP) -c constraints/dev.txt -e '.[dev,bench,planning]'
	touch $@

$(VENV)/.torch: $(VENV)/.dev
	$(PIP) -c constraints/dev.txt torch safetensors
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
