# Two commands on a fresh machine with Python 3.10 or later: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(shell find src checks docs/checks -type f -not -name "*.pyc") pyproject.toml README.md LICENSE

.PHONY: help setup demo test test-failed test-slow differential fuzz lint format docs site pictures bench clean

help:
	@echo "make demo       play five people with five troubles on a local W&B server"
	@echo "make test       build the wheel, install it, and test that"
	@echo "make test-failed  what failed in the last make test, without others beside it"
	@echo "make test-slow  the slow tests"
	@echo "make differential  2,000 generated calls, by the doctor and by the real SDK (REGISTRY_DOCTOR_CALLS=20000: more)"
	@echo "make fuzz       a million inputs each for paths, messages and logs (RUNS=10000000: more)"
	@echo "make lint       ruff and mypy"
	@echo "make docs       generate the pages of the checks"
	@echo "make site       build the site of docs/ into .build/website/site; a broken link ends it"
	@echo "make pictures   draw the terminal and the notebook for the documentation; needs Chromium"
	@echo "make bench      measure against the SDK and against bare requests; takes a few minutes"

# The tools and libraries. They are installed again when the dependencies change.
$(VENV)/.tools: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else "Python 3.10 or later is needed; this is " + sys.version)'
	@echo "creating $(VENV) with everything that is needed; the first time this takes a minute"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check '.[dev]'
	@touch $@

# The project itself, as the wheel that a user would install.
$(VENV)/.wheel: $(VENV)/.tools $(SOURCES)
	@echo "building the wheel and installing it"
	@rm -rf .build/wheel
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir .build/wheel .
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall .build/wheel/*.whl
	@touch $@

setup: $(VENV)/.wheel

demo: setup
	@$(BIN)/wandb-registry demo

# A test that hangs is ended after these seconds, and shows where: wandb's own process now and then gives no answer.
PATIENCE := --timeout 240

test: setup
	$(BIN)/python -m pytest -m 'not slow' $(PATIENCE) -n auto --maxprocesses 4 --dist loadfile --ignore tests/faults
	$(BIN)/python -m pytest -m 'not slow' $(PATIENCE) tests/faults

# What failed beside others, by itself.
test-failed: setup
	$(BIN)/python -m pytest -m 'not slow' $(PATIENCE) --last-failed --last-failed-no-failures none
	$(BIN)/python -m pytest -m 'not slow' $(PATIENCE) tests/faults

test-slow: setup
	$(BIN)/python -m pytest -m slow

differential: setup
	$(BIN)/python -m pytest tests/differential

RUNS ?= 1000000

# With atheris, which is guided by coverage, where it is available; otherwise by plain mutation.
fuzz: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check '.[fuzz]'
	for each in paths messages logs; do $(BIN)/python -m tests.hostile.fuzz.$$each -runs=$(RUNS) || exit 1; done

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup
	$(BIN)/python -m docs.generate

site: setup
	$(BIN)/python -m docs.website

pictures: setup
	$(BIN)/python -m docs.pictures

bench: setup
	$(BIN)/python -m benchmarks.one_target
	$(BIN)/python -m benchmarks.in_process
	$(BIN)/python -m benchmarks.far_server
	$(BIN)/python -m benchmarks.large_world
	$(BIN)/python -m benchmarks.many_targets
	$(BIN)/python -m benchmarks.many_targets --delay 100
	$(BIN)/python -m benchmarks.reading src tests checks

clean:
	rm -rf $(VENV) .build .pytest_cache .mypy_cache .ruff_cache .hypothesis
