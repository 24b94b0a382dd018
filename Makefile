# Two commands matter: `make run` (set up and serve) and `make test` (set up and run everything CI runs).
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
HOST   ?= 127.0.0.1
PORT   ?= 8000

# Hundreds of processes start here, and without bytecode each would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test check quick lint content changed docs bench lock clean new-pattern new-cause new-question new-scenario new-guide

# Two environments in one folder: `run` installs what serving needs, `test` and the others what developing needs too.
setup: $(VENV)/.done
	@$(BIN)/python -m compileall -q checks engine kb server

$(VENV)/.python:
	@echo "setting up a Python environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.serving: $(VENV)/.python pyproject.toml setup.py requirements/run.txt requirements/build.txt
	@echo "installing what the site needs (about 120 MB, half a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# durable_rules has no wheel and needs a C compiler and Python < 3.13; without it the rules run on CLIPS.
$(VENV)/.done: $(VENV)/.serving requirements/dev.txt requirements/durable.txt
	@echo "installing what the tests need (about 900 MB, a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info >= (3, 13))' \
	  && $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/durable.txt \
	  || echo "durable_rules is not installed (it needs Python < 3.13 and a C compiler): the rules run on CLIPS, with the same conclusions"
	@touch $@

run: $(VENV)/.serving
	@$(BIN)/python -m compileall -q checks engine kb server
	@echo "the command line is $(BIN)/whydenied: try  $(BIN)/whydenied diagnose \"<the error>\""
	WHYDENIED_RELOAD=on $(BIN)/whydenied serve --host $(HOST) --port $(PORT)

# Three at a time, on two cores too: much of it waits for programs. Generated cases are the same in every run, so that
# what is red is red again; `make quick` and tests/fuzz try new ones.
test: lint
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --hypothesis-profile=ci

# Quick enough to run before every commit: lint, types, unit tests, the articles that were changed; says what it took.
check: setup
	@$(BIN)/python scripts/cpu_seconds.py $(MAKE) --no-print-directory lint quick changed

quick: setup
	$(BIN)/python -m pytest -m "not slow and not browser" -q

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy

# All that the articles claim, with a table of what was run; the suite runs the same.
content: setup
	$(BIN)/whydenied check --table

# The articles that differ from the last commit.
changed: setup
	@articles=$$(git status --porcelain --untracked-files=all -- content | sed -n '/^.\{0,1\}D/d; s/.* \(content.*\.md\)$$/\1/p'); \
	  if [ -n "$$articles" ]; then $(BIN)/whydenied check $$articles; fi

# The documentation as a site, in build/docs.
docs: setup
	$(BIN)/python -m mkdocs build --strict

bench: setup
	$(BIN)/python -m tests.bench

# Re-resolve the dependencies; needs uv on the PATH. Lock files hold versions and hashes only.
LOCK := uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 -q
lock:
	$(LOCK) pyproject.toml --extra server --extra live --extra source --extra triage -o requirements/run.txt
	$(LOCK) pyproject.toml --extra all --group dev -c requirements/run.txt -o requirements/dev.txt
	$(LOCK) pyproject.toml --extra lambda -c requirements/run.txt -o requirements/lambda.txt
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
	  | $(LOCK) -c requirements/run.txt - -o requirements/build.txt
	echo 'durable-rules==2.0.28; python_version < "3.13"' | $(LOCK) --no-annotate - -o requirements/durable.txt
	echo 'pyspark>=4' | $(LOCK) --no-annotate - -o requirements/spark.txt
	echo 'pyarrow>=18' | $(LOCK) --no-annotate - -o requirements/parquet.txt

new-pattern new-cause new-question new-scenario new-guide: setup
	@test -n "$(ID)" || { echo "give the new article's id: make $@ ID=my-new-id"; exit 2; }
	$(BIN)/whydenied new $(patsubst new-%,%,$@) $(ID)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
