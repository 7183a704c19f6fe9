"""What tools/preview.py fills the templates with: one tenant's week, in the shapes of the API."""

from typing import Any

Json = dict[str, Any]


def person(name: str, kind: str = "contact") -> Json:
    return {"id": f"id-{name.split()[0].lower()}", "name": name, "kind": kind}


ANN, BOB = person("Ann Archer"), person("Bob Barnes")
SAM, ADA = person("Sam Stone", "staff"), person("Ada Abbot", "staff")
ACME = {"id": "org-acme", "name": "Acme Ltd"}
MODULES = ["cases", "documents", "articles", "invoices", "projects"]
TENANT: Json = {
    "id": "t1",
    "slug": "northwind",
    "name": "Northwind Telecom",
    "hosts": [],
    "logo_url": None,
    "accent": "#0f766e",
    "accent_dark": None,
    "modules": MODULES,
    "settings_version": 3,
    "support_email": "help@northwind.example",
    "status": "active",
}
CONTACT: Json = {
    **ANN,
    "email": "ann@acme.example",
    "organisation_id": "org-acme",
    "modules": MODULES,
    "permissions": [],
}
STAFF: Json = {
    **SAM,
    "email": "sam@northwind.example",
    "modules": MODULES,
    "on_duty": True,
    "permissions": [
        "cases.answer",
        "cases.assign",
        "articles.write",
        "articles.publish",
        "settings.edit",
        "keys.manage",
        "people.edit",
        "mails.read",
    ],
}
LABELS = {
    "new": "New",
    "in_progress": "In progress",
    "waiting": "Waiting for you",
    "resolved": "Resolved",
    "closed": "Closed",
}
STATUSES = [{"key": key, "label": label} for key, label in LABELS.items()]
OFFER: Json = {
    **{noun: [] for noun in ("categories", "templates", "departments", "products")},
    "priorities": ["low", "normal", "high", "urgent"],
}
CATEGORIES = [
    ("", "Choose one"),
    ("network", "Network"),
    ("telephony", "Telephony"),
    ("hardware", "Hardware"),
    ("billing", "Billing"),
]


def case(
    number: int, subject: str, status: str, priority: str, updated: str, assignee: Json | None = SAM, opener: Json = ANN
) -> Json:
    return {
        "id": f"case-{number}",
        "reference": f"CASE-{number}",
        "subject": subject,
        "status": {"key": status, "label": LABELS[status]},
        "priority": priority,
        "category": "Network",
        "department": None,
        "organisation": ACME,
        "opened_by": opener,
        "assignee": assignee,
        "created_at": "2026-11-19T08:12:00Z",
        "updated_at": updated,
    }


CASES = [
    case(1042, "No dial tone on the second floor since this morning", "in_progress", "urgent", "2026-11-22T01:40:00Z"),
    case(1041, "VPN drops every twenty minutes when working from home", "waiting", "high", "2026-11-21T15:02:00Z"),
    case(
        1038,
        "New starter on 1 December: headset, extension and laptop",
        "new",
        "normal",
        "2026-11-20T10:30:00Z",
        None,
        BOB,
    ),
    case(1031, "Router 12 restarts at night", "in_progress", "normal", "2026-11-18T09:00:00Z"),
    case(
        1022,
        "Invoice 2026-0173 names the wrong cost centre, and the purchase order number is missing from page two",
        "resolved",
        "low",
        "2026-11-04T09:00:00Z",
    ),
    case(987, "Printer offline in meeting room Rhine", "closed", "normal", "2025-12-02T09:00:00Z", SAM, BOB),
]


def note(number: int, author: Json, html: str, at: str, visibility: str = "customer") -> Json:
    return {
        "id": str(number),
        "kind": "note",
        "visibility": visibility,
        "author": author,
        "body_html": html,
        "created_at": at,
    }


def change(number: int, field: str, old: Any, new: Any, at: str) -> Json:
    return {
        "id": str(number),
        "kind": "change",
        "visibility": "customer",
        "author": SAM,
        "body_html": None,
        "field": field,
        "old": old,
        "new": new,
        "created_at": at,
    }


TALK = [
    change(1, "assignee_id", None, "Sam Stone", "2026-11-22T00:50:00Z"),
    change(2, "status", "new", "in_progress", "2026-11-22T00:51:00Z"),
    note(
        3,
        SAM,
        "<p>The switch in rack B lost its uplink at 06:58. Field service is booked for 09:30, ticket "
        "FS-2231. <strong>Do not promise a time yet.</strong></p>",
        "2026-11-22T00:58:00Z",
        "internal",
    ),
    note(
        4,
        SAM,
        "<p>Good morning Ann,</p><p>we see the second-floor switch is down. A colleague is on the way; "
        "until then you can forward extension 210 to a mobile:</p><ol><li>Open <em>My extensions</em></li>"
        "<li>Choose <code>210</code>, then <em>Forward</em></li></ol>",
        "2026-11-22T01:12:00Z",
    ),
    note(
        5,
        ANN,
        "<p>Forwarding works, thank you. Two desks still have no network: 2.14 and 2.15.</p>",
        "2026-11-22T01:40:00Z",
    ),
]
MAY = {"comment": True, "note_internal": False, "close": True, "reopen": False, "assign": False, "change_status": False}
CASE: Json = {
    **CASES[0],
    "body_html": "<p>Since about seven o'clock none of the desk phones on the second floor has a dial "
    "tone. The displays say <em>Registering…</em>. The first floor is fine.</p>",
    **dict.fromkeys(("product", "group", "asset", "requester_email", "external_id")),
    "fields": [],
    "opened_via": "portal",
    "closed_at": None,
    "version": 7,
    "may": MAY,
    "watchers": [BOB],
    "timeline": [item for item in TALK if item["visibility"] == "customer"],
    "next_timeline": None,
}
STAFF_CASE: Json = {**CASE, "timeline": TALK, "next_timeline": "abc", "may": {key: key != "reopen" for key in MAY}} | {
    "colleagues": [{**ADA, "on_duty": False}, {**SAM, "on_duty": True}]
}
CLOSED_CASE: Json = {
    **CASE,
    "status": {"key": "closed", "label": "Closed"},
    "closed_at": "2026-11-22T01:50:00Z",
    "may": dict.fromkeys(MAY, False),
    "timeline": [*CASE["timeline"], change(9, "status", "in_progress", "closed", "2026-11-22T01:50:00Z")],
}


def document(number: int, name: str, size: int, state: str = "ready", scan: str = "clean") -> Json:
    return {
        "id": f"doc-{number}",
        "title": name.rsplit(".", 1)[0],
        "description": "As found on Monday morning.",
        "file_name": name,
        "content_type": "application/pdf",
        "size": size,
        "sha256": "9f86d081884c7d65" * 4,
        "state": state,
        "scan": scan,
        "links": [{"kind": "case", "id": "case-1042"}],
        "uploaded_by": ANN,
        "created_at": "2026-11-20T09:30:00Z",
        "preview": False,
    }


DOCUMENTS = [
    document(1, "floor-plan-second-floor.pdf", 1_482_112),
    document(2, "switch-log.txt", 18_220, "checking"),
    document(3, "Rahmenvertrag_Acme_2026_unterschrieben.pdf", 284_000, "ready", "not_scanned"),
    document(4, "photo.heic", 4_200_000, "rejected", "infected"),
]


def article(number: int, title: str, category: str, state: str = "published") -> Json:
    slug = title.lower().replace(" ", "-")
    return {
        "id": f"art-{number}",
        "slug": slug,
        "title": title,
        "category": category,
        "state": state,
        "summary": "What to check first, in the order that finds it fastest.",
        "updated_at": "2026-11-12T09:00:00Z",
        "published_at": "2026-10-02T09:00:00Z" if state == "published" else None,
        "audience": "customers",
        "excerpt_html": "When the <mark>printer</mark> shows as offline, the cable is rarely the reason. Start here.",
    }


ARTICLES = [
    article(1, "Printer offline", "Hardware"),
    article(2, "Forward an extension to a mobile", "Telephony"),
    article(3, "What the lights on your router mean", "Network"),
    article(4, "Moving office with us", "Contracts", "draft"),
]
ARTICLE_HTML = (
    "<p>Most printers come back within two minutes. Go through these in order.</p><h2>Check the queue</h2>"
    "<ol><li>Open <strong>Settings, Printers</strong>.</li><li>Choose <em>Use printer online</em>.</li></ol>"
    "<pre><code>ping printer-rhine.acme.example</code></pre><blockquote><p>Still offline? Open a case and "
    "name the room.</p></blockquote>"
)
ARTICLE: Json = {
    **ARTICLES[0],
    "body_html": ARTICLE_HTML,
    "version": 4,
    "body": "Most printers come back within two minutes.\n\n## Check the queue\n\n1. Open **Settings**.",
}


def money(minor: int, currency: str = "EUR") -> Json:
    return {"amount_minor": minor, "currency": currency}


def invoice(number: str, status: str, minor: int, due: str, paid: str | None = None) -> Json:
    return {
        "id": f"inv-{number}",
        "number": number,
        "organisation": ACME,
        "status": status,
        "issued_on": "2026-11-01",
        "due_on": due,
        "paid_on": paid,
        "total": money(minor),
    }


INVOICES = [
    invoice("2026-0188", "open", 124_950, "2026-12-01"),
    invoice("2026-0173", "overdue", 48_300, "2026-11-10"),
    invoice("2026-0151", "paid", 1_249_500, "2026-10-01", "2026-09-28"),
    invoice("2026-0149", "cancelled", 9_900, "2026-10-01"),
]
INVOICE: Json = {
    **INVOICES[0],
    "net": money(105_000),
    "tax": money(19_950),
    "terms": "30 days net",
    "version": 1,
    "extra": {"Purchase order": "PO-7781", "Cost centre": "4100"},
    "lines": [
        {
            "position": 1,
            "description": "SIP trunk, 30 channels, November",
            "quantity": "1",
            "unit_price": money(60_000),
            "amount": money(60_000),
        },
        {
            "position": 2,
            "description": "On-site technician, hours",
            "quantity": "4.5",
            "unit_price": money(10_000),
            "amount": money(45_000),
        },
    ],
}
KEYS = [
    {
        "id": "key-1",
        "kind": "publishable",
        "name": "Website link",
        "prefix": "pk_nw_7f3a",
        "scopes": [],
        "created_at": "2026-09-01T09:00:00Z",
        "created_by": ADA,
        "expires_at": None,
        "last_used_at": "2026-11-22T01:00:00Z",
        "revoked_at": None,
    },
    {
        "id": "key-2",
        "kind": "secret",
        "name": "CRM sync",
        "prefix": "sk_nw_c09d",
        "scopes": ["crm.write"],
        "created_at": "2026-09-01T09:00:00Z",
        "created_by": ADA,
        "expires_at": "2027-09-01T00:00:00Z",
        "last_used_at": "2026-11-21T22:00:00Z",
        "revoked_at": None,
    },
    {
        "id": "key-3",
        "kind": "secret",
        "name": "Old import",
        "prefix": "sk_nw_11aa",
        "scopes": ["crm.write"],
        "created_at": "2025-09-01T09:00:00Z",
        "created_by": ADA,
        "expires_at": None,
        "last_used_at": None,
        "revoked_at": "2026-10-01T09:00:00Z",
    },
]
ORGANISATIONS = [
    {"id": "org-acme", "name": "Acme Ltd", "external_id": "CRM-1001", "parent": None},
    {"id": "org-acme-n", "name": "Acme North", "external_id": "CRM-1002", "parent": ACME},
    {"id": "org-zeta", "name": "Zeta GmbH", "external_id": "CRM-1003", "parent": None},
]
CONTACTS = [
    {**ANN, "email": "ann@acme.example", "organisation": ACME, "portal_enabled": True, "manager": False},
    {**BOB, "email": "bob@acme.example", "organisation": ACME, "portal_enabled": True, "manager": True},
    {
        **person("Eve Eaton"),
        "email": "eve@zeta.example",
        "organisation": {"id": "org-zeta", "name": "Zeta GmbH"},
        "portal_enabled": False,
        "manager": False,
    },
]
MAILS = [
    {
        "id": f"mail-{number}",
        "to": to,
        "subject": subject,
        "template": "case-note",
        "state": state,
        "attempts": attempts,
        "created_at": "2026-11-22T01:12:00Z",
        "sent_at": None,
        "last_error": error,
    }
    for number, (to, subject, state, attempts, error) in enumerate(
        [
            ("ann@acme.example", "CASE-1042: a new reply from Sam Stone", "sent", 1, None),
            ("sam@northwind.example", "CASE-1042: Ann Archer wrote", "queued", 0, None),
            ("old@acme.example", "CASE-1031 was closed", "failed", 5, "550 no such mailbox"),
            ("bob@acme.example", "CASE-1038: received", "unknown", 1, "connection lost after DATA"),
        ]
    )
]


def listed(items: list[Json], more: str | None = None, total: int | None = None) -> Json:
    counted = {"total": {"count": total, "capped": total >= 1000}} if total is not None else {}
    return {"items": items, "next": more, **counted}
