"""For which of their organisations a contact acts: looked at from another one, and switched.

A gateway keeps what it knows of a session for seconds, and others do so too. So that the page after switching is
the other organisation's everywhere, the browser keeps a mark of the last switch, which is part of what an answer is
kept under. It opens nothing: who somebody is and acts for is identity's word alone.
"""

import re
from secrets import token_hex
from typing import Any
from uuid import UUID

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from gateway.callers import Callers, Grant
from gateway.client import Services
from kit.caller import Caller
from kit.problems import NotFound


async def looked_at(services: Services, callers: Callers, token: str, organisation_id: str) -> Grant | None:
    """What a session would be granted acting for another organisation; None where that is not its person's."""
    question = {"token": token, "organisation_id": organisation_id}
    answer = await services.ask_identity(callers.system(), "sessions/resolve", question)
    return Grant(Caller.model_validate(answer["caller"])) if answer else None


async def switch(services: Services, callers: Callers, tenant_id: UUID, token: str, organisation_id: str) -> None:
    """Have a session act for another organisation from now on. Raises NotFound for one that is not its person's."""
    question: dict[str, Any] = {"token": token, "organisation_id": organisation_id}
    if await services.ask_identity(callers.system(tenant_id), "sessions/switch", question) is None:
        raise NotFound()


def _name(slug: str) -> str:
    return f"__Host-acting-{slug}"


def mark_of(scope: Scope, slug: str) -> str:
    """The mark of this browser's last switch; empty before the first."""
    cookies = "; ".join(Headers(scope=scope).getlist("cookie"))
    found = re.search(rf"(?:^|;\s*){re.escape(_name(slug))}=([0-9a-f]{{8}})(?:;|$)", cookies)
    return found.group(1) if found else ""


def set_mark(response: Response, slug: str) -> None:
    """A new mark, after a switch."""
    response.set_cookie(_name(slug), token_hex(4), path="/", secure=True, httponly=True, samesite="lax")
