"""What a login leads to: the portal, or the step that is still missing."""

from typing import Any

from fastapi import Response

from gateway.clients import address_of
from gateway.pages.landing import after_login
from gateway.pages.visit import Visit
from gateway.sessions import clear_ticket, set_cookie, set_ticket, token_of

STEPS = {"second_factor": "/login/second", "enrol": "/login/enrol"}


async def admitted(visit: Visit, answer: dict[str, Any], back: str) -> Response:
    """On to where they wanted to go, with a session; or to the next step, with a ticket to it."""
    if "step" in answer:
        response: Response = visit.go(login_path(visit, STEPS[answer["step"]]), **({"next": back} if back else {}))
        set_ticket(response, visit.tenant.slug, visit.audience, answer["ticket"])
        return response
    response = visit.go(after_login(visit, back))
    await hand_over(visit, response, answer["token"])
    return response


async def hand_over(visit: Visit, response: Response, token: str) -> None:
    """Give the browser its new session. The one before ends: a session is never carried over a login."""
    await end_session(visit)
    set_cookie(response, visit.tenant.slug, visit.audience, token)
    clear_ticket(response, visit.tenant.slug, visit.audience)


async def end_session(visit: Visit) -> None:
    """End the session this browser has."""
    token = token_of(visit.request.scope, visit.tenant.slug, visit.audience)
    if token:
        await visit.parts.sessions.end(visit.tenant.id, token)


def source_of(visit: Visit) -> dict[str, Any]:
    """Where a login comes from."""
    scope = visit.request.scope
    address = address_of(scope, visit.parts.settings.trusted_proxies)
    return {"ip": address, "user_agent": visit.request.headers.get("user-agent", "")[:300]}


def login_path(visit: Visit, path: str) -> str:
    """A path of the login of portal or console."""
    return f"/console{path}" if visit.audience == "console" else path


async def ways_of(visit: Visit) -> dict[str, bool]:
    """What the login page offers beside the password."""
    if visit.audience == "console":
        return {"magic": False, "company": False}
    company = await visit.parts.sessions.company(visit.tenant.id)
    return {"magic": bool(visit.tenant.access.get("magic_link")), "company": company}
