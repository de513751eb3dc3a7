# Python 3.11 or newer, make and access to PyPI; everything else is made here, WSClean by apt-get where it is missing.
PYTHON ?= python3
VENV = .venv
TOX = $(VENV)/bin/tox
# What an image is made with: this checkout, DP3 and EveryBeam.
TOOLS = $(VENV)/tools-installed
PIP = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test lint types docs bench fuzz package clean

# An observation is simulated, imaged, and the image compared with what was put in.
demo: $(TOOLS)
	@.ci/install-wsclean
	@$(VENV)/bin/python -m demo

# Lint, types, documentation, then the tests: the same that CI runs.
test: $(TOX)
	@.ci/install-wsclean || echo "without it, the tests that make images are skipped" >&2
	$(TOX) run

lint types docs bench fuzz package: $(TOX)
	$(TOX) run -e $@

$(VENV)/made: .ci/make-venv
	PYTHON="$(PYTHON)" .ci/make-venv $(VENV)
	touch $@

$(TOX): $(VENV)/made
	$(PIP) 'tox>=4.21,<5'
	touch $@

# Debian's pip complains of packages that it has to build in a way that newer ones no longer know.
$(TOOLS): $(VENV)/made pyproject.toml setup.py
	$(PIP) --upgrade pip
	$(PIP) --editable '.[tools]'
	touch $@

clean:
	rm -rf $(VENV) .tox build dist docs/_build demo-run .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
