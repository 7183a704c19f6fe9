"""Files in portal and console beyond lists: what is asked for, what hangs where, what a page shows of one."""

from typing import Any

import pytest

from gateway.testing import ACME, ANN, SAM, Portal, Services, contact_view

ROOT = "/portal/northwind"
REQUEST: dict[str, Any] = {
    "id": SAM, "title": "Signed contract", "note": "All pages.", "contact_id": ANN, "contact_name": "Ann Archer",
    "organisation_id": ACME, "case_id": ACME, "due_on": "2026-12-01", "overdue": True, "state": "open",
    "document_id": None, "reason": "It is not signed.", "asked_by_name": "Sam Stone",
    "created_at": "2026-11-20T08:00:00Z", "version": 1,
}  # fmt: skip
DOCUMENT: dict[str, Any] = {
    "id": ANN, "title": "Notes", "description": "", "file_name": "notes.txt", "content_type": "text/plain", "size": 9,
    "sha256": None, "state": "ready", "scan": "clean", "links": [], "created_at": "2026-11-20T08:00:00Z",
    "uploaded_by": {"id": ANN, "name": "Ann Archer", "kind": "contact"}, "preview": False, "folder": "private",
    "on_portal": True, "shared_with": [], "version": 2, "number": 1, "may_publish": True,
}  # fmt: skip
PLACE = "/api/v1/documents/requests"


def listed(*items: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    total = {"count": len(items), "capped": False}
    return 200, {"items": list(items), "next": None, "total": total}


@pytest.fixture
def asked(services: Services) -> Services:
    services.answers[("GET", PLACE)] = listed(REQUEST)
    services.answers[("GET", f"{PLACE}/{SAM}")] = (200, REQUEST)
    services.answers[("GET", "/api/v1/documents")] = listed()
    services.answers[("GET", f"/api/v1/contacts/{ANN}")] = (200, contact_view())
    return services


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/documents", ("What we ask you for", "Signed contract")),
        ("/documents/recent", ("Signed contract",)),
        ("/documents/requests", ("Overdue", "Signed contract")),
        (
            f"/documents/requests/{SAM}",
            ("It is not signed.", "All pages.", "Sam Stone asks", f'data-case="{ACME}"'),
        ),
        ("/console/documents/requests?state=overdue", ("Signed contract", "Ann Archer", "Overdue")),
        (f"/console/documents/requests/{SAM}", ("Close the request", "All pages.")),
        (f"/console/documents/requests/new?contact_id={ANN}", ("Ask for a document", "Due on")),
    ],
)
async def test_what_is_asked_for_stands_where_it_is_looked_for_f143(
    portal: Portal, asked: Services, path: str, words: tuple[str, ...]
) -> None:
    """In three calls at most."""
    answer = await (portal.staff("GET", ROOT + path) if "console" in path else portal.get(ROOT + path))
    text = await answer.text()
    assert answer.status == 200, text
    assert [word for word in words if word not in text] == []
    assert len(asked.paths()) <= 3


async def test_staff_ask_by_a_form_that_keeps_what_was_typed_f143(portal: Portal, asked: Services) -> None:
    form = {"title": "Contract", "note": "", "due_on": "soon", "contact_id": ANN, "case_id": ""}
    wrong = {"type": "/problems/invalid", "title": "Wrong.", "errors": [{"field": "due_on", "detail": "is no day"}]}
    asked.answers[("POST", PLACE)] = (422, wrong)
    answer = await portal.staff("POST", f"{ROOT}/console/documents/requests/new", data=form)
    text = await answer.text()
    assert (answer.status, "is no day" in text, 'value="Contract"' in text) == (422, True, True)
    asked.answers[("POST", PLACE)] = (201, REQUEST)
    answer = await portal.staff("POST", f"{ROOT}/console/documents/requests/new", data=form | {"due_on": "2026-12-01"})
    assert answer.headers["location"] == f"{ROOT}/console/documents/requests/{SAM}?done=request-asked"
    heard = asked.last(PLACE).json
    assert (heard["contact_name"], heard["organisation_id"]) == ("Ann Archer", ACME)


async def test_a_text_is_shown_escaped_and_pages_as_pictures_f156(portal: Portal, services: Services) -> None:
    text = {"text": "<script>alert(1)</script>", "text_cut": True}
    services.answers[("GET", f"/api/v1/documents/{ANN}")] = (200, DOCUMENT | text)
    for page in (portal.get(f"{ROOT}/documents/{ANN}"), portal.staff("GET", f"{ROOT}/console/documents/{ANN}")):
        shown = await (await page).text()
        assert "&lt;script&gt;alert(1)" in shown
        assert "<script>alert" not in shown
        assert "This is the beginning of the file." in shown
    services.answers[("GET", f"/api/v1/documents/{ANN}")] = (200, DOCUMENT | {"preview_pages": 2})
    shown = await (await portal.get(f"{ROOT}/documents/{ANN}")).text()
    assert shown.count(f'src="{ROOT}/api/v1/documents/{ANN}/preview/') == 2


async def test_a_record_is_found_by_number_name_or_address_and_several_are_offered_f158(
    portal: Portal, services: Services
) -> None:
    services.answers[("GET", f"/api/v1/documents/{ANN}")] = (200, DOCUMENT)
    services.answers[("POST", f"/api/v1/documents/{ANN}/links")] = (201, DOCUMENT)
    services.answers[("GET", "/api/v1/cases/CASE-7")] = (200, {"id": ACME, "reference": "CASE-7", "subject": "Line"})
    people = [{"id": SAM, "name": "Ann Archer", "email": "ann@a.example"}, {"id": ACME, "name": "Ann Other"}]
    services.answers[("GET", "/api/v1/contacts")] = listed(*people)
    path = f"{ROOT}/console/documents/{ANN}/links"

    async def hang(kind: str, named: str, **more: str) -> int:
        return (await portal.staff("POST", path, data={"kind": kind, "id": named} | more)).status

    for kind, named, record in (("case", "case-7", ACME), ("contact", "ANN@a.example", SAM), ("contact", SAM, SAM)):
        assert await hang(kind, named) == 303
        assert services.last(f"/api/v1/documents/{ANN}/links").json == {"kind": kind, "id": record}
    several = await portal.staff("POST", path, data={"kind": "contact", "id": "ann"})
    assert "Which one?" in await several.text()
    assert await hang("contact", "ann", found=ACME) == 303
    services.answers[("GET", "/api/v1/contacts")] = listed()
    assert await hang("contact", "nobody") == 422


async def test_whom_a_file_is_for_is_said_by_name_and_taken_back_f158(portal: Portal, services: Services) -> None:
    """In three calls; one company named with its contact, one by itself, the case by its reference."""
    shared = [{"kind": "contact", "id": ANN}, {"kind": "organisation", "id": ACME}]
    hung = {"shared_with": shared, "links": [{"kind": "case", "id": SAM}], "names": {SAM: "CASE-7"}}
    path, page = f"/api/v1/documents/{ANN}", f"{ROOT}/console/documents/{ANN}"
    services.answers[("GET", path)] = (200, DOCUMENT | hung)
    person = {"id": ANN, "name": "Ann Archer", "organisation_id": SAM, "organisation_name": "Zeta GmbH"}
    services.answers[("GET", "/api/v1/contacts")] = listed(person)
    services.answers[("GET", "/api/v1/organisations")] = listed({"id": ACME, "name": "Acme Ltd"})
    text = await (await portal.staff("GET", page)).text()
    assert [name for name in ("Ann Archer", "Acme Ltd", "CASE-7") if f"Take it off: {name}" not in text] == []
    assert len(services.paths()) == 3
    services.answers[("DELETE", f"{path}/links/contact/{ANN}")] = (200, DOCUMENT)
    answer = await portal.staff("POST", f"{page}/unlink", data={"kind": "contact", "id": ANN})
    assert (answer.status, answer.headers["location"]) == (303, f"{page}?done=unlinked")
    wrong = {"type": "/problems/would-be-everybodys", "title": "Everybody would see it.", "status": 409}
    services.answers[("DELETE", f"{path}/links/organisation/{ACME}")] = (409, wrong)
    refused = await portal.staff("POST", f"{page}/unlink", data={"kind": "organisation", "id": ACME})
    assert (refused.status, "Everybody would see it." in await refused.text()) == (409, True)


async def test_a_file_is_removed_after_a_question_and_shown_or_hidden_within_its_list_f140_f141(
    portal: Portal, services: Services
) -> None:
    path, page = f"/api/v1/documents/{ANN}", f"{ROOT}/console/documents/{ANN}"
    services.answers[("GET", path)] = (200, DOCUMENT)
    services.answers[("DELETE", path)] = (204, None)
    services.answers[("PATCH", path)] = (200, DOCUMENT)
    assert "Remove Notes?" in await (await portal.staff("GET", f"{page}/remove")).text()
    gone = await portal.staff("POST", f"{page}/remove", data={"version": "2"})
    assert gone.headers["location"] == f"{ROOT}/console/documents?done=removed"
    assert services.last(path).headers["if-match"] == '"2"'
    form = {"on_portal": "no", "version": "2", "back": "list"}
    toggled = await portal.staff("POST", f"{page}/portal?q=notes&on_portal=true", data=form)
    assert toggled.headers["location"] == f"{ROOT}/console/documents?q=notes&on_portal=true&done=hidden"


async def test_a_projects_page_leads_to_its_files_and_adds_to_it_f183(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/documents")] = listed()
    services.answers[("GET", PLACE)] = listed()
    text = await (await portal.get(f"{ROOT}/documents?add=1&project={ACME}")).text()
    assert f'data-project="{ACME}"' in text
    assert "They hang on the project" in text
    assert services.last("/api/v1/documents").query == f"kind=project&id={ACME}"


async def test_what_a_rule_would_remove_is_counted_and_nothing_is_saved(portal: Portal, services: Services) -> None:
    files = {"quota_bytes": None, "tell_id": None, "used_bytes": 0, "thumbnails": True, "old_versions": True}
    services.answers[("GET", "/api/v1/documents/settings")] = (200, files | {"version": 1})
    services.answers[("GET", "/api/v1/staff")] = listed()
    total = {"total": {"count": 7, "capped": False}}
    services.answers[("GET", "/api/v1/documents/settings/retention")] = (200, total)
    form = {"quota": "", "tell_id": "", "version": "1", "case_days": "30", "loose_days": "", "action": "count"}
    answer = await portal.staff("POST", f"{ROOT}/console/settings/files", data=form)
    assert "7 files would be removed now." in await answer.text()
    assert not [path for path in services.paths() if path.startswith("PUT")]
    wrong = await portal.staff("POST", f"{ROOT}/console/settings/files", data=form | {"case_days": "a year"})
    assert wrong.status == 422


async def test_where_the_tenants_words_stand_in_the_mail_is_shown_before_they_are_saved_f145(
    portal: Portal, services: Services
) -> None:
    files = {"quota_bytes": None, "tell_id": None, "used_bytes": 0, "thumbnails": True, "old_versions": True}
    services.answers[("GET", "/api/v1/documents/settings")] = (200, files | {"tell_text": "Saved.", "version": 1})
    services.answers[("GET", "/api/v1/staff")] = listed()
    text = await (await portal.staff("GET", f"{ROOT}/console/settings/files")).text()
    assert text.count("Saved.") == 2, "in the field and in the mail"
    form = {"quota": "", "tell_id": "", "version": "1", "case_days": "", "loose_days": ""}
    form |= {"tell_text": "Dear <team>,\r\nlook.", "action": "look"}
    text = await (await portal.staff("POST", f"{ROOT}/console/settings/files", data=form)).text()
    assert "<p>Dear &lt;team&gt;,<br>look.</p>" in text
    assert not [path for path in services.paths() if path.startswith("PUT")]
