#!/bin/sh
# The journeys need a real Chromium: find it, or fetch it where that can be done, or say what to do.
# The one without a window comes first: it is the same and costs a third less CPU.
set -eu
[ -n "${PORTICO_CHROMIUM:-}" ] && exit 0
command -v chromium-headless-shell >/dev/null && exit 0
fetch() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends \
        --no-upgrade --no-remove chromium-headless-shell >/dev/null
}
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "browser: installing chromium-headless-shell (230 MB, once)"
    # Beside a Chromium that is there already, what apt knows must do: that one is good enough.
    if command -v chromium >/dev/null; then
        fetch 2>/dev/null || echo "browser: not to be had, so it is the chromium that is here"
    else
        apt-get update -qq
        fetch
    fi
    exit 0
fi
command -v chromium >/dev/null && exit 0
echo "The tests need Chromium: install it (Debian: apt install chromium-headless-shell) or name one in PORTICO_CHROMIUM." >&2
exit 1
