# make demo    a photograph becomes a few hundred bytes and comes back; no key, no network
# make quick   the tests that need the core alone, in an empty environment; about a minute
# make test    everything: style, types, tests; downloads about 6 GB, most of it torch
# Each sets up what it needs first. The README has the same as plain commands.

PYTHON ?= python3
BIN := .venv/bin
QUICK := .venv-quick

.PHONY: demo quick test clean
.DELETE_ON_ERROR:

demo: .venv/demo.stamp
	$(BIN)/python samples/demo.py

# The wheel, not the folder: what was left out of the package shows here.
quick:
	rm -rf $(QUICK)
	$(PYTHON) -m venv $(QUICK)
	$(QUICK)/bin/python -m pip install --quiet --disable-pip-version-check . \
	    'hypothesis>=6.150' 'pytest>=9' 'pytest-xdist>=3.8'
	$(QUICK)/bin/pytest --numprocesses auto --quiet

test: .venv/test.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest

.venv/demo.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[enhance]'
	touch $@

.venv/test.stamp: pyproject.toml tests/setup.sh tests/spec/package-lock.json | .venv/bin/python
	sh tests/setup.sh
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,benchmark]'
	touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "gcx needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .venv \
	    || { rm -rf .venv; echo "the venv module is missing: on Debian, apt-get install python3-venv" >&2; exit 1; }

clean:
	rm -rf .venv $(QUICK) demo build dist tests/spec/node_modules
