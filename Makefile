# Everything runs from .venv, installed from hash-locked requirements by pip; where pip looks is your configuration.
.DEFAULT_GOAL := help
.PHONY: help install up demo test lint format bench locks
BIN := .venv/bin

help: ## What can be done
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

install: ## Install everything needed to run, test and develop
	@scripts/install.sh requirements-dev.txt

up: ## Start web server and worker on this machine (PORT=8000)
	@scripts/install.sh requirements.txt
	@$(BIN)/python manage.py up

demo: ## Start with example projects and people to sign in as (PORT=8000)
	@scripts/install.sh requirements.txt
	@$(BIN)/python manage.py demo

test: install ## Run every check and every test
	@scripts/ensure_services.sh scripts/test.sh

lint: install ## Run the checks that need no test
	@scripts/test.sh lint

format: install ## Bring the Python files into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install ## Measure everything that has a benchmark (minutes, on a quiet machine)
	for each in label_loop intake agreement aggregation recompute review_list overlap snapshot; do $(BIN)/python -m benchmarks.$$each || exit 1; done

locks: ## Resolve the locks again from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "uv is needed to resolve the locks: pip install uv"; exit 1; }
	uv pip compile pyproject.toml $(LOCK) -o requirements.txt
	uv pip compile pyproject.toml --extra s3 $(LOCK) -o requirements-s3.txt
	uv pip compile pyproject.toml --extra hub $(LOCK) -o requirements-hub.txt
	uv pip compile pyproject.toml --extra dev --extra s3 --extra hub $(LOCK) -o requirements-dev.txt
LOCK := --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -q
