#!/bin/sh
# The static checks: style, types, who may import whom, what a migration would hold up, what is declared.
set -eu
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
ruff check .
ruff format --check .
# shellcheck disable=SC2046 - one word per folder
mypy $(for package in kit/kit contracts/contracts gateway/gateway services/*/*/__init__.py stack/stack; do
    test -e "$package" && echo "${package%/__init__.py}"
done)
lint-imports
python -m tools.squawk
for folder in kit contracts gateway services/* stack; do (cd "$folder" && deptry .); done
