"""What a browser keeps about its reader: the language that was chosen in the footer, the zone its clock is in.

Both are wishes and no secrets: whatever a cookie says is taken only where it names something we know."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from gateway.pages.languages import ENGLISH, asked_locale
from gateway.tenancy import inner_path

LANGUAGE, ZONE = "portico-language", "portico-zone"
"""Names of the two cookies; page.js writes the second."""
A_YEAR = 365 * 24 * 3600


def locale_of(scope: Scope) -> str:
    """The language of this request's page: the chosen one, else what the browser asks for."""
    request = Request(scope)
    asked = request.headers.get("accept-language", "")
    return asked_locale(asked, ENGLISH if _console(scope) else request.cookies.get(LANGUAGE, ""))


def zone_of(scope: Scope, otherwise: str) -> str:
    """The zone the browser's clock is in; the installation's where it has not said so or we don't know it."""
    said = Request(scope).cookies.get(ZONE, "")
    return said if _is_zone(said) else otherwise


def keep_language(response: Response, language: str) -> None:
    """Remember the language in this browser, for every portal of this host."""
    response.set_cookie(LANGUAGE, language, max_age=A_YEAR, path="/", secure=True, httponly=True, samesite="lax")


def _console(scope: Scope) -> bool:
    """Staff's pages have no catalog yet; half of one language in the direction of another helps nobody."""
    return f"{inner_path(scope)}/".startswith("/console/")


@lru_cache(maxsize=1_000)
def _is_zone(name: str) -> bool:
    try:
        return bool(name) and len(name) <= 64 and bool(ZoneInfo(name).key)
    except (ValueError, KeyError, OSError):
        return False
