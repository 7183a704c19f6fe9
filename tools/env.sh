#!/bin/sh
# Makes .venv hold exactly what requirements/all.txt names, and our own packages from this checkout.
# Does nothing when nothing changed since the last time.
set -eu
cd "$(dirname "$0")/.."
export UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never
want=$(cat requirements/all.txt */pyproject.toml services/*/pyproject.toml gateway/package-lock.json tools/env.sh 2>/dev/null | sha256sum)
have=$(cat .venv/.portico-env 2>/dev/null || true)
[ "$want" = "$have" ] && [ -x .venv/bin/python ] && exit 0
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
    || { echo "Portico needs Python 3.11 or newer as python3." >&2; exit 1; }
# Debian ships the means to make an environment apart from Python; root may fetch it.
python3 -c 'import ensurepip, venv' 2>/dev/null || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null \
    || { apt-get update -qq && apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends python3-venv >/dev/null; }
[ -x .venv/bin/python ] || python3 -m venv .venv \
    || { echo "python3 cannot make a virtual environment: install it (Debian: apt install python3-venv) and call again." >&2; exit 1; }
# Compiled here once, by all cores, and not by every process that starts: where the environment says not to write
# bytecode, each would compile it again each time.
echo "environment: installing the pinned packages (about a minute the first time)"
.venv/bin/python -m pip install -q --disable-pip-version-check "uv==0.13.9" \
    && .venv/bin/uv pip sync -q --python .venv/bin/python --compile-bytecode --require-hashes requirements/all.txt \
    || .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/all.txt
echo "environment: installing Portico's own packages from this checkout"
set --
for folder in kit contracts gateway services/* stack; do set -- "$@" -e "./$folder"; done
.venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation "$@" \
    || .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation "$@"
echo "$want" > .venv/.portico-env
