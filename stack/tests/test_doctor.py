"""What the doctor says of a portal that is up and not well."""

import sys

from stack import doctor, processes
from stack.ports import OF_PART, choose
from stack.state import State

METRICS = "# HELP portico_inbox_parked x\\nportico_inbox_parked 2.0\\nportico_dead_messages 1.0\\nportico_mails 3.0\\n"
SERVER = f"""
import http.server, sys
class Metrics(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{METRICS}")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Metrics).serve_forever()
"""


def test_it_tells_of_events_that_were_given_up_on_and_what_to_do(state: State) -> None:
    state.remember("ports", choose(41_000, OF_PART["cases"]).base)
    port = state.ports["cases-ops"]
    processes.spawn(state, "cases", [sys.executable, "-c", SERVER, str(port)], processes.inherited())
    try:
        processes.await_answer(state, "cases", lambda: processes.listens("127.0.0.1", port), 30)
        said = [f"{one.what} {one.says}: {one.remedy}" for one in doctor.examine(state) if not one.well]
    finally:
        processes.stop(state, "cases", grace=0)
    [parked] = [one for one in said if "given up on" in one]
    assert parked.startswith("cases has given up on 2 events:")
    assert parked.endswith("`portico replay cases`")
    assert any(one.startswith("cases has 1 message in its dead-letter queue") for one in said)
    assert any("PostgreSQL is not running: run `portico up`" in one for one in said)
