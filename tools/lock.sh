#!/bin/sh
# Writes requirements/: one hash-locked file for everything, and one per image that agrees with it.
# No file here names a registry's host, so each reader's own index is used.
set -eu
cd "$(dirname "$0")/.."
export UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never
compile() {
    .venv/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-annotate --no-header \
        --no-emit-package portico-kit --no-emit-package portico-contracts "$@"
}
compile kit/pyproject.toml contracts/pyproject.toml gateway/pyproject.toml services/*/pyproject.toml \
    stack/pyproject.toml requirements/dev.in -o requirements/all.txt
for folder in gateway services/*; do
    compile "$folder/pyproject.toml" -c requirements/all.txt -o "requirements/$(basename "$folder").txt"
done
compile requirements/build.in -c requirements/all.txt -o requirements/build.txt
