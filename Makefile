# `make help` lists the commands. Everything generated lies in .odoo/.
PYTHON ?= python3
DEV = $(PYTHON) scripts/dev.py
export PORT T K KEEP BENCH_SIZE

.DEFAULT_GOAL := help
.PHONY: help setup run test test-stock lint format bench shell stop clean lock translations

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1   \2/p' Makefile

setup: ## fetch Odoo 19, make the Python environment, start PostgreSQL
	@$(DEV) setup

run: ## serve the demo database on http://localhost:8069 (PORT=... for another port)
	@$(DEV) run

test: ## the whole suite (T="addons/crm_kpi/tests/test_x.py" K="name" for a part)
	@$(DEV) test

test-stock: ## stock suites of crm, sale_crm, sale, link_tracker, hr with all addons installed
	@$(DEV) test-stock

lint: ## code, views, scripts, translations, container files
	@$(DEV) lint

format: ## bring Python, scripts, styles and views into form
	@$(DEV) format

bench: ## benchmarks (BENCH_SIZE=300000 for the number of leads, T="tests/bench/bench_x.py" for one)
	@$(DEV) bench

shell: ## Odoo's Python shell on the demo database
	@$(DEV) shell

stop: ## stop the server and the database server
	@$(DEV) stop

clean: ## remove everything generated
	@$(DEV) clean

lock: ## compile requirements.lock anew
	@$(DEV) lock

translations: ## bring the German files in line with the terms (texts stay, new terms are empty)
	@$(DEV) translations
