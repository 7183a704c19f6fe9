"""Every page of portal and console shows what the services answer; the console says plainly who reads a note."""

from typing import Any

import pytest

from gateway.testing import (
    ACME,
    ANN,
    SAM,
    Portal,
    Services,
    audit_line,
    case,
    case_view,
    contact_overview,
    contact_view,
    organisation,
    organisation_overview,
    person,
)

ROOT = "/portal/northwind"
MONEY = {"amount_minor": 11900, "currency": "EUR"}
INVOICE = {
    "id": ANN, "number": "R-2026-7", "organisation": {"id": ACME, "name": "Acme"}, "status": "overdue",
    "issued_on": "2026-10-01", "due_on": "2026-11-01", "paid_on": None, "total": MONEY, "net": MONEY, "tax": MONEY,
    "terms": "Net 30", "extra": {}, "version": 1,
    "lines": [{"position": 1, "description": "Line rental", "quantity": "1.5", "unit_price": MONEY, "amount": MONEY}],
}  # fmt: skip
ARTICLE = {
    "id": ANN, "slug": "reset-router", "title": "Reset the router", "summary": "Hold it.", "category": None,
    "audience": "customers", "state": "draft", "updated_at": "2026-11-20T08:00:00Z", "published_at": None,
    "excerpt_html": None, "body_html": "<p>Hold ten seconds.</p>", "body": "Hold ten seconds.", "version": 2, "may": {},
}  # fmt: skip
DOCUMENT = {
    "id": ANN, "title": "Photo", "description": "", "file_name": "photo.jpg", "content_type": "image/jpeg", "size": 9,
    "sha256": None, "state": "ready", "scan": "not_scanned", "links": [{"kind": "case", "id": ACME}],
    "uploaded_by": person("Ann Archer"), "created_at": "2026-11-20T08:00:00Z", "preview": False, "folder": "private",
    "on_portal": True, "shared_with": [{"kind": "contact", "id": ANN}], "version": 2, "number": 1, "may_publish": False,
}  # fmt: skip
FILES = {"quota_bytes": 2147483648, "tell_id": SAM, "used_bytes": 1048576, "thumbnails": True, "old_versions": True,
         "version": 1}  # fmt: skip
PROJECT = {"id": ACME, "reference": "PRJ-1", "name": "New office"}
ORGANISATION = organisation()
CONTACT = contact_view()
KEY = {
    "id": ANN, "kind": "secret", "name": "CRM", "prefix": "sk_abc", "key": None, "scopes": ["crm.write"],
    "created_by": "Ada", "created_at": "2026-11-20T08:00:00Z", "expires_at": None, "last_used_at": None,
    "revoked_at": None,
}  # fmt: skip
SETTINGS = {
    "name": "Northwind", "slug": "northwind", "hosts": [], "portal_url": "http://localhost/portal/northwind",
    "accent": "#ffee00", "accent_dark": None, "support_email": "a@b.example", "modules": ["cases"], "scopes": {},
    "logo_url": None, "version": 4,
}  # fmt: skip
MAIL = {
    "id": ANN, "recipient": person("Ann Archer") | {"email": "ann@acme.example"}, "template": "case_opened",
    "about": "CASE-7", "state": "failed", "tries": 3, "error": "refused", "created_at": "2026-11-20T08:00:00Z",
    "next_at": None, "sent_at": None,
}  # fmt: skip
STAFF = {
    "id": SAM, "name": "Sam Stone", "email": "s@n.example", "roles": ["agent"], "on_duty": True, "active": True,
    "version": 3,
}  # fmt: skip


CHOICES = {
    "categories": [{"id": ANN, "name": "Router"}], "departments": [{"id": ACME, "name": "Repairs"}],
    "groups": [{"id": ACME, "name": "Network"}], "colleagues": [{"id": SAM, "name": "Sam Stone"}], "views": [],
}  # fmt: skip
VIEWS = ("mine", "unassigned", "groups", "overdue", "waiting", "all")


def listed(*items: Any, **beside: Any) -> tuple[int, dict[str, Any]]:
    return 200, {"items": list(items), "next": "more", "total": {"count": 1000, "capped": True}} | beside


@pytest.fixture
def services(services: Services) -> Services:
    answers = {
        "cases": listed(case(), choices=CHOICES),
        "cases/views": (200, dict.fromkeys(VIEWS, 2) | {"saved": {}}),
        "canned-replies": (200, {"items": []}),
        "cases/CASE-1042": (200, case_view()), "documents": listed(DOCUMENT), f"documents/{ANN}": (200, DOCUMENT),
        "documents/settings": (200, FILES), "documents/projects": listed({"project": PROJECT, "document": DOCUMENT}),
        "articles": listed(ARTICLE), "articles/reset-router": (200, ARTICLE), "invoices": listed(INVOICE),
        f"invoices/{ANN}": (200, INVOICE), "organisations": listed(ORGANISATION),
        f"organisations/{ACME}/overview": (200, organisation_overview(contacts=[CONTACT])), "contacts": listed(CONTACT),
        f"contacts/{ANN}/overview": (200, contact_overview()),
        "keys": listed(KEY), "portal-settings": (200, SETTINGS), "mails": listed(MAIL), "staff": listed(STAFF),
        "audit": listed(audit_line()),
    }  # fmt: skip
    services.answers |= {("GET", f"/api/v1/{path}"): answer for path, answer in answers.items()}
    return services


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/documents", "photo.jpg"), (f"/documents/{ANN}", "photo.jpg"), ("/documents?folder=mine", "New office"),
        ("/documents/recent", "Photo"), ("/documents?folder=public&add", "everybody of your company"),
        ("/articles?q=x", "Reset the router"),
        ("/articles/reset-router", "Hold ten seconds"), ("/invoices?status=open", "€119.00"),
        (f"/invoices/{ANN}", "Line rental"),
    ],
)  # fmt: skip
async def test_portal_pages_show_what_the_services_answer(portal: Portal, path: str, words: str) -> None:
    answer = await portal.get(ROOT + path)
    assert answer.status == 200
    assert words in await answer.text()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "CASE-1042"), ("", "Any group"), ("?columns=category&assignee=me", "Sam Stone"),
        ("/cases/CASE-1042", "Reply to customer"), ("/organisations", "Acme Ltd"),
        (f"/organisations/{ACME}", "Ann Archer"), ("/contacts", "Ann Archer"), (f"/contacts/{ANN}", "CASE-1042"),
        ("/documents", "photo.jpg"), (f"/documents/{ANN}", "photo.jpg"), ("/documents?add", "Folder"),
        ("/settings/files", 'value="2"'), ("/settings/files", f'value="{SAM}" selected'),
        ("/articles", "Reset the router"), ("/articles/new", "New article"), ("/articles/reset-router", "Publish"),
        ("/keys", "sk_abc"), ("/settings", "so that it can be read"), ("/mails", "refused"),
        ("/duty", "Sam Stone"), (f"/organisations/{ACME}", "CASE-1042"),
        ("/replies", "No replies yet"),
        (f"/keys/{ANN}/rotate", "goes on working"), (f"/keys/{ANN}/revoke", "cannot be undone"),
        ("/settings/look?accent=%23ffee00", "so that it can be read"),
    ],
)  # fmt: skip
async def test_console_pages_show_what_the_services_answer(
    portal: Portal, services: Services, path: str, words: str
) -> None:
    answer = await portal.staff("GET", f"{ROOT}/console{path}")
    assert answer.status == 200
    assert words in await answer.text()
    # A record of a person or organisation asks for its history, too.
    assert len(services.paths()) <= (4 if ANN in path or ACME in path else 3)
    assert (await portal.get(f"{ROOT}/console{path}")).status == 303


@pytest.mark.parametrize(
    ("sent", "visibility"), [("customer", "customer"), ("internal", "internal"), ("", "internal"), ("x", "internal")]
)
async def test_only_the_word_itself_reaches_the_customer_f110(
    portal: Portal, services: Services, sent: str, visibility: str
) -> None:
    services.answers[("POST", "/api/v1/cases/CASE-1042/notes")] = (201, {})
    path = f"{ROOT}/console/cases/CASE-1042/notes"
    await portal.staff("POST", path, data={"body": "hello", "visibility": sent, "then": "waiting"})
    said = services.last("/api/v1/cases/CASE-1042/notes").json
    assert (said["visibility"], said["status"]) == (visibility, "waiting")


async def test_a_change_carries_the_version_it_was_made_on(portal: Portal, services: Services) -> None:
    stale = {"title": "This was changed by somebody else in the meantime."}
    services.answers[("PATCH", "/api/v1/cases/CASE-1042")] = (412, stale)
    change = {"status": "waiting", "priority": "high", "assignee_id": "", "version": "3"}
    answer = await portal.staff("POST", f"{ROOT}/console/cases/CASE-1042", data=change)
    assert answer.status == 412
    assert stale["title"] in await answer.text()
    heard = services.last("/api/v1/cases/CASE-1042")
    assert heard.method == "GET"
    patched = next(one for one in services.heard if one.method == "PATCH")
    assert patched.json == {"status": "waiting", "priority": "high", "assignee_id": None}
    assert patched.headers["if-match"] == '"3"'


async def test_a_stale_form_keeps_what_was_chosen_and_nothing_that_only_stood_there(
    portal: Portal, services: Services
) -> None:
    services.answers[("PATCH", "/api/v1/cases/CASE-1042")] = (412, {"title": "This was changed."})
    services.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, case_view(assignee=person("New Nora"), priority="low"))
    stood = {"was_status": "new", "was_priority": "low", "was_assignee_id": SAM, "version": "3"}
    chosen = {"status": "new", "priority": "urgent", "assignee_id": SAM}
    answer = await portal.staff("POST", f"{ROOT}/console/cases/CASE-1042", data=stood | chosen)
    page = await answer.text()
    assert 'value="urgent" selected' in page
    assert "selected>New Nora</option>" in page
    assert next(one for one in services.heard if one.method == "PATCH").json == {"priority": "urgent"}


async def test_a_new_key_is_shown_on_this_page_alone(portal: Portal, services: Services) -> None:
    secret = "sk_" + "z" * 40
    services.answers[("POST", "/api/v1/keys")] = (201, KEY | {"secret": secret})
    form = {"name": "CRM", "kind": "secret", "scopes": "crm.write", "expires_on": "2027-01-01"}
    answer = await portal.staff("POST", f"{ROOT}/console/keys", data=form)
    assert secret in await answer.text()
    assert services.last("/api/v1/keys").method == "GET"
    made = next(one for one in services.heard if one.method == "POST" and one.path == "/api/v1/keys")
    assert made.json["scopes"] == ["crm.write"]
    assert made.json["expires_at"] == "2027-01-01T23:59:59Z"
    assert secret not in await (await portal.staff("GET", f"{ROOT}/console/keys")).text()


async def test_articles_and_settings_are_kept_with_their_version(portal: Portal, services: Services) -> None:
    services.answers[("PATCH", "/api/v1/articles/reset-router")] = (200, ARTICLE)
    services.answers[("POST", "/api/v1/articles/reset-router/publish")] = (200, ARTICLE)
    services.answers[("PUT", "/api/v1/portal-settings")] = (200, SETTINGS)
    article = {"title": "T", "body": "B", "audience": "public", "version": "2"}
    answer = await portal.staff("POST", f"{ROOT}/console/articles/reset-router", data=article)
    assert answer.headers["location"] == f"{ROOT}/console/articles/reset-router?done=saved"
    assert services.last("/api/v1/articles/reset-router").headers["if-match"] == '"2"'
    answer = await portal.staff("POST", f"{ROOT}/console/articles/reset-router/publish")
    assert answer.headers["location"].endswith("done=published")
    settings = {"name": "N", "accent": "#112233", "support_email": "a@b.example", "modules": "cases", "version": "4"}
    answer = await portal.staff("POST", f"{ROOT}/console/settings", data=settings)
    assert answer.headers["location"] == f"{ROOT}/console/settings?done=saved"
    assert services.last("/api/v1/portal-settings").json["modules"] == ["cases"]
    assert services.last("/api/v1/portal-settings").headers["if-match"] == '"4"'


async def test_a_case_keeps_the_queue_it_was_opened_from(portal: Portal, services: Services) -> None:
    services.answers[("POST", "/api/v1/cases/CASE-1042/notes")] = (201, {})
    queue = "view=mine&status=new&status=waiting"
    page = await (await portal.staff("GET", f"{ROOT}/console/cases/CASE-1042?{queue}")).text()
    assert f"{ROOT}/console/cases/CASE-1042/notes?view=mine&amp;status=new&amp;status=waiting" in page
    answer = await portal.staff("POST", f"{ROOT}/console/cases/CASE-1042/notes?{queue}", data={"body": "hello"})
    assert answer.headers["location"].endswith(f"done=internal-note-added&{queue}")


async def test_saving_a_case_never_takes_it_from_somebody_who_left(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, case_view(assignee=person("Gone Gray")))
    page = await (await portal.staff("GET", f"{ROOT}/console/cases/CASE-1042")).text()
    assert "selected>Gone Gray</option>" in page


async def test_the_timeline_names_who_was_given_the_case_f107(portal: Portal, services: Services) -> None:
    sam = person("Sam Stone", "staff", SAM)
    told = {"kind": "change", "visibility": "internal", "author": sam, "field": "assignee_id", "old": None}
    told |= {"body_html": "", "created_at": "2026-11-21T08:00:00Z"}
    entries = [told | {"id": f"e{number}", "new": name} for number, name in enumerate(("Sam Stone", "Tom Fischer"))]
    services.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, case_view(timeline=entries))
    page = await (await portal.staff("GET", f"{ROOT}/console/cases/CASE-1042")).text()
    assert "</strong> took the case" in page
    assert "</strong> assigned the case to Tom Fischer" in page


async def test_staff_go_off_duty_and_on_again_f060(portal: Portal, services: Services) -> None:
    services.answers[("PATCH", "/api/v1/staff/me")] = (200, STAFF)
    for sent, on_duty, done in (("", False, "off-duty"), ("yes", True, "on-duty")):
        answer = await portal.staff("POST", f"{ROOT}/console/duty", data={"on_duty": sent})
        assert answer.headers["location"] == f"{ROOT}/console/duty?done={done}"
        assert services.last("/api/v1/staff/me").json == {"on_duty": on_duty}


async def test_a_preview_keeps_nothing(portal: Portal, services: Services) -> None:
    typed = {"title": "T", "body": "Hold **ten** seconds", "audience": "public", "action": "preview"}
    for path in ("new", "reset-router"):
        page = await (await portal.staff("POST", f"{ROOT}/console/articles/{path}", data=typed)).text()
        assert "<strong>ten</strong>" in page
    assert all(one.method == "GET" for one in services.heard if one.path.startswith("/api/v1/"))


async def test_a_secret_key_that_may_do_nothing_is_refused_where_it_is_chosen(portal: Portal) -> None:
    answer = await portal.staff("POST", f"{ROOT}/console/keys", data={"name": "CRM", "kind": "secret"})
    assert answer.status == 422
    assert "Choose at least one thing" in await answer.text()


@pytest.mark.parametrize("may", [True, False])
async def test_the_pencil_is_there_for_those_who_may_and_absent_for_others_f140_f141(
    portal: Portal, services: Services, may: bool
) -> None:
    document = DOCUMENT | {"may_publish": may}
    services.answers[("GET", "/api/v1/documents")] = listed(document)
    services.answers[("GET", f"/api/v1/documents/{ANN}")] = (200, document)
    for path in ("/documents", f"/documents/{ANN}"):
        text = await (await portal.staff("GET", f"{ROOT}/console{path}")).text()
        assert (f'action="{ROOT}/console/documents/{ANN}/portal"' in text) is may
        assert ("Hide from portal" in text) is may


async def test_the_tick_and_the_cross_act_on_what_was_shown_and_on_nothing_newer_f140(
    portal: Portal, services: Services
) -> None:
    services.answers[("PATCH", f"/api/v1/documents/{ANN}")] = (200, DOCUMENT)
    path, form = f"{ROOT}/console/documents/{ANN}/portal", {"version": "2", "on_portal": "no", "back": "list"}
    answer = await portal.staff("POST", path, data=form)
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/console/documents?done=hidden")
    heard = services.last(f"/api/v1/documents/{ANN}")
    assert (heard.json, heard.headers["if-match"]) == ({"on_portal": False}, '"2"')
    stale = {"type": "/problems/version-stale", "title": "This was changed by somebody else in the meantime."}
    services.answers[("PATCH", f"/api/v1/documents/{ANN}")] = (412, stale)
    answer = await portal.staff("POST", path, data=form)
    assert answer.status == 412
    assert "changed by somebody else" in await answer.text()


async def test_room_for_files_is_written_in_gigabytes_and_kept_as_typed_when_it_is_none_f145(
    portal: Portal, services: Services
) -> None:
    services.answers[("PUT", "/api/v1/documents/settings")] = (200, FILES)
    form = {"quota": "0,5", "tell_id": "", "old_versions": "yes", "version": "1", "case_days": "30", "loose_days": ""}
    form |= {"tell_text": "Look at it within the day."}
    answer = await portal.staff("POST", f"{ROOT}/console/settings/files", data=form)
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/console/settings/files?done=saved")
    assert services.last("/api/v1/documents/settings").json == {
        "quota_bytes": 512 * 1024**2,
        "tell_id": None,
        "tell_text": "Look at it within the day.",
        "thumbnails": False,
        "old_versions": True,
        "unscanned": False,
        "case_days": 30,
        "loose_days": None,
    }
    answer = await portal.staff("POST", f"{ROOT}/console/settings/files", data=form | {"quota": "plenty"})
    text = await answer.text()
    assert answer.status == 422
    assert "Write a number of gigabytes" in text
    assert 'value="plenty"' in text
