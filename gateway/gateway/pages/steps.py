"""The login beyond the password: a code, an app that has to be added first, a link by mail."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from gateway.client import Refused
from gateway.pages.admission import admitted, hand_over, login_path, source_of
from gateway.pages.qr import qr_of
from gateway.pages.visit import Visit, audience_of, form_of, visit_of
from gateway.sessions import safe_next, ticket_of
from kit.problems import NotFound

pages = APIRouter()

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,200}$")]
"""The secret of a link in a mail."""


@pages.get("/login/second")
@pages.get("/console/login/second")
async def second_step(request: Request) -> Response:
    """F032: the page that asks for a code."""
    visit = await visit_of(request, audience_of(request))
    if not _ticket(visit):
        return visit.go(login_path(visit, "/login"))
    return _second(visit, request.query_params.get("next", ""))


@pages.post("/login/second")
@pages.post("/console/login/second")
async def show_a_code(request: Request) -> Response:
    """The code, and with it the session."""
    visit, form = await visit_of(request, audience_of(request)), await form_of(request)
    back, given = str(form.get("next", "")), {"code": str(form.get("code", ""))[:40], "ticket": _ticket(visit)}
    try:
        begun = await visit.parts.sessions.step(visit.tenant.id, "sessions/second", given | source_of(visit))
    except Refused as refused:
        return _over(visit, back) if _is_over(refused, given) else _second(visit, back, refused)
    return await admitted(visit, begun, back)


@pages.get("/console/login/enrol")
async def enrolment(request: Request) -> Response:
    """Staff whose tenant asks for it add an authenticator app before they come in."""
    visit = await visit_of(request, "console")
    try:
        given = {"ticket": _ticket(visit)}
        begun = await visit.parts.sessions.step(visit.tenant.id, "sessions/enrolment", given)
    except Refused:
        return _over(visit, request.query_params.get("next", ""))
    return _enrol(visit, request.query_params.get("next", ""), begun)


@pages.post("/console/login/enrol")
async def enrol(request: Request) -> Response:
    """The app's first code. The page that follows shows the recovery codes, and no page ever again."""
    visit, form = await visit_of(request, "console"), await form_of(request)
    back, begun = str(form.get("next", "")), {name: str(form.get(name, ""))[:1000] for name in ("setup", "uri")}
    given = {"ticket": _ticket(visit), "setup": begun["setup"], "code": str(form.get("code", ""))[:40]}
    try:
        done = await visit.parts.sessions.step(visit.tenant.id, "sessions/enrol", given | source_of(visit))
    except Refused as refused:
        return _over(visit, back) if _is_over(refused, given) else _enrol(visit, back, begun, refused)
    response = visit.page("codes.html", codes=done["codes"], on=safe_next(back, "console"), frame=None)
    await hand_over(visit, response, done["token"])
    return response


@pages.get("/login/magic")
async def ask_for_a_link(request: Request) -> Response:
    """The page that offers a link by mail, where the tenant does."""
    return _magic(await _offering(request))


@pages.post("/login/magic")
async def send_a_link(request: Request) -> Response:
    """The same answer for every address, known or not."""
    visit, form = await _offering(request), await form_of(request)
    email = str(form.get("email", "")).strip()[:254]
    try:
        given = {"email": email or "-", **source_of(visit)}
        await visit.parts.sessions.step(visit.tenant.id, "magic", given)
    except Refused as refused:
        return _magic(visit, email, refused)
    return visit.page("magic.html", state="sent", email=email, problem=None)


@pages.get("/magic/{token}")
async def look_at_a_link(token: Token, request: Request) -> Response:
    """A button: a mail program that follows links does no harm."""
    visit = await visit_of(request, "portal")
    try:
        found = await visit.parts.sessions.step(visit.tenant.id, "magic/peek", {"token": token})
    except Refused as refused:
        return visit.page("magic.html", refused.status, state="over", email="", problem=refused.problem)
    return visit.page("magic.html", state="use", email=found["email"], token=token, problem=None)


@pages.post("/magic/{token}")
async def come_in_by_a_link(token: Token, request: Request) -> Response:
    """Use the link up."""
    visit = await visit_of(request, "portal")
    try:
        begun = await visit.parts.sessions.step(visit.tenant.id, "sessions/magic", {"token": token, **source_of(visit)})
    except Refused as refused:
        return visit.page("magic.html", refused.status, state="over", email="", problem=refused.problem)
    return await admitted(visit, begun, "")


async def _offering(request: Request) -> Visit:
    visit = await visit_of(request, "portal")
    if not visit.tenant.access.get("magic_link"):
        raise NotFound()
    return visit


def _ticket(visit: Visit) -> str:
    return ticket_of(visit.request.scope, visit.tenant.slug, visit.audience)


def _is_over(refused: Refused, given: dict[str, str]) -> bool:
    return refused.status in (401, 404, 410) or not given["ticket"]


def _over(visit: Visit, back: str) -> Response:
    return visit.go(login_path(visit, "/login"), done="step-over", **({"next": back} if back else {}))


def _second(visit: Visit, back: str, refused: Refused | None = None) -> Response:
    return _waiting(visit.page("second.html", _status(refused), **_asked(visit, back, refused)), refused)


def _enrol(visit: Visit, back: str, begun: dict[str, Any], refused: Refused | None = None) -> Response:
    shown = {"setup": begun["setup"], **qr_of(begun["uri"])}
    return _waiting(visit.page("enrol.html", _status(refused), **shown, **_asked(visit, back, refused)), refused)


def _asked(visit: Visit, back: str, refused: Refused | None) -> dict[str, Any]:
    errors = {name: sentence for name, sentence in (refused.fields if refused else {}).items() if name == "code"}
    problem = refused.problem if refused and not errors else None
    return {"audience": visit.audience, "next": back, "errors": errors, "problem": problem, "frame": None}


def _magic(visit: Visit, email: str = "", refused: Refused | None = None) -> Response:
    problem = refused and refused.problem
    return _waiting(visit.page("magic.html", _status(refused), state="ask", email=email, problem=problem), refused)


def _status(refused: Refused | None) -> int:
    return refused.status if refused else 200


def _waiting(response: Response, refused: Refused | None) -> Response:
    if refused and refused.retry_after:
        response.headers["retry-after"] = refused.retry_after
    return response
