"""What contacts look after themselves: their details, their address, their company."""

from typing import Any

from fastapi import APIRouter, Request, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Contact, Visit, visit_of
from gateway.pages.ways_in import LINK_OVER, Secret, ask

pages = APIRouter()

DETAILS = ("name", "phone", "job_title")
COMPANY = ("phone", "website", "registered_office", "business_type")
ADDRESS = ("street", "postal_code", "city", "region", "country")


@pages.get("/account")
async def read_details(visit: Contact) -> Response:
    """F055: who one is."""
    return await _details(visit, Form())


@pages.post("/account")
async def change_details(visit: Contact) -> Response:
    """F055: keep them, unless somebody else was quicker."""
    form = await read_form(visit, (*DETAILS, "version"), anywhere=True)
    wanted = {name: form.values[name] for name in DETAILS}
    try:
        await visit.send("PATCH", "/me/details", json=wanted, headers=form.if_match)
    except Refused as refused:
        return await _details(visit, form.refused(refused))
    return visit.go("/account", done="saved")


@pages.post("/account/email")
async def ask_for_address(visit: Contact) -> Response:
    """F055: a letter to the address one wants to have."""
    form = await read_form(visit, ("email",), anywhere=True)
    try:
        await visit.post("/me/email", {"email": form.values["email"]}, form.key)
    except Refused as refused:
        return await _details(visit, form.refused(refused))
    return visit.go("/account", done="address-asked")


async def _details(visit: Visit, form: Form) -> Response:
    details = await visit.get("/me/details")
    context = form.context | {"values": details | {"email": ""} | form.values}
    return visit.page("portal/details.html", form.status, details=details, **context)


@pages.get("/confirm-address/{token}")
async def look_at_address(token: Secret, request: Request) -> Response:
    """F055: looking uses nothing up."""
    return await _confirm(await visit_of(request, "portal"), token)


@pages.post("/confirm-address/{token}")
async def confirm_address(token: Secret, request: Request) -> Response:
    """F024, F055: the new address is the user name from now on."""
    visit = await visit_of(request, "portal")
    try:
        await ask(visit, "email-changes/confirm", token=token)
    except Refused as refused:
        return await _confirm(visit, token, refused)
    return visit.go("/account" if visit.known else "/login", done="address-confirmed")


async def _confirm(visit: Visit, token: str, refused: Refused | None = None) -> Response:
    try:
        asked = await ask(visit, "email-changes/look", token=token)
    except Refused as over:
        if over.slug != LINK_OVER:
            raise
        return visit.page("confirm_address.html", 404, asked=None, token=token, problem=None)
    status = refused.status if refused else 200
    return visit.page("confirm_address.html", status, asked=asked, token=token, problem=refused and refused.problem)


@pages.get("/account/company")
async def read_company(visit: Contact) -> Response:
    """F056: the organisation one acts for."""
    return await _company(visit, Form())


@pages.post("/account/company")
async def change_company(visit: Contact) -> Response:
    """F056, O+7: a manager keeps what is known of it."""
    form = await read_form(visit, (*COMPANY, *ADDRESS, "version"))
    wanted: dict[str, Any] = {name: form.values[name] for name in COMPANY}
    wanted["address"] = {name: form.values[name] for name in ADDRESS}
    try:
        await visit.send("PATCH", "/me/company", json=wanted, headers=form.if_match)
    except Refused as refused:
        return await _company(visit, form.refused(refused))
    return visit.go("/account/company", done="saved")


async def _company(visit: Visit, form: Form) -> Response:
    company = await visit.get("/me/company")
    context = form.context | {"values": company["address"] | company | form.values}
    return visit.page("portal/company.html", form.status, company=company, **context)
