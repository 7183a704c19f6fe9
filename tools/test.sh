#!/bin/sh
# Everything that must hold, on the real parts. Arguments go to pytest: tools/test.sh -k isolation
# Three processes on two cores: much of it waits for browsers, leases and servers that start.
set -eu
cd "$(dirname "$0")/.."
tools/browser.sh
tools/lint.sh
exec .venv/bin/pytest -p stack.testing -n "${PORTICO_TEST_PROCESSES:-3}" --dist loadgroup "$@"
