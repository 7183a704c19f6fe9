#!/bin/sh
# Everything that must hold, on the real parts. Arguments go to pytest: tools/test.sh -k isolation
set -eu
cd "$(dirname "$0")/.."
tools/browser.sh
tools/lint.sh
exec .venv/bin/pytest -p stack.testing -n "${PORTICO_TEST_PROCESSES:-2}" --dist loadgroup "$@"
