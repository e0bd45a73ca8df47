# Everything a developer does here. `make` or `make help` lists it.

PORT ?= 8000
MINUTES ?= 30
HOST ?= 127.0.0.1
RUNS ?= 20000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV ?= $(BIN)/uv

# Installs a lock file, unless the virtual environment already holds just that one.
install = @cmp -s requirements/$(1).txt $(VENV)/$(1).lock || { \
	echo "Installing the packages of requirements/$(1).txt into $(VENV) ..."; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$(1).txt \
	&& cp requirements/$(1).txt $(VENV)/$(1).lock; }
compile = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(ARGS)
templates = find templates -name '*.html' -print0 | xargs -0 -r $(BIN)/djade --target-version 5.2
pytest = $(BIN)/python -m pytest -n auto $(ARGS)
django = DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py

.PHONY: help run test check check-style check-types check-imports check-django check-locks fix lock pictures bench soak audit fuzz clean
.DEFAULT_GOAL := help

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: $(BIN)/python ## Start the portal with its demo world (PORT=8000, HOST=127.0.0.1)
	$(call install,runtime)
	@HOST=$(HOST) PORT=$(PORT) exec $(BIN)/python manage.py serve

test: $(BIN)/python ## Run all tests on SQLite, then what a database can change on PostgreSQL (ARGS="-k words" picks some)
	$(call install,test)
	DATABASE_URL="sqlite:///$(CURDIR)/var/partnercenter.sqlite3" $(pytest)
	$(BIN)/python tools/with_postgres.py $(pytest) -m "not once"

check: check-style check-types check-imports check-django check-locks ## Everything CI looks at besides the tests

check-style: .dev ## Ruff and djade
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(templates) --check

check-types: .dev ## mypy
	$(BIN)/mypy

check-imports: .dev ## The ladder of imports
	$(BIN)/lint-imports

check-django: .dev ## No migration is missing; a production set-up has no warning
	$(django) makemigrations --check --dry-run
	DEMO_MODE=false ALLOWED_HOSTS=example.com SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(50))')" \
		$(django) check --deploy --fail-level WARNING

audit: .dev ## Look for packages with known holes (AUDIT_STRICT=1 fails, too, where nobody could say)
	@$(BIN)/python tools/audit_dependencies.py $(ARGS)

fuzz: .dev ## Coverage-guided inputs for the parsers, RUNS for each (docs/fuzzing.md)
	$(BIN)/python tools/fuzz_parsers.py --runs $(RUNS)

check-locks: ## No lock file names an index, an address or a folder
	@! grep -nE '://|file:|--(extra-)?index-url|--find-links|(^|[ =])/[a-z]' requirements/*.txt

fix: .dev ## Repair what ruff and djade can repair
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(templates) || true  # djade exits with 1 when it wrote

lock: .dev ## Write the lock files from pyproject.toml (ARGS=--upgrade for newer versions)
	$(compile) -o requirements/runtime.txt
	$(compile) -c requirements/runtime.txt --extra tracing -o requirements/tracing.txt
	$(compile) -c requirements/tracing.txt --extra tracing --extra test -o requirements/test.txt
	$(compile) -c requirements/test.txt --extra tracing --extra test --extra dev -o requirements/dev.txt

pictures: $(BIN)/python ## Take the pictures of the README anew
	$(call install,test)
	mkdir -p docs/pictures
	PICTURES="$(CURDIR)/docs/pictures" DATABASE_URL="sqlite:///$(CURDIR)/var/partnercenter.sqlite3" \
		$(BIN)/python -m pytest -q tests/e2e/test_edit_user.py -k ava_edits_dana

bench: $(BIN)/python ## Measure everything on SQLite and PostgreSQL (docs/benchmarks.md); ARGS="bulk_licenses --rounds 3" picks
	$(call install,test)
	$(BIN)/python benchmarks/run.py $(ARGS)

soak: $(BIN)/python ## Mixed work while servers and databases are killed and a disk fills up (MINUTES=30)
	$(call install,test)
	$(BIN)/python tools/soak --minutes $(MINUTES) $(ARGS)

clean: ## Remove what was built; the data in var/ stays
	rm -rf $(VENV) staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -path ./.git -prune -o -name __pycache__ -prune -exec rm -rf {} +

.PHONY: .dev
.dev: $(BIN)/python
	$(call install,dev)

$(BIN)/python:
	@for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		echo "Creating $(VENV) with $$("$$python" --version) ..."; \
		"$$python" -m venv --clear $(VENV) && exit 0; \
		rm -rf $(VENV); exit 1; \
	done; \
	echo "partnercenter needs Python 3.11 or newer, and none was found. Name one: make run PYTHON=/path/to/python3" >&2; exit 1
