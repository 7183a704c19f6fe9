"""Registrations in the console: who asked for access, and whose contact they are."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_words
from gateway.pages.languages import later
from gateway.pages.visit import Key, Staff, Visit, together
from kit.problems import NotFound

pages = APIRouter(prefix="/console")

WINDOW = ("support_start_on", "support_end_on")
DETAILS = ("name", "phone", "job_title")
FIELDS = ("organisation_id", "choice", "use_registered_email", "version", *DETAILS, *WINDOW)
NOBODY_CHOSEN = later("Choose a contact, or create a new one.")


@pages.get("/registrations")
async def list_registrations(visit: Staff) -> Response:
    """F037: who asked for access, the newest first."""
    _need_the_right(visit)
    query = visit.request.query_params
    filters: dict[str, Any] = {name: query.get(name, "").strip() for name in ("q", "cursor")}
    filters["state"] = query.getlist("state")
    found = await visit.get("/registrations", **filters)
    return visit.page("console/registrations.html", registrations=found, filters=filters)


@pages.get("/registrations/{registration_id}")
async def read_registration(registration_id: Key, visit: Staff) -> Response:
    """F037: one registration, and the way to map it: an organisation first, then the contact."""
    _need_the_right(visit)
    return await _page(visit, registration_id, Form())


@pages.post("/registrations/{registration_id}/map")
async def map_registration(registration_id: Key, visit: Staff) -> Response:
    """F037-F039: map it; the login details go out."""
    _need_the_right(visit)
    form = await read_words(visit, FIELDS)
    if not form.values["choice"]:
        return await _page(visit, registration_id, form.wrong("choice", NOBODY_CHOSEN))
    return await _decide(visit, registration_id, form, "map", _mapping(form), "registration-mapped")


@pages.post("/registrations/{registration_id}/refuse")
async def refuse_registration(registration_id: Key, visit: Staff) -> Response:
    """F037: refuse it, with a reason."""
    _need_the_right(visit)
    form = await read_words(visit, ("reason", "tell", "version"))
    refusal = {"reason": form.values["reason"], "tell": form.values["tell"] == "yes"}
    return await _decide(visit, registration_id, form, "refuse", refusal, "registration-refused")


async def _decide(
    visit: Visit, registration_id: str, form: Form, verb: str, decision: dict[str, Any], done: str
) -> Response:
    headers = form.if_match | {"idempotency-key": form.key}
    try:
        await visit.send("POST", f"/registrations/{registration_id}/{verb}", json=decision, headers=headers)
    except Refused as refused:
        return await _page(visit, registration_id, form.refused(refused))
    return visit.go(f"/console/registrations/{registration_id}", done=done)


def _mapping(form: Form) -> dict[str, Any]:
    values = form.values
    wanted: dict[str, Any] = {"organisation_id": values["organisation_id"]}
    if values["choice"] == "new":
        wanted["new_contact"] = {name: values[name] for name in DETAILS}
    else:
        wanted |= {"contact_id": values["choice"], "use_registered_email": values["use_registered_email"] == "yes"}
    return wanted | {name: values[name] for name in WINDOW if values[name]}


async def _page(visit: Visit, registration_id: str, form: Form) -> Response:
    """The registration with whatever was searched for and chosen so far."""
    found = await visit.get(f"/registrations/{registration_id}")
    query = {name: visit.request.query_params.get(name, "").strip() for name in ("q", "contact_q", "organisation_id")}
    query["organisation_id"] = form.values.get("organisation_id") or query["organisation_id"]
    more = await _choices(visit, found, query) if found["state"] == "waiting" else _DECIDED
    values = _drawn(found, form)
    context = {"values": values, "errors": form.errors, "problem": form.problem}
    return visit.page("console/registration.html", form.status, registration=found, query=query, **more, **context)


_DECIDED: dict[str, Any] = {"matching": None, "organisation": None, "contacts": None, "namesakes": None}


async def _choices(visit: Visit, found: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
    """What may be chosen: organisations by name until one is, then its contacts; and who has this address already."""
    namesakes, *rest = await together(visit.get("/contacts", q=found["email"], limit=5), *_asked(visit, found, query))
    same = [one for one in namesakes["items"] if one["email"].lower() == found["email"].lower()]
    if query["organisation_id"]:
        return {"matching": None, "organisation": rest[0], "contacts": rest[1], "namesakes": same}
    return {"matching": rest[0], "organisation": None, "contacts": None, "namesakes": same}


def _asked(visit: Visit, found: dict[str, Any], query: dict[str, str]) -> list[Any]:
    chosen = query["organisation_id"]
    if not chosen:
        return [visit.get("/organisations", q=query["q"] or found["company"], limit=10)]
    if not _is_key(chosen):
        raise NotFound()
    return [
        visit.get(f"/organisations/{chosen}"),
        visit.get("/contacts", organisation_id=chosen, q=query["contact_q"], limit=25),
    ]


def _is_key(text: str) -> bool:
    return text.replace("-", "").isalnum() and text.isascii()


def _drawn(found: dict[str, Any], form: Form) -> dict[str, str]:
    """What was typed, else what the person wrote of themselves."""
    given = {"name": found["name"], "phone": found["phone"]}
    return given | dict.fromkeys(("job_title", "choice", "reason", *WINDOW), "") | form.values


def _need_the_right(visit: Visit) -> None:
    """The pages are not there for staff who do not map registrations."""
    if not visit.session.caller.has("registrations.map"):
        raise NotFound()
