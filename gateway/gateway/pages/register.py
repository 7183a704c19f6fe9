"""Asking for access: the form, the page that says what comes next, and the links in the letters."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from gateway.client import Refused
from gateway.clients import address_of
from gateway.pages import captcha
from gateway.pages.forms import Form, read_words
from gateway.pages.visit import Visit, visit_of
from kit.problems import NotFound

pages = APIRouter()

WHO = ("name", "email", "company", "phone", "message")
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,200}$")]


class LinkOver(NotFound):
    """Used, expired or never one: nobody can tell which."""

    title = "This link was used already or is no longer good. Ask for a new one."


@pages.get("/register")
async def read_form(request: Request) -> Response:
    """F034: the form; there is none where the tenant takes no registrations."""
    return await _form(await _visit(request), Form())


@pages.post("/register")
async def register(request: Request) -> Response:
    """F034, F041: ask for access. The answer is the same whoever asks."""
    visit = await _visit(request)
    form = await read_words(visit, (*WHO, captcha.FIELD))
    asked = _who(form) | {"ip": _ip(visit), "proven": await captcha.checked(visit, form)}
    try:
        await _ask(visit, "", asked, form.key)
    except Refused as refused:
        return await _form(visit, form.refused(refused), refused)
    return visit.go("/register/sent")


@pages.get("/register/sent")
async def read_sent(request: Request) -> Response:
    """F035: what to do next: open the letter."""
    return (await _visit(request)).page("register/said.html", what="sent")


@pages.get("/register/waiting")
async def read_waiting(request: Request) -> Response:
    """The address is proven; now it is staff's turn."""
    return (await visit_of(request, "portal")).page("register/said.html", what="waiting")


@pages.get("/register/confirm/{token}")
async def look_at_link(token: Token, request: Request) -> Response:
    """Whose address would be confirmed. Mail programs that open links use nothing up."""
    visit = await visit_of(request, "portal")
    return visit.page("register/confirm.html", link=await _look(visit, token), token=token, problem=None)


@pages.post("/register/confirm/{token}")
async def confirm(token: Token, request: Request) -> Response:
    """F035: confirm the address, and go on as the tenant chose."""
    visit = await visit_of(request, "portal")
    form = await read_words(visit, ())
    try:
        confirmed = await _ask(visit, "/confirm", {"token": token, "ip": _ip(visit)}, form.key)
    except Refused as refused:
        form = form.refused(refused)
        link = await _look(visit, token)
        return visit.page("register/confirm.html", form.status, link=link, token=token, problem=form.problem)
    return _on(visit, confirmed)


@pages.get("/register/invited/{token}")
async def look_at_invitation(token: Token, request: Request) -> Response:
    """F043, F044: the form for whoever was invited, with the address it is good for."""
    visit = await visit_of(request, "portal")
    link = await _look(visit, token, invited=True)
    return await _form(visit, Form(values={"name": link["name"], "email": link["email"]}), link=link, token=token)


@pages.post("/register/invited/{token}")
async def accept_invitation(token: Token, request: Request) -> Response:
    """F044: sign up with the address that was invited, and no other."""
    visit = await visit_of(request, "portal")
    form = await read_words(visit, WHO)
    given = {"token": token, "invited": True, "ip": _ip(visit), "who": _who(form)}
    try:
        confirmed = await _ask(visit, "/confirm", given, form.key)
    except Refused as refused:
        link = await _look(visit, token, invited=True)
        return await _form(visit, _inner(form, refused), refused, link=link, token=token)
    return _on(visit, confirmed)


async def _visit(request: Request) -> Visit:
    """A visit to a door that is not shut. Raises NotFound."""
    visit = await visit_of(request, "portal")
    if visit.tenant.register_mode == "off":
        raise NotFound()
    return visit


async def _form(
    visit: Visit, form: Form, refused: Refused | None = None, link: dict[str, Any] | None = None, token: str = ""
) -> Response:
    action = f"/register/invited/{token}" if token else "/register"
    made = "" if link else await captcha.challenge(visit)
    mode = "open" if link else visit.tenant.register_mode
    context = {name: form.context[name] for name in ("values", "errors", "problem")}
    response = visit.page(
        "register/form.html", form.status, mode=mode, link=link, action=action, captcha=made, **context
    )
    if refused and refused.retry_after:
        response.headers["retry-after"] = refused.retry_after
    return response


def _who(form: Form) -> dict[str, str]:
    return {name: form.values[name] for name in WHO}


def _ip(visit: Visit) -> str:
    return address_of(visit.request.scope, visit.parts.settings.trusted_proxies) or "unknown"


def _inner(form: Form, refused: Refused) -> Form:
    """The fields of the person, named as the form names them."""
    refused.fields = {name.removeprefix("who."): sentence for name, sentence in refused.fields.items()}
    return form.refused(refused)


async def _ask(visit: Visit, path: str, question: dict[str, Any], key: str = "") -> Any:
    grant = visit.parts.callers.system(visit.tenant.id)
    once = {"idempotency-key": key} if key else {}
    return await visit.parts.services.call(
        "identity", grant, "POST", f"/internal/registrations{path}", json=question, headers=once
    )


async def _look(visit: Visit, token: str, *, invited: bool = False) -> dict[str, Any]:
    try:
        link: dict[str, Any] = await _ask(visit, "/look", {"token": token, "invited": invited})
    except Refused as refused:
        raise LinkOver() from refused
    return link


def _on(visit: Visit, confirmed: dict[str, Any]) -> Response:
    match confirmed["outcome"]:
        case "over":
            raise LinkOver()
        case "activate":
            return visit.go(str(confirmed["path"]))
        case "known":
            return visit.go("/login", done="has-access")
    return visit.go("/register/waiting")
