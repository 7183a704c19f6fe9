"""A case as a PDF on the tenant's letterhead, in the reader's language; what stands on it is for cases to say."""

from base64 import b64encode
from typing import Any

from fastapi import APIRouter, Response

from gateway import theme
from gateway.client import Refused
from gateway.pages import reader, words
from gateway.pages.alias import gettext
from gateway.pages.languages import later as _
from gateway.pages.visit import API, Contact, Key, Staff, Visit, of_module
from kit.problems import Unavailable

pages = APIRouter(dependencies=[of_module("cases")])
console = APIRouter(prefix="/console")

LABELS = [
    *(_("Status"), _("Priority"), _("Category"), _("Department"), _("Product"), _("Organisation"), _("Opened by")),
    *(_("Handled by"), _("Not assigned yet"), _("Opened"), _("Changed"), _("Closed"), _("Affected"), _("File")),
    *(_("Subject"), _("Assigned to"), _("Group"), _("Support"), _("Internal note"), _("Printed")),
    _("Only the newest part of the conversation is on this print."),
    *(str(one["label"]) for one in (*words.STATUSES, *words.PRIORITIES)),
]
"""What cases says on a print, in English."""


@pages.get("/cases/{reference}/print")
async def print_case(reference: Key, visit: Contact) -> Response:
    """What the customer sees of a case, on paper."""
    return await _printed(visit, reference)


@console.get("/cases/{reference}/print")
async def print_for_staff(reference: Key, visit: Staff) -> Response:
    """The same for staff: as its customer sees it, or with what staff wrote among themselves."""
    return await _printed(visit, reference, internal=visit.request.query_params.get("internal") == "yes")


async def _printed(visit: Visit, reference: str, **wanted: bool) -> Response:
    head = _letterhead(visit) | {"logo": await _logo(visit)} | wanted
    services, path = visit.parts.services, f"{API}/cases/{reference}/print"
    body, media_type = await services.made("cases", visit.grant, path, head)
    headers = {"content-disposition": f'attachment; filename="{reference}.pdf"', "cache-control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)


def _letterhead(visit: Visit) -> dict[str, Any]:
    """In the tenant's colour as it stands on white."""
    who = visit.reader()
    with reader.reading(who):
        locale = reader.locale()
        said = {label: gettext(label) for label in LABELS}
    look = {"name": visit.tenant.name, "accent": theme.accent(visit.tenant.accent, theme.LIGHT).text}
    return look | {
        "language": locale.language,
        "rtl": locale.text_direction == "rtl",
        "zone": who.zone,
        "words": {label: word for label, word in said.items() if word != label},
    }


async def _logo(visit: Visit) -> str | None:
    """The logo in base64; a print does without one rather than not be made."""
    if not visit.tenant.logo_url:
        return None
    system, path = visit.parts.callers.system(visit.tenant.id), f"/internal/tenants/{visit.tenant.id}/logo"
    try:
        content, _ = await visit.parts.services.fetch("identity", system, path)
    except (Refused, Unavailable):
        return None
    return b64encode(content).decode()
