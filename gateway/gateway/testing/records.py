"""Records as services answer them, for the gateway's own tests."""

from typing import Any

NORTHWIND = "018f0000-0000-7000-8000-000000000001"
BRIGHTSIDE = "018f0000-0000-7000-8000-000000000002"
ACME = "018f0000-0000-7000-8000-0000000000aa"
ANN = "018f0000-0000-7000-8000-0000000000a1"
SAM = "018f0000-0000-7000-8000-0000000000b1"
CASE_ID = "018f0000-0000-7000-8000-00000000c042"
MODULES = ["cases", "documents", "articles", "invoices", "projects"]
ANNS, SAMS, MALLORYS = "ann-" + "a" * 32, "sam-" + "b" * 32, "mallory-" + "c" * 32
SECRET_KEY = "sk_" + "s" * 40
PUBLISHABLE_KEY = "pk_" + "p" * 24


def tenant(tenant_id: str, slug: str, name: str) -> dict[str, Any]:
    """A tenant, as identity answers it."""
    return {
        "id": tenant_id, "slug": slug, "name": name, "hosts": [], "logo_url": None, "accent": "#0f766e",
        "accent_dark": None, "modules": MODULES, "settings_version": 1, "support_email": "help@example.org",
        "status": "active",
    }  # fmt: skip


TENANTS = {
    "northwind": tenant(NORTHWIND, "northwind", "Northwind Telecom"),
    "brightside": tenant(BRIGHTSIDE, "brightside", "Brightside IT"),
}


def contact(tenant_id: str, name: str, person_id: str = ANN) -> dict[str, Any]:
    """A contact of Acme, as identity answers the caller."""
    return {
        "kind": "contact", "tenant_id": tenant_id, "id": person_id, "name": name, "email": "ann@acme.example",
        "organisation_id": ACME, "modules": MODULES, "scopes": {"cases": "own"}, "permissions": [],
    }  # fmt: skip


STAFF = {
    "kind": "staff", "tenant_id": NORTHWIND, "id": SAM, "name": "Sam Stone", "email": "sam@northwind.example",
    "modules": MODULES, "permissions": ["cases.answer", "cases.assign", "articles.write", "articles.publish",
                                        "settings.edit", "keys.manage", "people.edit", "mails.read",
                                        "audit.read", "projects.write"],
}  # fmt: skip


def person(name: str, kind: str = "contact", person_id: str = ANN) -> dict[str, Any]:
    """Somebody, as the services show them."""
    return {"id": person_id, "name": name, "kind": kind, "email": None}


def case(number: int = 1042, **more: Any) -> dict[str, Any]:
    """A line of the list of cases."""
    row = {
        "id": CASE_ID, "reference": f"CASE-{number}", "subject": "No dial tone", "priority": "normal",
        "status": {"key": "new", "label": "New"}, "category": None, "department": None,
        "organisation": {"id": ACME, "name": "Acme"},
        "opened_by": person("Ann Archer"), "assignee": None, "created_at": "2026-11-20T08:00:00Z",
        "updated_at": "2026-11-21T08:00:00Z", "promise": None, "excerpt": None,
    }  # fmt: skip
    return row | more


def case_view(**more: Any) -> dict[str, Any]:
    """A case with its conversation."""
    may = dict.fromkeys(("comment", "note_internal", "close", "reopen", "assign", "change_status"), True)
    may |= dict.fromkeys(("edit", "rate", "follow", "add_followers", "merge", "open_linked", "name_articles"), True)
    view: dict[str, Any] = {
        "body_html": "<p>Dead.</p>",
        **dict.fromkeys(("category_id", "department_id", "product_id", "product", "group")),
        "asset": None,
        "fields": [],
        "opened_via": "portal",
        "requester_email": None,
        "external_id": None,
        "closed_at": None,
        "version": 3,
        "may": may,
        "articles": [],
        "watchers": [person("Bea Bold", person_id=ACME)],
        "participants": [person("Ann Archer")],
        "followable": [person("Cleo Cole", person_id=CASE_ID)],
        "editable": ["subject", "priority"],
        "promises": [],
        "after_close": {"policy": "locked", "until": None},
        "rating": None,
        "rating_comment": None,
        "rated_at": None,
        "merged_into": None,
        "linked_from": None,
        "canned": [],
        "writing": [],
        "history": {"contact": [], "organisation": []},
        "colleagues": [person("Sam Stone", "staff", SAM) | {"on_duty": False}],
        "timeline": [],
    }
    return case() | view | {"next_timeline": None} | more


def case_form(**more: Any) -> dict[str, Any]:
    """What a desk without choices of its own offers."""
    offer: dict[str, Any] = {name: [] for name in ("categories", "departments", "products", "groups", "templates")}
    return offer | {"priorities": ["low", "normal", "high", "urgent"]} | more


def organisation(**more: Any) -> dict[str, Any]:
    """Acme, as identity answers staff."""
    row: dict[str, Any] = {
        "id": ACME, "kind": "customer", "external_id": "o1", "name": "Acme Ltd", "parent_id": None, "active": True,
        "phone": "", "website": "", "address": {"street": "1 High Street", "city": "Hull"}, "email_domains": [],
        "registered_office": "Hull", "business_type": "Limited company", "version": 1,
        "updated_at": "2026-11-20T08:00:00Z",
    }  # fmt: skip
    return row | more


def contact_view(**more: Any) -> dict[str, Any]:
    """Ann, as identity answers staff."""
    row = {
        "id": ANN, "kind": "contact", "external_id": None, "name": "Ann Archer", "email": "ann@acme.example",
        "phone": "+44 20", "job_title": "Buyer", "organisation_id": ACME, "organisation_name": "Acme Ltd",
        "portal_enabled": True, "manager": False, "email_opt_out": False, "support_start_on": None,
        "support_end_on": "2027-01-01", "modules": None, "faq": True, "can_sign": False, "may_reset_pin": True,
        "notify_team": False, "last_login_at": None, "version": 4,
    }  # fmt: skip
    return row | more


def audit_line(**more: Any) -> dict[str, Any]:
    """A line of the trail."""
    row = {
        "number": 7, "at": "2026-11-20T08:00:00Z", "actor_kind": "staff", "actor_id": SAM, "actor_name": "Sam Stone",
        "place": "console", "action": "contact.changed", "subject_kind": "contact", "subject_id": ANN,
        "subject_name": "Ann Archer",
        "changes": {"email": ["old@acme.example", "ann@acme.example"], "faq": [True, False]},
    }  # fmt: skip
    return row | more


def contact_overview(**more: Any) -> dict[str, Any]:
    """Ann, and what stands around her, as identity answers staff."""
    may = {"edit": True, "welcome": True, "initial_password": False}
    access = {
        "contact_id": ANN, "kind": "contact", "email": "ann@acme.example", "portal_enabled": True,
        "support_start_on": None, "support_end_on": None, "window_required": False, "modules": None,
        "email_opt_out": False, "invited_at": None, "activated_at": None, "last_login_at": None, "version": 4,
        "warnings": [], "may": may,
    }  # fmt: skip
    row: dict[str, Any] = {"contact": contact_view(), "access": access, "pin": None, "memberships": []}
    return row | {"history": {"items": [audit_line()], "next": None}} | more


def organisation_overview(**more: Any) -> dict[str, Any]:
    """Acme, and what stands around it, as identity answers staff."""
    row: dict[str, Any] = {
        "organisation": organisation(),
        "above": None,
        "below": [],
        "more_below": False,
        "contacts": [],
    }
    return row | {"more_contacts": False, "history": {"items": [audit_line()], "next": None}} | more
