"""A link to what belongs to another organisation of the reader's: said, and offered, never quietly opened."""

import re
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from gateway.acting import looked_at
from gateway.client import SERVICES, Refused
from gateway.pages.visit import API, Visit, together, visit_of
from gateway.sessions import token_of
from gateway.tenancy import inner_path, tenant_of
from kit.problems import Unavailable

MOST = 5
"""How many other organisations are asked."""

_RECORD = re.compile(r"/(cases|documents|invoices)/([A-Za-z0-9][A-Za-z0-9-]{0,199})(?:/[a-z]+)?")


async def offer(request: Request) -> Response | None:
    """The page that says to which other organisation this address leads; None where it leads to none."""
    named = _RECORD.fullmatch(inner_path(request.scope))
    if request.method != "GET" or named is None or tenant_of(request.scope) is None:
        return None
    if request.headers.get("hx-request") or "text/html" not in request.headers.get("accept", "text/html"):
        return None
    visit = await visit_of(request, "portal")
    found = await _where(visit, *named.groups()) if visit.known else None
    if found is None:
        return None
    query = request.url.query
    back = inner_path(request.scope) + (f"?{query}" if query else "")
    return visit.page("portal/elsewhere.html", 404, organisation=found, next=back)


async def _where(visit: Visit, module: str, key: str) -> dict[str, Any] | None:
    here = str(visit.session.caller.organisation_id)
    others = [each for each in visit.session.organisations if each["id"] != here][:MOST]
    answers = await together(*(_is_there(visit, each["id"], module, key) for each in others))
    return next((each for each, there in zip(others, answers, strict=True) if there), None)


async def _is_there(visit: Visit, organisation_id: str, module: str, key: str) -> bool:
    services, callers = visit.parts.services, visit.parts.callers
    token = token_of(visit.request.scope, visit.tenant.slug, "portal")
    try:
        grant = await looked_at(services, callers, token, organisation_id) if token else None
        if grant is None or grant.caller.tenant_id != visit.tenant.id or not grant.caller.uses(module):
            return False
        await services.call(SERVICES[module], grant, "GET", f"{API}/{module}/{key}")
    except (Refused, Unavailable):
        return False
    return True
