"""The stream of signals of one open case page."""

import time
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi.responses import StreamingResponse

from gateway.client import Refused
from gateway.live import CHANGED, HEARTBEAT, OPENED, RECHECK, STILL_HERE
from gateway.pages.visit import Visit, visit_of
from kit.problems import Unavailable

HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


async def follow(visit: Visit, reference: str) -> StreamingResponse:
    """Open the stream for who may read the case. Raises Refused for who may not, TooManyRequests when full."""
    case = await visit.get(f"/cases/{reference}")
    visit.parts.live.admit(visit.session.caller.id)
    return StreamingResponse(_signals(visit, UUID(case["id"])), media_type="text/event-stream", headers=HEADERS)


async def _signals(visit: Visit, case_id: UUID) -> AsyncIterator[bytes]:
    """Signals until the reader goes, may not read any more, or this process ends."""
    live, caller, said = visit.parts.live, visit.session.caller, time.monotonic()
    with live.stream((visit.tenant.id, case_id), caller.id, sees_internal=caller.kind == "staff") as stream:
        yield OPENED
        while not live.draining:
            signalled = await stream.wait(RECHECK)
            allowed = await _may_read(visit, case_id, signalled)
            if allowed is False or live.draining:
                return
            if signalled and allowed is None:
                stream.signal_later(RECHECK)
            elif signalled or time.monotonic() - said >= HEARTBEAT:
                said = time.monotonic()
                # With the bus away nobody knows whether something changed: the page is sent to look.
                yield STILL_HERE if live.hears.is_set() and not signalled else CHANGED


async def _may_read(visit: Visit, case_id: UUID, signalled: bool) -> bool | None:
    """Whether the reader may still read; None while nobody can say. A look at the session is cheap and taken at
    every turn; the case itself is asked for when there is something to say or the reader's rights changed."""
    try:
        now = await visit_of(visit.request, visit.audience)
        if not now.known:
            return False
        if signalled or now.session.caller != visit.session.caller:
            await now.get(f"/cases/{case_id}")
    except Refused:
        return False
    except Unavailable:
        return None
    return True
