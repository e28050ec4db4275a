# What a person types. `make help` lists the targets.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# what Python has compiled is kept, whatever the shell says: else each of many processes compiles all modules anew
export PYTHONDONTWRITEBYTECODE :=
# what waits for nothing else, on two cores; each one's words in one piece
TOGETHER := --jobs 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
.DEFAULT_GOAL := help
.PHONY: docs faults help install run demo test check lint types contracts diagrams unit scenarios bench plays slow-pages catalogues lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

install: .venv/.installed node_modules/.installed web/static/build/.built ## install everything into .venv and node_modules

.venv/.installed: pyproject.toml requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.txt --editable '.[dev]'
	@touch $@

node_modules/.installed: package.json package-lock.json
	npm ci --silent --no-audit --no-fund
	@touch $@

web/static/build/.built: node_modules/.installed $(shell find web/assets web/*/styles.css -type f 2>/dev/null)
	npm run --silent build
	@touch $@

run: install ## the main job: migrate, deploy, fill in a demo case of each kind, serve pages and timers (PORT=8000)
	$(BIN)/kesu run --demo --port $(PORT)

demo: install ## fill the database with some two hundred cases of three months, in every phase
	$(BIN)/kesu demo

test: ## install everything and pass all tests
	@$(MAKE) --no-print-directory $(TOGETHER) install
	@$(MAKE) --no-print-directory check

check: lint ## every gate: style, then the tests with all others beside them, as tests that wait leave a core idle
	@$(MAKE) --no-print-directory --jobs 2 unit types contracts diagrams

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

diagrams: ## the shipped diagrams: no finding of ours, no warning of the Modeler's reader
	$(BIN)/kesu lint processes
	node web/assets/lint-bpmn.mjs $$(find processes -name '*.bpmn')

scenarios: ## play the shipped scenarios and print what they leave untouched
	$(BIN)/kesu scenario run processes --coverage --at-least 95

unit: ## pytest, browser, both databases and the shipped scenarios included
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

plays: install ## the plays in the browser, whole, in both languages at both widths; minutes
	KESU_WHOLE_PLAYS=1 KESU_REQUIRE_BROWSER=1 $(BIN)/pytest -n 2 tests/browser/test_*_in_browser.py

slow-pages: install ## the tests in the browser with every page in parts: finds those that look before it is there; minutes
	KESU_SLOW_PAGES=0.15 KESU_REQUIRE_BROWSER=1 $(BIN)/pytest -n 2 tests/browser

docs: ## write the pages of the documentation that come from the code
	$(BIN)/kesu topics --markdown > docs/services.md
	$(BIN)/kesu settings --markdown > docs/settings.md
	$(BIN)/python -c 'from processes.procedures.manual import page; print(page(), end="")' > docs/procedures.md
	-$(BIN)/kesu trace --keep | tail -1
	$(BIN)/kesu trace --markdown > docs/rules.md

bench: install ## the whole step beside plain SpiffWorkflow on both databases: CPU, wall, statements, bytes (build/bench.json)
	$(BIN)/python -m tests.bench

faults: install ## real processes on PostgreSQL, killed, frozen and restarted; long steps on SQLite (ten minutes)
	$(BIN)/python -m tests.faults.processes
	$(BIN)/python -m tests.faults.long_steps
	-$(BIN)/python -m tests.faults.disk

lock: ## pin what is installed now
	$(BIN)/pip freeze --exclude-editable > requirements.txt

clean: ## remove what can be made again; the database in var/ stays
	rm -rf .venv node_modules web/static/build test-results .mypy_cache .ruff_cache .pytest_cache
