# Everything runs in .venv, made once from requirements.lock; `make generate` and `make test` are all that is needed.

PYTHON ?= python3
WORKERS ?= 2
SHARD ?= 1/1
TARGET ?= all
SECONDS ?= 60
AREA ?=
LOWEST := build/lowest
LOCKED_TYPES := $(addprefix --deselect tests/test_types.py::,test_mypy_finds_nothing_in_the_generator test_pyright_finds_nothing_in_the_generator)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
PACKAGES = $(sort $(dir $(wildcard generated/*/conformance/__init__.py)))

.PHONY: generate test test-all aws audit lint bench clean

generate: $(STAMP)
	$(BIN)/speccast generate

# One run over the hand-written tests and the suites that were generated, so that one summary ends it.
test: $(STAMP)
	$(BIN)/speccast check
	PYTHONPATH=generated $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests $(PACKAGES)

test-all: export SPECCAST_FULL = 1
test-all: test

# The same with the lowest versions that pyproject.toml allows, and the tests' own tools as they are locked. Types are
# checked against the locked versions alone: a class may be generic in one version and not in another.
lowest:
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(LOWEST)/bin/python tests/lowest.py > $(LOWEST)/requirements.txt
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check -r $(LOWEST)/requirements.txt
	PYTHONPATH=generated $(LOWEST)/bin/python -m pytest -n $(WORKERS) --dist loadfile $(LOCKED_TYPES) tests $(PACKAGES)

# Bytes that nobody wrote by hand, led by the lines they reach: `make fuzz TARGET=xml SECONDS=300`. Python 3.11 to 3.13.
fuzz: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/fuzz/requirements.lock
	PYTHONPATH=generated:tests $(BIN)/python -m fuzz $(TARGET) $(SECONDS)

# Small changes of the modules that matter, tried on their tests; writes docs/mutation.md.
mutants: $(STAMP)
	PYTHONPATH=generated:tests WORKERS=$(WORKERS) $(BIN)/python -m mutation

# Every service of AWS, an hour of one processor: `make aws SHARD=2/8` for the second of eight parts.
aws: $(STAMP)
	$(BIN)/speccast generate botocore:all --shard $(SHARD) --out build/aws
	$(BIN)/python tests/every_service.py build/aws

# The curated releases against saved copies of the pages that they cite: `make audit DOCUMENTS=DIR`.
audit: $(STAMP)
	$(if $(DOCUMENTS),,$(error name the folder of saved pages: make audit DOCUMENTS=DIR))
	for release in specs/*/*/; do $(BIN)/speccast audit $$release "$(DOCUMENTS)" || exit; done

lint: $(STAMP)
	$(BIN)/black --check --quiet codegen tests generated templates/static
	$(BIN)/ruff check codegen tests templates/static
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/zizmor --offline --quiet .

# Ours beside its peers, a quarter of an hour on two quiet processors: `make bench AREA=startup` for one area of it.
# Peers have virtual environments of their own, in .cache/bench; results are kept, page and charts written anew.
bench: $(STAMP)
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m bench $(AREA)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
