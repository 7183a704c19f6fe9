"""What goes wrong, as a page for people and as problem+json for programs."""

from collections.abc import Mapping

from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from gateway.client import Refused
from gateway.pages import render
from gateway.pages.kept import locale_of
from gateway.pages.reader import Reader
from kit import problems
from kit.problems import NotFound, Problem


class InternalError(Problem):
    """A fault of ours; what it was is in the log under the request's id."""

    status, title = 500, "Something went wrong here. It was recorded; try again later."


async def answer(scope: Scope, receive: Receive, send: Send, problem: Problem | Refused) -> None:
    """Say what is wrong, in the words and the form the asker reads."""
    response = document(problem) if for_programs(scope) else page(scope, problem)
    await response(scope, receive, send)


def for_programs(scope: Scope) -> bool:
    """The API's own addresses, and what asks for anything but a page."""
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path.startswith("/api/")


def document(problem: Problem | Refused) -> Response:
    """The problem as problem+json."""
    slug = problem.slug if isinstance(problem, Refused) else problem.slug()
    content = problems.body(slug, problem.status, problem.title, problem.detail or problem.title)
    return Response(content, problem.status, media_type=problems.MEDIA_TYPE, headers=_headers(problem))


def page(scope: Scope, problem: Problem | Refused) -> Response:
    """The problem as a page: of the tenant where there is one, neutral where there is none."""
    tenant, root = scope.get("state", {}).get("tenant"), scope.get("root_path", "")
    if problem.status == 422 and scope["method"] == "GET" and scope.get("path_params"):
        # The address names something by what can be nobody's name: that is not there either.
        problem = NotFound()
    content = render.page(
        "error.html",
        Reader(root if tenant else "", locale_of(scope)),
        tenant=tenant and tenant.shown_at(root),
        theme_url=tenant.theme_url if tenant else None,
        status=problem.status,
        title=problem.title,
        detail="" if problem.detail == problem.title else problem.detail,
    )
    return HTMLResponse(content, problem.status, headers=_headers(problem))


def _headers(problem: Problem | Refused) -> Mapping[str, str]:
    if isinstance(problem, Problem):
        return problem.headers
    return {"retry-after": problem.retry_after} if problem.retry_after else {}
