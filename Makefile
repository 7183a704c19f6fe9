.DEFAULT_GOAL := help
PORTICO = .venv/bin/portico

help: ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

env: ## Build .venv from the hash-locked pins
	@tools/env.sh

up: env ## Start everything with demo data and print addresses and logins
	@$(PORTICO) up

down: ## Stop exactly what was started
	@test ! -x $(PORTICO) || $(PORTICO) down

doctor: env ## Say what is up, what is missing and what to do
	@$(PORTICO) doctor

test: env ## Install what the tests need, check everything, pass or say why
	@tools/test.sh

lint: env ## The static checks alone
	@tools/lint.sh

bench: env ## Print the benchmarks' tables of ratios (tests/load)
	@.venv/bin/python -m tests.load

screenshots: env ## Take the README's pictures from a running portal
	@.venv/bin/python -m tools.screenshots

words: env ## Bring the catalogs in step with the words of the pages
	@.venv/bin/python -m tools.words

lock: env ## Write requirements/ anew from the packages' dependencies
	@tools/lock.sh

.PHONY: help env up down doctor test lint bench screenshots words lock
