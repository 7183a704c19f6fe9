"""`make bench`."""

from tests.load import cases, edge, exports, logins, relay
from tests.load.ground import parts_up

if __name__ == "__main__":
    with parts_up() as state:
        relay.run(state)
        edge.run(state)
        logins.run(state)
        cases.run(state)
        exports.run(state)
