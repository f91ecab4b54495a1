# Two commands matter: `make book` and `make test`. Both set up what they need in .venv first.
# The first Python on the path that the course runs on; another one: make book PYTHON=/path/to/python3.12
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p tools/environment.py --suits 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# One numerical thread a process: several processes run beside each other here. Each reads what another has compiled.
TESTS = PATH="$(CURDIR)/$(BIN):$$PATH" OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --junit-xml=_build/times/$@.xml
APART := --ignore=tests/book --ignore=tests/roundtrip --ignore=tests/attacks
# Not unit tests: every mistake, and answers by hand; jails, workers, databases; builds, servers, programs.
CHECKS := tests/checks
GRADING := tests/grading tests/test_cli.py
TOOLS := tests/test_tools.py tests/test_environment.py tests/test_benchmarks.py tests/test_release.py

.PHONY: help book serve lab test unit checks grading tools older lint types equations results fresh learning pages reproduce roundtrip attacks stock bench bench-grading lock package release clean environment python

help:
	@echo "make book    execute the chapters and build the book"
	@echo "make serve   build it and serve it on http://localhost:8000 (PORT=8001: on that port)"
	@echo "make lab     build it and open copies of its notebooks in JupyterLab"
	@echo "make test    everything: lint, types, unit tests, equations, book, pages and their notebooks, assignments"
	@echo "make reproduce   execute the pages once more: do they give the same?"
	@echo "make unit    the unit tests alone; make checks, make grading: those of the checks, of the grading package"
	@echo "make attacks what students' code may try"
	@echo "make results computes what pages read from results/ and is stale (ONLY=rnn/names: that one)"
	@echo "make bench   the measurements of benchmarks/; make bench-grading: those of grading, beside stock nbgrader"
	@echo "make release VERSION=0.2.0   build and tag a version, here; make package: build what lies here"
	@echo "make clean   remove what was built (not the environment)"

python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 on the path. Install one, or name it: make book PYTHON=…"; exit 1; }

environment: python
	@$(PYTHON) tools/environment.py

book: environment
	@$(BIN)/python tools/book.py

serve: book
	@$(BIN)/python tools/serve.py

lab: book
	@$(BIN)/python tools/lab.py

# Ends with a table where the time went, of targets and of chapters.
test: environment
	+@$(BIN)/python tools/times.py $(MAKE) lint types equations fresh unit older tools checks grading book learning stock attacks pages roundtrip

lint: environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: environment
	$(BIN)/mypy

equations: environment
	$(BIN)/rnncourse equations --problems

# What a page may not wait for: many seeds, ablations, weights of live figures. Ctrl-C, and the same again goes on.
results: environment
	$(BIN)/rnncourse results --make $(ONLY)

fresh: environment
	$(BIN)/rnncourse results --problems

unit: environment
	$(TESTS) -n 2 -m "not learning" tests $(APART) --ignore=tests/test_rounding.py $(foreach path,$(CHECKS) $(GRADING) $(TOOLS),--ignore=$(path))

# The numerically delicate ones once more, as on an older processor.
older: environment
	$(TESTS) -n 2 tests/test_rounding.py

# Builds that are interrupted, servers, kernels, other programs.
tools: environment
	$(TESTS) -n 2 $(TOOLS)

# What is said of answers, and what they earn: each form of a mistake once, with one seed. With all, and all that is looked
# at of a report for each form and not for one of each mistake: `make reproduce`.
checks: environment
	$(TESTS) -n 2 -m "not again" $(CHECKS)

# Much of it is waiting: for what hangs, for what was killed.
grading: environment
	$(TESTS) -n 2 -m "not stock" $(GRADING)

# Of the parts above each has its own: they are not even looked at.
learning: environment
	$(TESTS) -n 2 --dist loadfile -m learning tests $(APART) $(foreach path,$(CHECKS) $(GRADING) $(TOOLS),--ignore=$(path))

# What students' code may try. Much of it is waiting until it is stopped: twice as many at once as there are cores.
attacks: environment
	$(TESTS) -n 4 tests/attacks/test_ours.py

# The grading package beside stock nbgrader, which needs seconds a submission, and attacks on that.
stock: environment
	$(TESTS) -n 2 --dist loadfile -m stock $(GRADING) tests/attacks/test_stock.py

# Reads what the build executed: the pages in a browser, and the notebooks that they offer. A file in one process, for
# most of them open the book once and look at all of it; in the order of names, which begins with long ones.
pages: book
	$(TESTS) -n 2 --dist loadfile --no-loadscope-reorder -m "not again" tests/book

# Executes each page once more and compares, then each notebook as at home, and checks with every form of every mistake and
# many seeds, where `make test` takes a few; no part of that, continuous integration runs it beside.
# Notebooks one after the other: kernels that start together can race for a TCP port, and one of them dies.
reproduce: book
	$(TESTS) --nbval --nbval-sanitize-with tests/book/nbval.cfg _build/jupyter_execute
	$(TESTS) -m again tests/book/test_home.py tests/book/test_live.py
	$(TESTS) -n 2 -m again $(CHECKS) tests/roundtrip/test_every_assignment.py

roundtrip: environment
	$(TESTS) -n 2 --dist loadgroup -m "not again" tests/roundtrip

bench: environment
	$(BIN)/python -m benchmarks

bench-grading: environment
	$(BIN)/python -m benchmarks grading class

# Pins every dependency for Python 3.11 to 3.13 on Linux, macOS and Windows; keeps what is pinned already (UPGRADE=--upgrade
# renews). torch's CUDA packages are left to torch: with its CPU build they must not be installed.
lock:
	@$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11.2 --extra dev $(UPGRADE) pyproject.toml \
	  --no-annotate --no-header --output-file requirements.txt
	@sed -i.bak -E '/^(nvidia-|cuda-|triton)/d' requirements.txt && rm requirements.txt.bak
	@sed -i.bak '1i # Made by `make lock` from pyproject.toml.' requirements.txt && rm requirements.txt.bak

# WITH=/path/to/python: one that has build and twine, instead of an environment of their own. Nothing is uploaded.
release: python
	@$(PYTHON) tools/release.py "$(VERSION)"

package: python
	@$(PYTHON) tools/release.py

clean:
	rm -rf _build _cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
