"""Setting the portal up in the console: what misses, the link for websites, the company, what is seen first."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console.links import addresses, public_link, snippets
from gateway.pages.forms import Form, read_form
from gateway.pages.languages import later as _
from gateway.pages.visit import Staff, Visit, together
from kit.problems import Unavailable

pages = APIRouter(prefix="/console")

CHECKS = {
    "company": (_("The company has a name"), "/console/settings#field-name"),
    "support_email": (_("There is a support e-mail address"), "/console/settings#field-support_email"),
    "key": (_("There is a key for the public link; setting up makes it"), "/console/keys"),
    "logo": (_("The portal has a logo"), "/console/settings#field-logo"),
    "address": (_("The company's address is known"), "/console/setup/company#field-address"),
    "phone": (_("The company's phone number is known"), "/console/setup/company#field-phone"),
    "duty": (_("Somebody is on duty and hears of new cases"), "/console/duty"),
    "mail": (_("The outgoing mail server answers"), "/console/mails"),
}
"""F008: what is looked at, and where it is set."""

TARGETS = {
    "/": _("Home"),
    "/cases/new": _("New case"),
    "/cases": _("Cases"),
    "/documents": _("Documents"),
    "/articles": _("Articles"),
    "/invoices": _("Invoices"),
}
"""O+4: the pages a link for registered users may lead to."""

LANDINGS = [
    ("home", _("Home: the modules and what is new")),
    ("details", _("My details")),
    ("welcome", _("The welcome below")),
]
FIELDS = ("address", "phone", "website", "landing", "welcome", "version")


@pages.get("/setup")
async def read_setup(visit: Staff) -> Response:
    """F002, F003, F004, F008, O+4: how far the portal is, its link and its addresses."""
    return await _page(visit, Form())


@pages.post("/setup")
async def install(visit: Staff) -> Response:
    """F007: set it up."""
    form = await read_form(visit, ("anyway",))
    try:
        await visit.post("/portal/install", {"anyway": bool(form.values["anyway"])}, form.key)
    except Refused as refused:
        # What misses is named by no field of this form: it is said above the list.
        return await _page(visit, Form(problem=refused.problem, status=form.refused(refused).status))
    return visit.go("/console/setup", done="installed")


async def _page(visit: Visit, form: Form) -> Response:
    found, settings, link = await together(
        visit.get("/portal/checks"), visit.get("/portal-settings"), public_link(visit)
    )
    checks = [*found["checks"], {"name": "mail", "ok": await _mail_answers(visit), "needed": False}]
    asked = visit.request.query_params.get("to", "/")
    target = asked if asked in TARGETS else "/"
    return visit.page(
        "console/setup.html",
        form.status,
        checks=[check | {"words": CHECKS[check["name"]][0], "where": CHECKS[check["name"]][1]} for check in checks],
        installed_at=found["installed_at"],
        link=link,
        snippets=snippets(visit, link, settings["accent"]),
        targets=TARGETS,
        target=target,
        target_link=link and f"{link}&{urlencode({'next': target})}",
        addresses=addresses(visit, settings),
        **form.context,
    )


async def _mail_answers(visit: Visit) -> bool | None:
    """F202: does the outgoing server answer? None where that is not told."""
    try:
        return bool((await visit.get("/mails/outgoing"))["answers"])
    except (Refused, Unavailable):
        return None


@pages.get("/setup/company")
async def read_company(visit: Staff) -> Response:
    """F009, F013: who the company is, and what contacts see first."""
    await visit.get("/portal/checks")
    settings = await visit.get("/portal-settings")
    company = settings["company"]
    values = {name: str(company.get(name) or "") for name in ("phone", "website")}
    values |= {"address": "\n".join(company.get("address", [])), "version": str(settings["version"])}
    values |= {name: settings[name] for name in ("landing", "welcome")}
    return _company(visit, Form(values=values))


@pages.post("/setup/company")
async def change_company(visit: Staff) -> Response:
    """Keep them, unless somebody else was quicker."""
    form = await read_form(visit, FIELDS)
    try:
        settings = await visit.get("/portal-settings")
        await visit.send("PUT", "/portal-settings", json=_wanted(settings, form), headers=form.if_match)
    except Refused as refused:
        return _company(visit, _named(form.refused(refused), refused))
    return visit.go("/console/setup/company", done="saved")


def _wanted(settings: dict[str, Any], form: Form) -> dict[str, Any]:
    """The settings as they are, but for what this form is about."""
    kept = {name: settings[name] for name in ("name", "accent", "support_email", "modules", "scopes")}
    lines = [line.strip() for line in form.values["address"].splitlines()]
    company: dict[str, Any] = {"address": [line for line in lines if line]}
    company |= {name: form.values[name] for name in ("phone", "website")}
    chosen = {name: form.values[name] for name in ("landing", "welcome")}
    return kept | {"accent_dark": settings["accent_dark"], "company": company} | chosen


def _named(form: Form, refused: Refused) -> Form:
    """What is wrong inside the company, at the field that holds it."""
    for name, sentence in refused.fields.items():
        if name.startswith("company."):
            form = form.wrong(name.split(".")[1], sentence)
    return form


def _company(visit: Visit, form: Form) -> Response:
    return visit.page("console/setup_company.html", form.status, landings=LANDINGS, **form.context)
