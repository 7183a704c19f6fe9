"""F107: all that staff set about an open case, on a page of its own; who was slower sees what changed meanwhile."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console.about_people import must
from gateway.pages.console.cases import filters_of, kept
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit, together

pages = APIRouter(prefix="/console")

FACTS = (
    *("subject", "category_id", "department_id", "product_id", "asset_label"),
    *("group_id", "assignee_id", "priority"),
)
"""The form's fields. Each comes with what it was when the page was drawn."""


@pages.get("/cases/{reference}/edit")
async def edit_case(reference: Key, visit: Staff) -> Response:
    """What it is about and who has it, as it is now; a closed case is opened again first."""
    must(visit, "cases.answer")
    case, offer = await together(visit.get(f"/cases/{reference}"), visit.get("/cases/form"))
    if not case["may"]["change_status"]:
        return visit.go(f"/console/cases/{reference}", **kept(visit))
    return _edit(visit, case, offer, Form(values=_facts(case)))


@pages.post("/cases/{reference}/edit")
async def change_facts(reference: Key, visit: Staff) -> Response:
    """Set what was chosen anew, unless somebody was quicker: then what is now and what was chosen are both shown."""
    must(visit, "cases.answer")
    form = await read_form(visit, (*FACTS, *(f"was_{name}" for name in FACTS), "version"))
    change = _change(form)
    try:
        if change:
            await visit.send("PATCH", f"/cases/{reference}", json=change, headers=form.if_match)
    except Refused as refused:
        case, offer = await together(visit.get(f"/cases/{reference}"), visit.get("/cases/form"))
        return _edit(visit, case, offer, form.refused(refused))
    return visit.go(f"/console/cases/{reference}", done="case-changed", **kept(visit))


def _facts(case: dict[str, Any]) -> dict[str, str]:
    """A case as the form has it."""
    named = {name: case[name] or "" for name in ("subject", "priority", "category_id", "department_id", "product_id")}
    whose = {"group_id": case["group"], "assignee_id": case["assignee"]}
    named |= {name: one["id"] if one else "" for name, one in whose.items()}
    return named | {"asset_label": case["asset"]["label"] if case["asset"] else ""}


def _change(form: Form) -> dict[str, Any]:
    new = form.anew(*FACTS)
    change: dict[str, Any] = {name: value.strip() or None for name, value in new.items() if name != "asset_label"}
    if "asset_label" in new:
        label = new["asset_label"].strip()
        change["asset"] = {"label": label} if label else None
    return change


def _edit(visit: Visit, case: dict[str, Any], offer: dict[str, Any], form: Form) -> Response:
    now = _facts(case)
    chosen = form.anew(*FACTS) if form.status != 200 else {}
    meanwhile = [name for name in FACTS if form.status == 412 and form.values[f"was_{name}"] != now[name]]
    context = form.context | {"values": now | chosen, "now": now, "meanwhile": meanwhile}
    filters = filters_of(visit.request.query_params)
    return visit.page("console/case_edit.html", form.status, case=case, offer=offer, filters=filters, **context)
