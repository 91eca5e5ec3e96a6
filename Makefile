PYTHON ?= python3
BIN := .venv/bin
HOME_DIR ?= home

.PHONY: setup demo test unit check format bench thirty clean

# A stamp, so that setup runs again only when what it installs has changed.
.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

setup: .venv/.installed  ## make .venv from constraints.txt; `seedbed` is in it

demo: setup  ## from nothing to digests in the outbox, on shipped sample exports
	$(BIN)/seedbed init --home $(HOME_DIR) --sample
	@# Exit code 3: done, and some rows of the samples were set aside, as they must be.
	$(BIN)/seedbed run --home $(HOME_DIR) --week 2024-09-09 || test $$? -eq 3

# The long files come first, so that no worker is left with one at the end.
test: setup  ## every test
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 25

unit: setup  ## the everyday loop: everything but the slow tests
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow" --hypothesis-profile quick

check: setup  ## format, lint, types, architecture, SQL and dbt rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright --level error
	$(BIN)/lint-imports
	$(BIN)/sqlfmt --check --quiet --line-length 100 dbt_project
	$(BIN)/python -m tests.dbt.rules

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfmt --quiet --line-length 100 dbt_project

bench: setup  ## the figures of docs/benchmarks.md: whole commands, many small files, large ones, marts, programmes, a first import
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_small_files
	$(BIN)/python -m tests.bench_reading
	$(BIN)/python -m tests.bench_marts
	$(BIN)/python -m tests.bench_incentives
	$(BIN)/python -m tests.bench_first_import

thirty: setup  ## thirty shops from a folder of files to thirty previews, timed
	$(BIN)/python -m tests.thirty_shops

clean:
	rm -rf .venv $(HOME_DIR)
