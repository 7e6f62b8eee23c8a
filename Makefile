# Two commands for a stranger: `make demo` and `make test`. Everything else is in README.md.
SHELL := /bin/bash
PYTHON ?= python3.11
UV := .uv/bin/uv
NZD := .venv/bin/nzd

.PHONY: demo test lint lock ckan oracle checkers clean

demo: .venv/runtime.stamp
	NZD_HOME="$${NZD_HOME:-var}" NZD_DISTRICTS="$${NZD_DISTRICTS:-sample/districts}" $(NZD) demo

# All of them, or those that TESTS names to pytest.
test: .venv/dev.stamp
	.venv/bin/pytest -n 2 $(TESTS)

lint: .venv/dev.stamp
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	cd dbt_project && ../.venv/bin/sqlfluff lint models tests

# The test environment holds the runtime one, so whichever comes first is enough for `make demo`.
.venv/runtime.stamp: requirements/runtime.txt pyproject.toml | $(UV)
	@if [ ! -e .venv/dev.stamp ] || [ requirements/runtime.txt -nt .venv/dev.stamp ]; then \
	  $(UV) venv --quiet --allow-existing --python $(PYTHON) .venv && \
	  $(UV) pip install --quiet --python .venv/bin/python --require-hashes -r requirements/runtime.txt && \
	  $(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e . ; fi
	@touch $@

.venv/dev.stamp: requirements/dev.txt pyproject.toml | $(UV)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --python .venv/bin/python --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
	@touch $@

# A real CKAN for tests/services/test_real_ckan.py, which is skipped where it is absent.
ckan: .ckan/stamp

.ckan/stamp: requirements/ckan.txt | $(UV)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .ckan
	@$(UV) pip sync --quiet --python .ckan/bin/python --require-hashes requirements/ckan.txt
	@touch $@

# The CalTRACK 2.0 reference for tests/baselines, which leave its sample meters out where it is absent.
oracle: .oracle/stamp

.oracle/stamp: requirements/oracle.txt | $(UV)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .oracle
	@$(UV) pip sync --quiet --python .oracle/bin/python --require-hashes requirements/oracle.txt
	@touch $@

# Checkers of HTML and of PDF/UA-1 for tests/browser, whose tests of them are skipped where they are absent. The Nu HTML
# Checker and veraPDF need a Java runtime.
checkers: .checkers/stamp

.checkers/stamp: requirements/checkers.txt | $(UV)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .checkers
	@$(UV) pip sync --quiet --python .checkers/bin/python --require-hashes requirements/checkers.txt
	@touch $@

$(UV): requirements/uv.txt
	@$(PYTHON) -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 --no-header
lock: | $(UV)
	$(LOCK) requirements/uv.in -o requirements/uv.txt
	$(LOCK) requirements/runtime.in -o requirements/runtime.txt
	$(LOCK) -c requirements/runtime.txt --override requirements/left_out.txt requirements/dev.in -o requirements/dev.txt
	$(LOCK) requirements/ckan.in -o requirements/ckan.txt
	$(LOCK) requirements/oracle.in -o requirements/oracle.txt
	$(LOCK) requirements/checkers.in -o requirements/checkers.txt

clean:
	rm -rf var .venv .uv .ckan .oracle .checkers
