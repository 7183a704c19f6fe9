"""F033: another password, for whoever is logged in; for some it comes before everything else."""

from fastapi import APIRouter, Request, Response

from gateway.client import Refused
from gateway.pages.forms import Form
from gateway.pages.visit import Visit, visit_of
from gateway.pages.ways_in import ask, chosen, root_of, source
from gateway.sessions import set_cookie, token_of

pages = APIRouter()


@pages.get("/account/password")
async def password_page(request: Request) -> Response:
    """A contact's."""
    return _page(await visit_of(request, "portal"), Form())


@pages.post("/account/password")
async def change_password(request: Request) -> Response:
    """A contact's."""
    return await _change(await visit_of(request, "portal"))


@pages.get("/console/password")
async def password_page_of_staff(request: Request) -> Response:
    """A member of staff's."""
    return _page(await visit_of(request, "console"), Form())


@pages.post("/console/password")
async def change_password_of_staff(request: Request) -> Response:
    """A member of staff's."""
    return await _change(await visit_of(request, "console"))


async def _change(visit: Visit) -> Response:
    """Keep it; this browser's session goes on under another token, every other is over."""
    token = token_of(visit.request.scope, visit.tenant.slug, visit.audience)
    form = await chosen(visit, "old_password") if visit.session and token else Form()
    if form.errors or token is None:
        return _page(visit, form)
    given = {"old_password": form.values["old_password"], "password": form.values["password"], "ip": source(visit)}
    try:
        kept = await ask(visit, "passwords/change", audience=visit.audience, token=token, **given)
    except Refused as refused:
        return _page(visit, form.refused(refused))
    visit.parts.sessions.forget(token)
    response = visit.go(root_of(visit.audience) or "/", done="password-changed")
    set_cookie(response, visit.tenant.slug, visit.audience, kept["token"])
    return response


def _page(visit: Visit, form: Form) -> Response:
    """Somebody's page: raises LoginNeeded for nobody's."""
    first = visit.session.must_change_password
    root = root_of(visit.audience)
    said = {"errors": form.errors, "problem": form.problem}
    return visit.page("password.html", form.status, first=first, root=root, **said)
