"""`make bench`: all but `files`, which takes minutes; or those that are named, `python -m tests.load files`."""

import sys

from tests.load import cases, documents, edge, exports, files, logins, relay
from tests.load.ground import parts_up

EVERY = {
    "relay": relay,
    "edge": edge,
    "logins": logins,
    "cases": cases,
    "exports": exports,
    "documents": documents,
    "files": files,
}

if __name__ == "__main__":
    with parts_up() as state:
        for name in sys.argv[1:] or [name for name in EVERY if name != "files"]:
            EVERY[name].run(state)
