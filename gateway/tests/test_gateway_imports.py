"""Importing a file in the console (F022, F026): what is sent on, what is shown, what comes back when it is wrong."""

from typing import Any

import aiohttp
import pytest

from gateway.testing import ACME, SAMS, STAFF, Portal, Services, session

ROOT = "/portal/northwind"
IMPORTS = f"{ROOT}/console/imports"
ONE = {
    "id": ACME, "kind": "contacts", "state": "checked", "file_name": "people.csv", "total": 3, "position": 3,
    "columns": [{"name": "Nr", "sample": "c1", "field": "external_id", "known": True},
                {"name": "Shoe <size>", "sample": "38", "field": None, "known": False}],
    "missing": [], "created": 1, "updated": 1, "unchanged": 0, "failed": 1, "changes": {"name": 1}, "problem": "",
    "actor_name": "Sam Stone", "version": 2, "created_at": "2026-11-20T08:00:00Z", "updated_at": "2026-11-20T08:00:00Z",
    "finished_at": None,
}  # fmt: skip
REFUSED = {
    "number": 2, "line": 3, "key": "c2", "result": "failed", "changes": [],
    "errors": [{"field": "email", "detail": "is not an e-mail address"}],
}  # fmt: skip
FIELDS = {
    "fields": [{"name": name, "known_as": [], "needed": True, "sample": "s"} for name in ("external_id", "name")],
    "either": [],
}  # fmt: skip


@pytest.fixture
def services(services: Services) -> Services:
    answers: dict[str, Any] = {
        "imports": {"items": [ONE, ONE | {"state": "running"}], "next": None}, "imports/fields": FIELDS,
        f"imports/{ACME}": ONE, f"imports/{ACME}/rows": {"items": [REFUSED], "next": None},
    }  # fmt: skip
    services.answers |= {("GET", f"/api/v1/{path}"): (200, answer) for path, answer in answers.items()}
    services.answers[("POST", "/api/v1/imports")] = (201, ONE)
    return services


def file(content: bytes, **more: str) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in ({"kind": "contacts", "idempotency_key": "12345678"} | more).items():
        form.add_field(name, value)
    form.add_field("file", content, filename="people.csv", content_type="text/csv")
    return form


async def test_the_page_says_which_columns_are_understood_and_what_was_imported_before(portal: Portal) -> None:
    page = await (await portal.staff("GET", IMPORTS)).text()
    assert "<code>external_id</code>" in page
    assert f'href="{ROOT}/api/v1/imports/sample?kind=contacts"' in page
    assert "Being imported" in page
    for kind, path in (("contacts", "contacts"), ("leads", "leads"), ("organisations", "organisations")):
        answer = await (await portal.staff("GET", f"{IMPORTS}?kind={kind}")).text()
        assert f'href="{ROOT}/console/{path}"' in answer


async def test_a_file_or_pasted_rows_go_to_identity_as_they_are(portal: Portal, services: Services) -> None:
    content = "Nr;Shoe\r\nc1;Grö\r\n".encode("cp1252")
    answer = await portal.staff("POST", IMPORTS, data=file(content))
    assert answer.headers["location"] == f"{IMPORTS}/{ACME}?done=import-checked"
    heard = services.last("/api/v1/imports")
    assert (heard.body, heard.query, heard.headers["idempotency-key"]) == (
        content, "kind=contacts&file_name=people.csv", "12345678"
    )  # fmt: skip
    await portal.staff("POST", IMPORTS, data={"kind": "leads", "pasted": "a,b\r\n1,2"})
    assert services.last("/api/v1/imports").body == b"a,b\n1,2"


async def test_what_was_pasted_comes_back_with_why_it_cannot_be_read(portal: Portal, services: Services) -> None:
    document = {"title": "This file cannot be read as a table.", "detail": "It names columns, and no row follows."}
    services.answers[("POST", "/api/v1/imports")] = (422, document)
    answer = await portal.staff("POST", IMPORTS, data={"kind": "contacts", "pasted": "only,header"})
    assert answer.status == 422
    assert "no row follows" in (page := await answer.text())
    assert "only,header" in page
    empty = await portal.staff("POST", IMPORTS, data={"kind": "contacts", "pasted": ""})
    assert 'href="#field-file"' in await empty.text()
    assert (await portal.staff("POST", IMPORTS, data={"kind": "keys", "pasted": "x"})).status == 404


@pytest.mark.parametrize("settings", [{"import_bytes": 1000}])
async def test_more_than_is_taken_is_refused_on_page_and_api(portal: Portal, services: Services) -> None:
    assert (await portal.staff("POST", IMPORTS, data=file(b"x" * 2_000_000))).status == 413
    assert (await portal.staff("POST", f"{ROOT}/api/v1/imports?kind=contacts", data=b"x" * 1001)).status == 413
    assert services.paths() == []


async def test_the_dry_run_shows_refused_rows_and_unknown_columns_to_choose(portal: Portal, services: Services) -> None:
    page = await (await portal.staff("GET", f"{IMPORTS}/{ACME}")).text()
    for words in ("What would happen", "is not an e-mail address", "Shoe &lt;size&gt;", "Import it now", "Leave out"):
        assert words in page
    assert f'href="{ROOT}/api/v1/imports/{ACME}/report"' in page
    assert services.last(f"/api/v1/imports/{ACME}/rows").query == "result=failed"
    assert "http-equiv" not in page
    services.answers[("PUT", f"/api/v1/imports/{ACME}/columns")] = (200, ONE)
    form = [("version", "2"), ("columns", "external_id"), ("columns", "")]
    answer = await portal.staff("POST", f"{IMPORTS}/{ACME}/columns", data=form)
    assert answer.status == 303
    heard = services.last(f"/api/v1/imports/{ACME}/columns")
    assert (heard.json, heard.headers["if-match"]) == ({"columns": ["external_id", None]}, '"2"')


async def test_a_run_shows_its_progress_without_script_and_its_report_afterwards(
    portal: Portal, services: Services
) -> None:
    services.answers[("POST", f"/api/v1/imports/{ACME}/run")] = (202, ONE)
    begun = await portal.staff("POST", f"{IMPORTS}/{ACME}/run", data={"version": "2"})
    assert begun.headers["location"] == f"{IMPORTS}/{ACME}?done=import-begun"
    services.answers[("GET", f"/api/v1/imports/{ACME}")] = (200, ONE | {"state": "running", "position": 1})
    page = await (await portal.staff("GET", f"{IMPORTS}/{ACME}")).text()
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert '<progress max="3" value="1"' in page
    services.answers[("GET", f"/api/v1/imports/{ACME}")] = (200, ONE | {"state": "done"})
    page = await (await portal.staff("GET", f"{IMPORTS}/{ACME}?result=updated")).text()
    assert "What was done" in page
    assert "Name: 1" in page
    document = {"title": "This import cannot do that now.", "detail": "Load the page again."}
    services.answers[("POST", f"/api/v1/imports/{ACME}/run")] = (409, document)
    refused = await portal.staff("POST", f"{IMPORTS}/{ACME}/run", data={"version": "2"})
    assert (refused.status, "cannot do that now" in await refused.text()) == (409, True)


async def test_nobody_without_the_right_gets_a_page_or_sends_a_file(portal: Portal, services: Services) -> None:
    caller = STAFF | {"permissions": ["cases.answer"]}
    services.sessions[SAMS] = session("northwind", "console", caller)
    for method, path in (("GET", ""), ("POST", ""), ("GET", f"/{ACME}"), ("POST", f"/{ACME}/run")):
        assert (await portal.staff(method, IMPORTS + path)).status == 403
    assert (await portal.staff("POST", f"{IMPORTS}/{ACME}/columns")).status == 403
    assert services.paths() == []
