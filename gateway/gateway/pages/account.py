"""Logging in and out, of portal and console alike, and the tenant's logo."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from gateway.client import Refused
from gateway.pages.admission import admitted, end_session, source_of, ways_of
from gateway.pages.landing import after_login
from gateway.pages.visit import Visit, form_of, visit_of
from gateway.sessions import Audience, clear_cookie
from kit.problems import NotFound

pages = APIRouter()


@pages.get("/login")
async def portal_login(request: Request) -> Response:
    """F032: the tenant's one login page."""
    return await _login_page(request, "portal")


@pages.post("/login")
async def log_in_to_the_portal(request: Request) -> Response:
    """Begin a contact's session."""
    return await _log_in(request, "portal")


@pages.post("/logout")
async def log_out_of_the_portal(request: Request) -> Response:
    """End a contact's session."""
    return await _log_out(request, "portal")


@pages.get("/console/login")
async def console_login(request: Request) -> Response:
    """The login page of staff."""
    return await _login_page(request, "console")


@pages.post("/console/login")
async def log_in_to_the_console(request: Request) -> Response:
    """Begin a session of staff."""
    return await _log_in(request, "console")


@pages.post("/console/logout")
async def log_out_of_the_console(request: Request) -> Response:
    """End a session of staff."""
    return await _log_out(request, "console")


@pages.get("/logo")
async def logo(request: Request) -> Response:
    """The tenant's logo, out of identity."""
    visit = await visit_of(request, "portal")
    if not visit.tenant.logo_url:
        raise NotFound()
    body, media_type = await visit.parts.services.fetch(
        "identity", visit.parts.callers.system(visit.tenant.id), f"/internal/tenants/{visit.tenant.id}/logo"
    )
    keep = "public, max-age=86400" if request.query_params.get("v") else "no-cache"
    # Letters show it in the pages of whoever reads mail in a browser, and the company on its own website.
    headers = {"cache-control": keep, "cross-origin-resource-policy": "cross-origin"}
    return Response(body, media_type=media_type, headers=headers)


async def _login_page(request: Request, audience: Audience) -> Response:
    visit = await visit_of(request, audience)
    asked = request.query_params.get("next")
    if visit.known:
        return visit.go(after_login(visit, asked))
    return await login_form(visit, back=asked or "")


async def login_form(
    visit: Visit,
    *,
    back: str,
    email: str = "",
    refused: Refused | None = None,
) -> HTMLResponse:
    """The login page, with what was typed and why it was refused."""
    response = visit.page(
        "login.html",
        refused.status if refused else 200,
        audience=visit.audience,
        action="/console/login" if visit.audience == "console" else "/login",
        next=back,
        ways=await ways_of(visit),
        values={"email": email},
        problem=refused and refused.problem,
    )
    if refused and refused.retry_after:
        response.headers["retry-after"] = refused.retry_after
    return response


async def _log_in(request: Request, audience: Audience) -> Response:
    visit, form = await visit_of(request, audience), await form_of(request)
    email, asked = str(form.get("email", ""))[:254], str(form.get("next", ""))
    given = {"email": email, "password": str(form.get("password", ""))[:1_000], **source_of(visit)}
    try:
        begun = await visit.parts.sessions.begin(visit.tenant.id, audience, given)
    except Refused as refused:
        return await login_form(visit, back=asked, email=email, refused=refused)
    return await admitted(visit, begun, asked)


async def _log_out(request: Request, audience: Audience) -> Response:
    visit = await visit_of(request, audience)
    await end_session(visit)
    response = visit.go("/console/login" if audience == "console" else "/login", done="signed-out")
    clear_cookie(response, visit.tenant.slug, audience)
    return response
