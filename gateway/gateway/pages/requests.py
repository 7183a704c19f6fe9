"""F054: a request without logging in: the form, the letter that proves the address, the case that is opened of it."""

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from gateway.client import Refused
from gateway.clients import address_of
from gateway.pages import captcha
from gateway.pages.forms import Form, read_words
from gateway.pages.register import LinkOver
from gateway.pages.visit import Visit, visit_of
from kit.problems import NotFound, Unavailable

pages = APIRouter(prefix="/request")

FIELDS = ("name", "email", "subject", "body")
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,200}$")]


@pages.get("")
async def read_form(request: Request) -> Response:
    """The form; whoever is logged in opens a case instead."""
    visit = await _visit(request)
    subject = request.query_params.get("subject", "")[:200]
    return visit.go("/cases/new") if visit.known else await _form(visit, Form(values={"subject": subject}))


@pages.post("")
async def send(request: Request) -> Response:
    """Have the letter sent. The answer is the same whoever asks."""
    visit = await _visit(request)
    form = await read_words(visit, (*FIELDS, captcha.FIELD))
    words = {name: form.values[name] for name in FIELDS}
    ip = address_of(request.scope, visit.parts.settings.trusted_proxies) or "unknown"
    try:
        await _ask(visit, "", words | {"ip": ip, "proven": await captcha.checked(visit, form)}, form.key)
    except Refused as refused:
        return await _form(visit, form.refused(refused), refused)
    return visit.go("/request/sent")


@pages.get("/sent")
async def read_sent(request: Request) -> Response:
    """What to do next: open the letter."""
    return (await _visit(request)).page("portal/request_said.html", reference=None)


@pages.get("/confirm/{token}")
async def look_at_link(token: Token, request: Request) -> Response:
    """What would be sent. Mail programs that open links use nothing up."""
    visit = await _visit(request)
    return visit.page("portal/request_confirm.html", link=await _look(visit, token), token=token)


@pages.post("/confirm/{token}")
async def confirm(token: Token, request: Request) -> Response:
    """Open the case, once, however often the button is pressed."""
    visit = await _visit(request)
    once = f"request-{sha256(token.encode()).hexdigest()[:40]}"
    try:
        confirmed = await _ask(visit, "/confirm", {"token": token}, once)
    except Refused as refused:
        raise LinkOver() from refused
    case = await visit.parts.services.call(
        "cases",
        visit.parts.callers.system(visit.tenant.id),
        "POST",
        "/internal/cases/from-guest",
        json=_case(confirmed),
        headers={"idempotency-key": once},
    )
    invited = await _invite(visit, confirmed, case["reference"], once)
    return visit.page("portal/request_said.html", reference=case["reference"], invited=invited)


def _case(confirmed: dict[str, Any]) -> dict[str, Any]:
    """F129: the case of whoever proved their address."""
    opener, said = confirmed["caller"], ("name", "email", "subject", "body")
    whose = {"contact_id": opener["id"], "organisation_id": opener["organisation_id"]}
    return whose | {name: confirmed[name] for name in said}


async def _invite(visit: Visit, confirmed: dict[str, Any], reference: str, once: str) -> bool:
    """F043: whoever has no access is invited, where the tenant wishes it. The case is there either way."""
    who = {"email": confirmed["email"], "name": confirmed["name"], "reference": reference}
    grant, headers = visit.parts.callers.system(visit.tenant.id), {"idempotency-key": once}
    try:
        sent = await visit.parts.services.call(
            "identity", grant, "POST", "/api/v1/invitations", json=who, headers=headers
        )
    except (Refused, Unavailable):
        return False
    return bool(sent["sent"])


async def _visit(request: Request) -> Visit:
    """A visit to a door that is open. Raises NotFound."""
    visit = await visit_of(request, "portal")
    if not visit.tenant.access.get("guest_requests") or "cases" not in visit.tenant.modules:
        raise NotFound()
    return visit


async def _form(visit: Visit, form: Form, refused: Refused | None = None) -> Response:
    challenge = await captcha.challenge(visit)
    response = visit.page("portal/request.html", form.status, captcha=challenge, **form.context)
    if refused and refused.retry_after:
        response.headers["retry-after"] = refused.retry_after
    return response


async def _look(visit: Visit, token: str) -> dict[str, Any]:
    try:
        link: dict[str, Any] = await _ask(visit, "/look", {"token": token})
    except Refused as refused:
        raise LinkOver() from refused
    return link


async def _ask(visit: Visit, path: str, question: dict[str, Any], key: str = "") -> Any:
    grant = visit.parts.callers.system(visit.tenant.id)
    once = {"idempotency-key": key} if key else {}
    return await visit.parts.services.call(
        "identity", grant, "POST", f"/internal/requests{path}", json=question, headers=once
    )
