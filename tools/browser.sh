#!/bin/sh
# The journeys need a real Chromium: find it, or fetch it where that can be done, or say what to do.
set -eu
[ -n "${PORTICO_CHROMIUM:-}" ] && exit 0
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "browser: installing chromium (414 MB, once)"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends chromium >/dev/null
    exit 0
fi
echo "The tests need Chromium: install it (Debian: apt install chromium) or name one in PORTICO_CHROMIUM." >&2
exit 1
