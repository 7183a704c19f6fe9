"""F040, F045-F047: ways in that begin in a mail: an invitation taken up, a forgotten password or user name."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from gateway.client import Refused
from gateway.clients import address_of
from gateway.pages import captcha
from gateway.pages.admission import admitted, hand_over
from gateway.pages.forms import Form, read_words
from gateway.pages.languages import later
from gateway.pages.visit import Visit, form_of, visit_of
from gateway.sessions import Audience, token_of

pages = APIRouter()

Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,200}$")]
NOT_THE_SAME = later("The two passwords are not the same. Type it twice, letter for letter.")
LINK_OVER = "link-over"


async def ask(visit: Visit, path: str, **question: Any) -> Any:
    """Identity's answer about somebody who is not logged in. Raises Refused in its words."""
    grant = visit.parts.callers.system(visit.tenant.id)
    return await visit.parts.services.call("identity", grant, "POST", f"/internal/{path}", json=question)


def source(visit: Visit) -> str:
    """Where the request comes from."""
    return address_of(visit.request.scope, visit.parts.settings.trusted_proxies)


async def typed(visit: Visit, *names: str) -> Form:
    """A small form, of anybody: without files."""
    sent = await form_of(visit.request)
    return Form(values={name: str(sent.get(name, "")) for name in names})


async def chosen(visit: Visit, *more: str) -> Form:
    """A form in which a password was chosen; its `errors` say when the two are not the same."""
    form = await typed(visit, "password", "again", *more)
    return form if form.values["password"] == form.values["again"] else form.wrong("again", NOT_THE_SAME)


@pages.get("/activate/{token}")
async def look_at_invitation(token: Secret, request: Request) -> Response:
    """F040: looking uses nothing up."""
    visit = await visit_of(request, "portal")
    return await _choose(visit, "activate", token, Form())


@pages.post("/activate/{token}")
async def activate(token: Secret, request: Request) -> Response:
    """F040: a password is chosen, and its owner is logged in."""
    visit = await visit_of(request, "portal")
    form = await chosen(visit)
    if form.errors:
        return await _choose(visit, "activate", token, form)
    agent = visit.request.headers.get("user-agent", "")[:300]
    password = form.values["password"]
    try:
        begun = await ask(visit, "activations", token=token, password=password, ip=source(visit), user_agent=agent)
    except Refused as refused:
        return await _refused(visit, "activate", token, form, refused)
    if "step" in begun:
        return await admitted(visit, begun, "")
    response = visit.go("/", done="arrived")
    await hand_over(visit, response, begun["token"])
    return response


@pages.post("/activate/{token}/again")
async def ask_for_another(token: Secret, request: Request) -> Response:
    """F040: another link for the holder of one that is over; the same answer for everybody."""
    visit = await visit_of(request, "portal")
    await ask(visit, "activations/again", token=token, ip=source(visit))
    return visit.go("/login", done="link-asked")


@pages.get("/reset/{token}")
async def look_at_reset(token: Secret, request: Request) -> Response:
    """F045: looking uses nothing up."""
    return await _choose(await visit_of(request, "portal"), "reset", token, Form())


@pages.post("/reset/{token}")
async def reset(token: Secret, request: Request) -> Response:
    """F045: another password; every session is over."""
    return await _reset(await visit_of(request, "portal"), token)


@pages.get("/console/reset/{token}")
async def look_at_reset_of_staff(token: Secret, request: Request) -> Response:
    """The same for staff."""
    return await _choose(await visit_of(request, "console"), "reset", token, Form())


@pages.post("/console/reset/{token}")
async def reset_of_staff(token: Secret, request: Request) -> Response:
    """The same for staff."""
    return await _reset(await visit_of(request, "console"), token)


async def _reset(visit: Visit, token: str) -> Response:
    form = await chosen(visit)
    if form.errors:
        return await _choose(visit, "reset", token, form)
    try:
        await ask(visit, "passwords/reset", audience=visit.audience, token=token, password=form.values["password"])
    except Refused as refused:
        return await _refused(visit, "reset", token, form, refused)
    if mine := token_of(visit.request.scope, visit.tenant.slug, visit.audience):
        visit.parts.sessions.forget(mine)
    return visit.go(f"{root_of(visit.audience)}/login", done="password-reset")


async def _choose(visit: Visit, verb: str, token: str, form: Form) -> Response:
    """The page on which a password is chosen; where the link is over, the page that says so."""
    path = "activations/look" if verb == "activate" else "passwords/look"
    try:
        person = await ask(visit, path, audience=visit.audience, token=token)
    except Refused as refused:
        return await _refused(visit, verb, token, form, refused)
    action = f"{root_of(visit.audience)}/{verb}/{token}"
    return visit.page("choose_password.html", form.status, verb=verb, action=action, person=person, **_said(form))


async def _refused(visit: Visit, verb: str, token: str, form: Form, refused: Refused) -> Response:
    if refused.slug == LINK_OVER:
        action = f"{root_of(visit.audience)}/{verb}/{token}"
        return visit.page("link_over.html", 404, verb=verb, action=action, root=root_of(visit.audience))
    if refused.status == 403:
        return visit.page("not_yet.html", 403, said=refused.detail or refused.title)
    return await _choose(visit, verb, token, form.refused(refused))


def _said(form: Form) -> dict[str, Any]:
    return {"errors": form.errors, "problem": form.problem}


@pages.get("/forgotten")
async def forgot_password(request: Request) -> Response:
    """F045: which address?"""
    return await _form(await visit_of(request, "portal"), "password", Form())


@pages.post("/forgotten")
async def ask_for_reset(request: Request) -> Response:
    """F042, F045: a letter, if there is somebody; the same answer for everybody."""
    return await _ask(await visit_of(request, "portal"), "password")


@pages.get("/forgotten/user-name")
async def forgot_user_name(request: Request) -> Response:
    """F046: which address?"""
    return await _form(await visit_of(request, "portal"), "username", Form())


@pages.post("/forgotten/user-name")
async def ask_for_user_name(request: Request) -> Response:
    """F046: the same for the user name."""
    return await _ask(await visit_of(request, "portal"), "username")


@pages.get("/console/forgotten")
async def forgot_password_of_staff(request: Request) -> Response:
    """F045 for staff."""
    return await _form(await visit_of(request, "console"), "password", Form())


@pages.post("/console/forgotten")
async def ask_for_reset_of_staff(request: Request) -> Response:
    """F045 for staff."""
    return await _ask(await visit_of(request, "console"), "password")


@pages.get("/forgotten/sent")
async def was_asked(request: Request) -> Response:
    """F047: what the tenant says to whoever asked, known or not."""
    return _sent(await visit_of(request, "portal"))


@pages.get("/console/forgotten/sent")
async def was_asked_by_staff(request: Request) -> Response:
    """The same for staff."""
    return _sent(await visit_of(request, "console"))


async def _ask(visit: Visit, what: str) -> Response:
    form = await read_words(visit, ("email", captcha.FIELD))
    question = {"audience": visit.audience, "what": what, "email": form.values["email"][:254], "ip": source(visit)}
    proven = await captcha.checked(visit, form)
    try:
        await ask(visit, "passwords/forgotten", **question, proven=proven)
    except Refused as refused:
        return await _form(visit, what, form.refused(refused), refused.retry_after)
    return visit.go(f"{root_of(visit.audience)}/forgotten/sent", what=what)


async def _form(visit: Visit, what: str, form: Form, retry_after: str | None = None) -> HTMLResponse:
    tail = "/user-name" if what == "username" else ""
    root = root_of(visit.audience)
    context = {"what": what, "root": root, "action": f"{root}/forgotten{tail}", "values": form.values}
    context["captcha"] = await captcha.challenge(visit)
    response = visit.page("forgotten.html", form.status, **context, **_said(form))
    if retry_after:
        response.headers["retry-after"] = retry_after
    return response


def _sent(visit: Visit) -> Response:
    what = "username" if visit.request.query_params.get("what") == "username" else "password"
    own = visit.tenant.access.get("username_text" if what == "username" else "reset_text") or ""
    return visit.page("forgotten_sent.html", what=what, said=own, root=root_of(visit.audience))


def root_of(audience: Audience) -> str:
    """Where the pages of an audience begin."""
    return "/console" if audience == "console" else ""
