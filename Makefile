# The project's own commands; `make` alone lists them.

PYTHON ?=
export PYTHON
BIN = .venv/bin
# Many tests wait for readers, servers and browsers: one more at work than there are cores. Their
# folders come first, so that short files are left for the end, when all are to be done together.
TESTERS = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

# Tests and demonstration start hundreds of processes: each would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL = help
.PHONY: help setup demo counter test lint format bench soak lock clean
.NOTPARALLEL:

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: .venv/demo.ready ## prepare .venv for the program; needs no root and no compiler
	@echo 'Ready: $(BIN)/onecard --help, make demo'

demo: .venv/demo.ready ## the whole path on simulated cards [CARDS=n] [FILE=bureau.csv]
	@$(BIN)/onecard demo $(if $(CARDS),--cards $(CARDS)) $(if $(FILE),--file $(FILE))

counter: .venv/pcsc.ready .venv/servers.ready ## the clerk's desk on simulated cards, for your browser
	@$(BIN)/python -m tests.try_the_counter

test: .venv/pcsc.ready .venv/servers.ready .venv/browser.ready ## every test; brings what it needs through apt [ARGS=...]
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: .venv/dev.ready ## ruff, mypy and the import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev.ready ## let ruff mend what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/pcsc.ready .venv/servers.ready ## figures, one JSON object a line [BENCH=name]
	@$(BIN)/python -m tests.benchmarks $(BENCH)

soak: .venv/fuzz.ready .venv/servers.ready ## long runs, one JSON object a line [RUN=tearing|fuzz|crash|accounting|readers|insurance]
	@$(BIN)/python -m tests.soak $(RUN)

lock: .venv/dev.ready ## resolve requirements/*.txt anew from pyproject.toml [ARGS=--upgrade]
	$(BIN)/python scripts/lock.py $(ARGS)

clean: ## remove all that these commands made here
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf build dist demo-output onecard.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/demo.ready: requirements/demo.txt pyproject.toml scripts/setup.sh
	@scripts/setup.sh demo

.venv/dev.ready: requirements/dev.txt .venv/demo.ready
	@scripts/setup.sh dev

.venv/pcsc.ready: requirements/pcsc.txt requirements/pkcs11-check.txt .venv/dev.ready
	@scripts/setup.sh pcsc

.venv/servers.ready: .venv/dev.ready
	@scripts/setup.sh servers

.venv/browser.ready: .venv/dev.ready
	@scripts/setup.sh browser

.venv/fuzz.ready: requirements/fuzz.txt .venv/dev.ready
	@scripts/setup.sh fuzz
