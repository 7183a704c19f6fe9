"""The login at one's company: to its identity provider, and back."""

from typing import Any

from fastapi import APIRouter, Request, Response

from gateway.client import Refused
from gateway.pages.account import login_form
from gateway.pages.admission import admitted, source_of
from gateway.pages.visit import Visit, form_of, visit_of

pages = APIRouter()

SECONDS = 600
"""How long somebody may take to log in there."""


@pages.get("/login/company")
async def ask_for_address(request: Request) -> Response:
    """The page that asks for the address whose domain says where to go."""
    return _page(await visit_of(request, "portal"))


@pages.post("/login/company")
async def go_there(request: Request) -> Response:
    """A page that leads on by itself: a form may not lead to another site, a link may."""
    visit, form = await visit_of(request, "portal"), await form_of(request)
    email = str(form.get("email", "")).strip()[:254]
    try:
        given = {"email": email.rjust(3, "-"), "root": _root(visit)}
        begun = await visit.parts.sessions.step(visit.tenant.id, "oidc/begin", given)
    except Refused as refused:
        return _page(visit, email, refused)
    response = visit.page("company.html", state="leave", email=email, there=begun["url"], problem=None)
    # The address was made by identity out of the provider's own description; a line break in it would be two headers.
    response.headers["refresh"] = f"0;url={begun['url'].replace(chr(10), '').replace(chr(13), '')}"
    flags: dict[str, Any] = {"path": "/", "secure": True, "httponly": True, "max_age": SECONDS}
    response.set_cookie(_cookie(visit), begun["kept"], samesite="lax", **flags)
    return response


@pages.get("/account/oidc/callback")
async def come_back(request: Request) -> Response:
    """Back from the provider, with a code for a session. What was kept is used up, whatever comes of it."""
    visit, query = await visit_of(request, "portal"), request.query_params
    given = {
        "kept": request.cookies.get(_cookie(visit), "")[:3000] or "-",
        "state": query.get("state", "")[:500] or "-",
    }
    given |= {"code": query.get("code", "")[:4000] or "-"} | source_of(visit)
    try:
        begun = await visit.parts.sessions.step(visit.tenant.id, "sessions/oidc", given)
        response = await admitted(visit, begun, "")
    except Refused as refused:
        response = await login_form(visit, back="", refused=refused)
    response.delete_cookie(_cookie(visit), path="/", secure=True, httponly=True, samesite="lax")
    return response


def _cookie(visit: Visit) -> str:
    return f"__Host-company-{visit.tenant.slug}"


def _root(visit: Visit) -> str:
    """The portal's root as this browser sees it: ours, or a host of the tenant's own."""
    if visit.root:
        return visit.parts.settings.portal_origin.rstrip("/") + visit.root
    return f"https://{visit.request.headers.get('host', '')}"[:400]


def _page(visit: Visit, email: str = "", refused: Refused | None = None) -> Response:
    status = refused.status if refused else 200
    return visit.page("company.html", status, state="ask", email=email, problem=refused and refused.problem)
