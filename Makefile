# 童保: two commands for people (run, test); the rest is for those who build it. A fresh machine needs git, make, python3.
SHELL := bash
.DEFAULT_GOAL := help
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
PY := .venv/bin/python
RASA_PY := .venv-rasa/bin/python
QUIET := PYTHONWARNINGS=ignore RASA_TELEMETRY_ENABLED=false OMP_NUM_THREADS=1

.PHONY: help run test nightly setup train load bench bench-language language-report soak drills sbom audit evaluate evaluate-facts evaluate-talks mutations replay wechat check lint clean

help: ## these commands
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/'

run: train ## set up, train if stale, start everything, print the address
	@$(PY) -m deploy.stack

test: setup ## every check: format, lint, types, imports, policies, data, training, unit, language, journeys, browser
	@$(PY) -m deploy.checks

nightly: setup ## what takes long: cross-validation, other random examples, 1,000 messages, every drill, mutations
	@$(PY) -m deploy.checks --nightly

setup: .venv/.synced .venv-rasa/.synced policies/compiled.json

$(UV):
	@echo "uv: fetching it into .uv/"
	@python3 -m venv .uv && .uv/bin/pip install --quiet "uv>=0.5"

.venv/.synced: uv.lock pyproject.toml | $(UV)
	@echo "services environment (Python 3.12)…"
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --quiet --locked --compile-bytecode --python 3.12 --group services --group dev && touch $@

.venv-rasa/.synced: uv.lock pyproject.toml | $(UV)
	@echo "Rasa environment (Python 3.10; the first time this takes a minute)…"
	@UV_PROJECT_ENVIRONMENT=.venv-rasa $(UV) sync --quiet --locked --compile-bytecode --python 3.10 --group rasa && touch $@

.venv-stock/.synced: tools/bench/stock/uv.lock tools/bench/stock/pyproject.toml | $(UV)
	@echo "stock Rasa to measure against (with TensorFlow, 2.8 GB)…"
	@UV_PROJECT_ENVIRONMENT=$(CURDIR)/.venv-stock $(UV) sync --quiet --locked --compile-bytecode --project tools/bench/stock --python 3.10 && touch $@

policies/compiled.json: .venv/.synced $(shell find policies -name '*.yml' -o -name raw.txt -o -name '*.tsv' 2>/dev/null)
	@$(PY) -m policies build

train: setup ## train the language model when what it is made of has changed
	@$(PY) -m deploy.training

bench: train .venv-stock/.synced ## language and whole turns beside stock Rasa: make bench [EPOCHS=100, of stock when it is trained] [LENGTH=5000] [FILE=…]
	@PYTHONPATH=. $(QUIET) $(RASA_PY) -m tools.bench.language --epochs $(or $(EPOCHS),100) $(if $(FILE),--file $(FILE))
	@$(PY) -m tools.bench.turns --epochs $(or $(EPOCHS),100) --length $(or $(LENGTH),5000)

soak: train ## hours of talk at a steady rate: make soak [MINUTES=120]
	@$(PY) -m tools.bench.soak --minutes $(or $(MINUTES),120)

drills: train ## break every part on purpose and print what happened
	@$(PY) -m pytest tests/drills -m drill

sbom: setup ## list of parts of the services environment (CycloneDX): var/sbom.json
	@mkdir -p var && .venv/bin/cyclonedx-py environment --output-file var/sbom.json .venv/bin/python && echo var/sbom.json

audit: setup ## known holes in what is installed, against the reasoned exceptions
	@$(PY) -m deploy.audit

load: train ## load test through the gateway: make load [USERS=4] [SECONDS=30]
	@$(PY) -m tools.bench.load --users $(or $(USERS),4) --seconds $(or $(SECONDS),30)

bench-language: train .venv-stock/.synced ## this language part beside stock Rasa on the same sentences: make bench-language [FILE=…] [EPOCHS=100]
	@PYTHONPATH=. $(QUIET) $(RASA_PY) -m tools.bench.language --epochs $(or $(EPOCHS),100) $(if $(FILE),--file $(FILE))

language-report: train ## five-fold cross-validation, robustness, the scope curve: make language-report [FILE=…]
	@PYTHONPATH=. $(QUIET) $(RASA_PY) -m tools.bench.language_report $(if $(FILE),--file $(FILE))

evaluate: train ## language evaluation: make evaluate FILE=questions.tsv [OUT=predictions.tsv]
	@test -n "$(FILE)" || { echo "FILE=questions.tsv is missing"; exit 2; }
	@$(QUIET) $(RASA_PY) -m bot.evaluate $(FILE) $(if $(OUT),--out $(OUT))

evaluate-facts: train ## facts of messages: make evaluate-facts FILE=facts.yml [OUT=predictions.jsonl]
	@test -n "$(FILE)" || { echo "FILE=facts.yml is missing"; exit 2; }
	@PYTHONPATH=. $(QUIET) $(RASA_PY) -m bot.evaluate_facts $(FILE) $(if $(OUT),--out $(OUT)) $(if $(SHOW),--show $(SHOW))

evaluate-talks: train ## whole conversations with a started product: make evaluate-talks [FILE=dialogues.yml] [OUT=transcript.jsonl]
	@$(PY) -m tools.bench.talks $(FILE) $(if $(OUT),--out $(OUT))

mutations: train ## thousands of mutated messages on odd days, none may fail: make mutations [MESSAGES=7000] [SEED=1]
	@$(PY) -m tools.bench.mutations --messages $(or $(MESSAGES),7000) --seed $(or $(SEED),1)

replay: train ## what this version answers otherwise than the one that recorded: make replay RECORD=turns.jsonl, then FILE=turns.jsonl
	@test -n "$(RECORD)$(FILE)" || { echo "RECORD=turns.jsonl or FILE=turns.jsonl is missing"; exit 2; }
	@$(if $(RECORD),$(PY) -m tools.bench.replay record $(RECORD) $(if $(QUESTIONS),--questions $(QUESTIONS)) --turns $(or $(TURNS),2000))
	@$(if $(FILE),$(PY) -m tools.bench.replay compare $(FILE) $(if $(OUT),--out $(OUT)))

wechat: setup ## self-test, menu or local chat of the WeChat channel: make wechat DO=check|"menu push"|simulate
	@$(PY) -m deploy.inside python -m gateway wechat $(or $(DO),check)

check: setup ## the policy linter
	@$(PY) -m policies check

lint: setup ## format and lint
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

clean: ## remove environments, models and generated files (var/ stays)
	@rm -rf .venv .venv-rasa .venv-stock .uv models .rasa policies/compiled.json
