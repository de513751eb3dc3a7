# `make test` needs Python 3.11 or newer, make and access to PyPI, and makes the rest itself.
PYTHON ?= python3
TOX = .venv/bin/tox

.PHONY: test lint types docs bench fuzz package clean

# Lint, types, documentation, then the tests: the same that CI runs.
test: $(TOX)
	$(TOX) run

lint types docs bench fuzz package: $(TOX)
	$(TOX) run -e $@

$(TOX): .ci/make-venv
	PYTHON="$(PYTHON)" .ci/make-venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check 'tox>=4.21,<5'
	touch $(TOX)

clean:
	rm -rf .venv .tox build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
