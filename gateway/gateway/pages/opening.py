"""A new case in the portal: what is offered, what is asked, what may answer it already."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages import words
from gateway.pages.announced import about, announced
from gateway.pages.colleagues import to_open_for
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Contact, Visit, of_module

pages = APIRouter(dependencies=[of_module("cases")])

NAMED = (
    *("category", "priority", "contact_id", "template_id", "category_id", "department_id", "product_id"),
    "linked_from",
)
"""What a case is opened with besides its text, by the names the service has for it."""
FIELDS = ("subject", "body", *NAMED, "asset_id", "asset_label")
LONGEST = 200
"""Characters of what an address may fill in."""


@pages.get("/cases/new")
async def new_case(visit: Contact) -> Response:
    """F094, F096, F099: the form, with what the address fills in: a template, a product, the asset it is about."""
    query = visit.request.query_params
    values = {name: query.get(name, "")[:LONGEST] for name in FIELDS}
    offer = await visit.get("/cases/form")
    return await _new(visit, offer, filled_in(offer, Form(values=values)))


@pages.get("/cases/suggestions")
async def suggestions(visit: Contact) -> Response:
    """Articles that may answer the subject being typed."""
    subject = visit.request.query_params.get("subject", "")
    return visit.page("portal/suggestions.html", suggestions=await _suggested(visit, subject))


@pages.post("/cases/new")
async def open_case(visit: Contact) -> Response:
    """F094-F098: open the case with its files, or give the form back with what is wrong."""
    offer = await visit.get("/cases/form")
    names = names_of(offer)
    form = await read_form(visit, (*FIELDS, *names), lists=names)
    if form.action == "template":
        return await _new(visit, offer, filled_in(offer, form))
    if form.action == "suggest":
        return await _new(visit, offer, form, await _suggested(visit, form.values["subject"]))
    if form.errors or form.action == "choose":
        return await _new(visit, offer, form)
    try:
        case = await visit.post("/cases", wanted(offer, form), form.key)
    except Refused as refused:
        return await _new(visit, offer, form.refused(refused))
    return visit.go(f"/cases/{case['reference']}", done="case-opened")


async def _new(visit: Visit, offer: dict[str, Any], form: Form, suggested: list[Any] | None = None) -> Response:
    category = _one(offer["categories"], form.values.get("category_id"))
    named = category["name"] if category else form.values.get("category", "")
    # One call less where answers were just looked for: what is out of order was shown before.
    known = await announced(visit) if suggested is None else []
    return visit.page(
        "portal/case_new.html",
        form.status,
        offer=offer,
        asked=asked(offer, form),
        lists=form.lists,
        categories=words.CATEGORIES,
        suggestions=suggested or [],
        announcements=about(known, named),
        colleagues=await to_open_for(visit),
        **form.context,
    )


def names_of(offer: dict[str, Any]) -> tuple[str, ...]:
    """The names of all fields that any category may ask for."""
    keys = {question["key"] for category in offer["categories"] for question in category["form"]}
    return tuple(f"fields.{key}" for key in sorted(keys))


def asked(offer: dict[str, Any], form: Form) -> list[dict[str, Any]]:
    """What the chosen category asks."""
    chosen = _one(offer["categories"], form.values.get("category_id"))
    return list(chosen["form"]) if chosen else []


def filled_in(offer: dict[str, Any], form: Form) -> Form:
    """F096: the form with what its template says. What was typed stays."""
    template = _one(offer["templates"], form.values.get("template_id"))
    if template is None:
        return form
    texts = {name: form.values[name] or template[name] for name in ("subject", "body")}
    chosen = {name: template[name] for name in ("category_id", "product_id", "priority") if template[name]}
    return replace(form, values=form.values | texts | chosen)


def wanted(offer: dict[str, Any], form: Form) -> dict[str, Any]:
    """What the service is asked for: what was filled in, and of the questions only those of the chosen category."""
    values = form.values
    case: dict[str, Any] = {"subject": values["subject"], "body": values["body"], "document_ids": form.document_ids}
    case |= {name: values[name] for name in NAMED if values[name]}
    if values["asset_label"].strip():
        case["asset"] = {"id": values["asset_id"] or None, "label": values["asset_label"]}
    given = {question["key"]: _answer(form, question) for question in asked(offer, form)}
    answers = {key: answer for key, answer in given.items() if answer}
    return case | ({"fields": answers} if answers else {})


def _answer(form: Form, question: dict[str, Any]) -> str | list[str]:
    name = f"fields.{question['key']}"
    return form.lists.get(name, []) if question["kind"] == "choices" else form.values[name].strip()


def _one(rows: list[dict[str, Any]], row_id: str | None) -> dict[str, Any] | None:
    return next((row for row in rows if row["id"] == row_id), None)


async def _suggested(visit: Visit, subject: str) -> list[Any]:
    if len(subject.strip()) < 3:
        return []
    found = await visit.widget("articles", "/articles/suggestions", q=subject.strip()[:LONGEST])
    return list(found["items"]) if found else []
