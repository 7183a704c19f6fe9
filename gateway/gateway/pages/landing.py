"""F013: what a contact sees first: the home page, their own details, or the tenant's welcome."""

from fastapi import APIRouter, Response

from gateway.pages.visit import Contact, Visit
from gateway.sessions import safe_next
from kit.text import rendered

pages = APIRouter()

_LANDINGS = {"details": "/account", "welcome": "/welcome"}


@pages.get("/welcome")
async def welcome(visit: Contact) -> Response:
    """What the tenant says to whoever comes in."""
    if not visit.tenant.welcome.strip():
        return visit.go("/")
    return visit.page("portal/welcome.html", welcome_html=rendered(visit.tenant.welcome))


def after_login(visit: Visit, asked: str | None) -> str:
    """Where somebody goes who has just come in: where they meant to go, else to the tenant's choice."""
    target = safe_next(asked, visit.audience)
    if target != "/":
        return target
    landing = _LANDINGS.get(visit.tenant.landing, "/")
    return landing if landing in visit.request.app.state.paths else "/"
