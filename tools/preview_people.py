"""The console's pages about people with sample data: name -> (template, context)."""

from typing import Any

from gateway import testing as sample
from gateway.pages.console import people_words
from tools import preview_data as data
from tools.preview_data import listed

Page = tuple[str, dict[str, Any]]
CALLER = {**data.STAFF, "permissions": [*data.STAFF["permissions"], "audit.read"]}
WHO: dict[str, Any] = {"tenant": data.TENANT, "theme_url": "/theme/northwind.css", "caller": CALLER}
FORM: dict[str, Any] = {"errors": {}, "problem": None, "attached": []}
TAKEN = {"title": "Another contact already uses this e-mail address.", "detail": "", "slug": "email-taken"}
ANN = sample.contact_view(manager=True, email_opt_out=True, last_login_at="2026-11-20T08:00:00Z", external_id="CRM-7")
LEAD = sample.contact_view(id="lea", kind="lead", name="Lea Lang", organisation_name="Prospect & Co", external_id=None)
SHUT = sample.contact_view(id="eve", name="Eve Eaton", portal_enabled=False, organisation_name="Zeta GmbH")
NORTH = sample.organisation(id="north", name="Acme North", parent_id=sample.ACME, external_id="CRM-1002")
LINES = listed(
    [
        sample.audit_line(),
        sample.audit_line(
            number=6, action="contact.made", place="crm", actor_name="CRM", changes={"modules": [None, []]}
        ),
    ],
    "more",
)
PIN = {"set_at": "2026-11-20T08:00:00Z", "locked_at": "2026-11-21T08:00:00Z"}
PROVIDER: dict[str, Any] = {
    "organisation_id": sample.ACME, "organisation_name": "Acme Ltd", "issuer": "https://login.acme.example",
    "client_id": "portico", "domains": ["acme.example", "acme.org"], "active": True,
    "redirect_uri": "https://portal.example/portal/northwind/account/oidc/callback",
}  # fmt: skip
TYPED = PROVIDER | {"domains": "acme.example acme.org", "active": "yes"}
WRONG = FORM | {"errors": {"issuer": "The provider calls itself https://acme.example. Enter exactly that."}}
CHOICES = [(sample.ACME, "Acme Ltd"), ("north", "Acme North"), ("zeta", "Zeta GmbH")]
VALUES = {"name": "Ann Archer", "email": "ann@acme.example", "organisation_id": sample.ACME, "portal_enabled": "yes"}
NOTHING = {"q": "", "organisation_id": "", "portal_enabled": "", "cursor": ""}
TRAIL = dict.fromkeys(("action", "actor", "subject_id", "on_from", "on_to", "cursor"), "")


def people() -> dict[str, Page]:
    return {**_lists(), **_ones(), **_forms()}


def _page(template: str, **context: Any) -> Page:
    return f"console/{template}.html", {**WHO, **context}


def _lists() -> dict[str, Page]:
    organisations = listed([sample.organisation(), NORTH], "more", 1000)
    verdict = {"whole": True, "lines": 1234, "broken_at": None}
    broken = {"whole": False, "lines": 9, "broken_at": 3}
    team = listed([{**data.STAFF, "id": "sam", "roles": ["agent", "admin"], "active": True}])
    kinds = {"kind": "", "active": "", "parent_id": ""}
    return {
        "contacts": _page("contacts", contacts=listed([ANN, SHUT], "more", 1000), filters=NOTHING, kind="contact"),
        "contacts-none": _page("contacts", contacts=listed([]), filters={**NOTHING, "q": "x"}, kind="contact"),
        "leads": _page("contacts", contacts=listed([LEAD]), filters=NOTHING, kind="lead"),
        "organisations": _page("organisations", found=organisations, filters=NOTHING | kinds),
        "staff": _page("staff", team=team, filters=NOTHING, roles=people_words.ROLES),
        "audit": _page("audit", lines=LINES, verdict=verdict, filters=TRAIL, words=people_words),
        "audit-broken": _page("audit", lines=LINES, verdict=broken, filters=TRAIL, words=people_words),
    }


def _ones() -> dict[str, Page]:
    known = {"history": LINES, "words": people_words}
    wanted = {"contact_ids": ["a", "eve"], "portal_enabled": True}
    failed = {"eve": [{"field": "support_end_on", "detail": "is needed"}]}
    key = {"id": "k", "name": "CRM sync"}
    ask = {"people": [ANN, SHUT], "changing": [SHUT], "wanted": wanted, "values": {"back": "contact"}}
    return {
        "contact": _page("contact", contact=ANN, cases=listed([]), access=None, pin=PIN, memberships=[], **known),
        "lead": _page("contact", contact=LEAD, cases=listed([]), access=None, pin=None, memberships=[], **known),
        "organisation": _page(
            "organisation",
            organisation=NORTH,
            above=sample.organisation(),
            below=[sample.organisation(id="deep", name="Acme North Harbour")],
            contacts=[ANN, SHUT],
            more_below=False,
            more_contacts=True,
            **known,
        ),
        "access": _page("ask_access", failed={}, **ask, **FORM),
        "access-failed": _page("ask_access", failed=failed, **ask, **FORM),
        "providers": _page("providers", providers=[PROVIDER, PROVIDER | {"active": False}], problem=None),
        "provider-form": _page("provider_form", provider=PROVIDER, choices=[], values=TYPED, **WRONG),
        "rotate": _page("rotate", key=key, values={"days": "7"}, **FORM),
        "convert": _page("convert", lead=LEAD, choices=CHOICES, values={"how": "own"}, **FORM),
    }


def _forms() -> dict[str, Page]:
    refused = {**FORM, "errors": {"email": "belongs to somebody else already"}}
    person = {"modules": ["cases"], "values": VALUES}
    roles = {"roles": people_words.ROLES, "chosen": ["agent"]}
    sam = {"id": "sam", "name": "Sam", "version": 1}
    office = {"name": "Acme", "active": "yes", "registered_office": "1 High Street, Hull"}
    return {
        "contact-form": _page("contact_form", contact=ANN, choices=CHOICES, **person, **FORM),
        "contact-form-refused": _page("contact_form", contact=ANN, choices=CHOICES, **person, **refused),
        "lead-form": _page("lead_form", contact=None, modules=[], values={"all_modules": "yes"}, **FORM),
        "organisation-form": _page("organisation_form", organisation=NORTH, parents=CHOICES, values=office, **FORM),
        "staff-form": _page("staff_form", one=sam, values=VALUES, **roles, **FORM),
    }
