"""Changes come from our own pages: what a browser says about where a request began must be here."""

from starlette.datastructures import Headers
from starlette.types import Scope

from kit.problems import NotAllowed

SAFE = ("GET", "HEAD", "OPTIONS")


class FromElsewhere(NotAllowed):
    """Another site made the browser send this, or nobody can tell that it was not so."""

    title = "This did not come from a page of this portal. Load the page again and repeat it there."


def check(scope: Scope) -> None:
    """Let a change pass only where the browser says that one of our pages sent it."""
    if scope["method"] in SAFE:
        return
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        raise FromElsewhere()
    if origin is not None and not _ours(origin, headers.get("host", "")):
        raise FromElsewhere()
    if site is None and origin is None:
        raise FromElsewhere()


def _ours(origin: str, host: str) -> bool:
    _, separator, authority = origin.partition("://")
    return bool(separator) and authority.lower() == host.lower()
