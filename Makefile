# Needs python3 (3.11 or later, with venv) and make; everything else it brings itself.
# Each step leaves a stamp, so that a repeated `make` does only what has changed.

PYTHON3 ?= python3
VENV := .venv
PYTHON := $(VENV)/bin/python
KAPOK := $(VENV)/bin/kapok
STAMPS := build/stamps
WORKERS ?= 2
ARGS ?=

ASSET_SOURCES := $(shell find assets kapok demo -not -path '*/node_modules/*' \( -path 'assets/*' -o -name '*.po' -o -name '*.jinja' -o -path '*/static/*' \) -type f 2>/dev/null)
UI_SOURCES := $(wildcard kapok/kernel/ui/*.py kapok/kernel/ui/*.toml)

.PHONY: help setup assets demo test smoke check full bench faults features docs messages lock clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMPS)/python: requirements-dev.txt
	@mkdir -p $(STAMPS)
	test -x $(PYTHON) || $(PYTHON3) -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	$(PYTHON) -m kapok.site.install
	@touch $@

$(STAMPS)/assets: $(STAMPS)/python $(ASSET_SOURCES) $(UI_SOURCES)
	$(PYTHON) -m kapok.kernel.ui.build
	$(PYTHON) -m kapok.site.manage collectstatic --noinput --verbosity 0
	@touch $@

setup: $(STAMPS)/python  ## the virtual environment, from the locks

assets: $(STAMPS)/assets  ## styles, scripts, icons, fonts, maps, catalogues

demo: assets  ## a node with its story; ARGS=--once ends after the story
	$(KAPOK) demo $(ARGS)

test: assets  ## everything, on a database of its own
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile -m "not bench and not full" $(ARGS)

smoke: assets  ## the story once, and the tests that stand for the rest
	$(KAPOK) demo --once
	$(PYTHON) -m pytest -m smoke $(ARGS)

check: $(STAMPS)/python  ## lint, types, layers, sizes, names, pure tests: no database, no browser, under a minute
	$(PYTHON) -m kapok.site.checking $(ARGS)

full: assets  ## the large counts of two-scale tests
	KAPOK_FULL=1 $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile -m "not bench and not browser and not faults" $(ARGS)

bench: assets  ## throughput and latency beside the machine's own floor
	$(PYTHON) -m benchmarks $(ARGS)

faults: assets  ## 200 kills during 2,000 acts
	KAPOK_FULL=1 $(PYTHON) -m pytest -m faults tests/faults $(ARGS)

features: setup  ## every row of the requirement matrix: proven, part or open
	$(PYTHON) -m tests.features $(ARGS)

docs: setup  ## pages printed from code
	$(KAPOK) settings > docs/settings.md

messages: setup  ## take new sentences into the catalogues
	$(PYTHON) -m kapok.kernel.ui.messages extract

lock: setup  ## renew both locks from the .in files
	$(PYTHON) -m uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-header --no-emit-index-url -o requirements-dev.txt requirements-dev.in
	$(PYTHON) -m uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-emit-index-url -c requirements-dev.txt -o requirements.txt requirements.in

clean:  ## remove what was built, not what a node keeps
	rm -rf build $(VENV) assets/node_modules .pytest_cache .ruff_cache .mypy_cache
