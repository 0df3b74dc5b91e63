# Two commands for a newcomer: `make demo` and `make test`. All set up .venv by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test quick reference release benchmark site setup lock
demo: setup
	@$(BIN)/bridgecheck demo

# What a change must pass.
test: setup
	@$(BIN)/tox run
	@echo "Not run here, for a release: make release (long, scenarios, selftest-full, faults, circumstances, targets, installed, oracle)."

# The unit tests of the rooms that you touched, or of those that you name: make quick ROOMS="scim storage".
quick: setup
	@$(BIN)/python -m tools.quick $(ROOMS)

# Writes the generated pages of docs/reference.
reference: setup
	@$(BIN)/python tools/generate_reference.py
	@$(BIN)/python -m tools.detection

# What only a release needs, beside `make test`.
release: setup
	@$(BIN)/tox run -m release

# The documentation as a site, into .tox/site; `python -m http.server -d .tox/site` shows it.
site: setup
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --clean
	@echo "written: .tox/site; to look at it: python3 -m http.server -d .tox/site"

# Our bridge beside a bare server and beside peers; OPTIONS=--quick for a short one.
benchmark: setup
	@$(BIN)/python -m loadtests.peers $(OPTIONS)

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "bridgecheck needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "Setting up $(VENV) (once; takes about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Refreshes requirements.lock from pyproject.toml: exact versions and hashes, no registry address.
lock: setup
	@$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --upgrade --quiet --output-file requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra allure --constraint requirements.lock --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade --quiet \
		--output-file deploy/container/requirements.txt
