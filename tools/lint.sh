#!/bin/sh
# The static checks: style, types, who may import whom, what a migration would hold up, what is declared.
set -eu
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
ruff check .
ruff format --check .
# The types take as long as all the rest, and one core: beside them, what follows.
said=$(mktemp)
trap 'rm -f "$said"' EXIT
# shellcheck disable=SC2046 - one word per folder
mypy $(for package in kit/kit contracts/contracts gateway/gateway services/*/*/__init__.py stack/stack; do
    test -e "$package" && echo "${package%/__init__.py}"
done) >"$said" 2>&1 &
types=$!
wrong=0
{ lint-imports && python -m tools.squawk; } || wrong=1
for folder in kit contracts gateway services/* stack; do (cd "$folder" && deptry .) || wrong=1; done
wait "$types" || wrong=1
cat "$said"
exit "$wrong"
