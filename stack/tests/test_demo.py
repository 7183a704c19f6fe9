"""The demo data, in a running portal: all of it there once, everybody's own, and nobody else's."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
import urllib3

from stack import demo
from stack.demo import history, library, logo, projects
from stack.demo.plan import BRIGHTSIDE, NORTHWIND, Person, Tenant
from stack.testing import RunningStack

# Everything that is written by hand, and less of what is put together.
SMALL = replace(NORTHWIND, organisations=14, people=30, cases=60, invoices=40)
TENANTS = (SMALL, BRIGHTSIDE)
pytestmark = pytest.mark.xdist_group("stack")


def quiet(word: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Somebody:
    """Logged in, as a browser is."""

    root: str
    cookie: str

    def ask(self, path: str) -> urllib3.BaseHTTPResponse:
        return urllib3.request("GET", f"{self.root}/api/v1/{path}", headers={"cookie": self.cookie}, timeout=30)

    def items(self, path: str) -> list[dict[str, Any]]:
        answer = self.ask(path)
        assert answer.status == 200, answer.data
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture(scope="module")
def stack(running_stack: RunningStack) -> Iterator[RunningStack]:
    for tenant in TENANTS:
        (running_stack.state.folder / f"demo-{tenant.slug}.json").unlink(missing_ok=True)
    demo.main(running_stack.site, quiet, TENANTS)
    yield running_stack
    for tenant in TENANTS:
        (running_stack.state.folder / f"demo-{tenant.slug}.json").unlink()


@pytest.fixture(scope="module")
def ann(stack: RunningStack) -> Somebody:
    return log_in(stack, SMALL, SMALL.contacts[0])


@pytest.fixture(scope="module")
def mallory(stack: RunningStack) -> Somebody:
    return log_in(stack, BRIGHTSIDE, BRIGHTSIDE.contacts[0])


def log_in(stack: RunningStack, tenant: Tenant, person: Person, door: str = "") -> Somebody:
    root = f"{stack.origin}/portal/{tenant.slug}"
    answer = urllib3.request(
        "POST",
        f"{root}{door}/login",
        body=urlencode({"email": person.email, "password": demo.PASSWORD}),
        headers={"origin": stack.origin, "content-type": "application/x-www-form-urlencoded"},
        redirect=False,
        timeout=30,
    )
    assert answer.status == 303, answer.data
    return Somebody(root, answer.headers["set-cookie"].partition(";")[0])


def crm(stack: RunningStack, tenant: Tenant, path: str) -> dict[str, Any]:
    key = demo.remembered(stack.state, tenant)["crm_key"]
    headers = {"authorization": f"Bearer {key}"}
    found: dict[str, Any] = urllib3.request("GET", f"{stack.origin}/api/v1/{path}", headers=headers, timeout=30).json()
    return found


def counted(stack: RunningStack) -> dict[str, int]:
    """How much of everything there is, by tenant."""
    lists = ("organisations", "contacts", "cases", "invoices", "articles")
    return {
        f"{tenant.slug} {name}": crm(stack, tenant, name)["total"]["count"] for tenant in TENANTS for name in lists
    } | {f"{tenant.slug} staff": len(crm(stack, tenant, "staff")["items"]) for tenant in TENANTS}


def test_it_makes_as_much_as_was_planned(stack: RunningStack) -> None:
    there = counted(stack)
    for tenant in TENANTS:
        assert there[f"{tenant.slug} organisations"] == tenant.organisations
        assert there[f"{tenant.slug} contacts"] == tenant.people
        assert there[f"{tenant.slug} cases"] == tenant.cases
        assert there[f"{tenant.slug} invoices"] == tenant.invoices
        assert there[f"{tenant.slug} staff"] == len(tenant.staff)
        assert there[f"{tenant.slug} articles"] == len(library.articles(tenant))


def test_a_second_call_changes_nothing_and_is_quick(stack: RunningStack) -> None:
    before, kept = counted(stack), [demo.remembered(stack.state, tenant) for tenant in TENANTS]
    begun = time.monotonic()
    demo.main(stack.site, quiet, TENANTS)
    assert time.monotonic() - begun < 5
    assert counted(stack) == before
    assert [demo.remembered(stack.state, tenant) for tenant in TENANTS] == kept


def test_a_call_that_was_cut_is_repeated_without_doubles(stack: RunningStack) -> None:
    before, kept = counted(stack), demo.remembered(stack.state, BRIGHTSIDE)
    stack.state.remember("demo-brightside", {"api_key": kept["api_key"], "crm_key": None})
    demo.main(stack.site, quiet, TENANTS)
    assert counted(stack) == before
    assert demo.remembered(stack.state, BRIGHTSIDE)["done"]


def test_its_keys_are_for_the_owners_eyes_only(stack: RunningStack) -> None:
    for tenant in TENANTS:
        assert (stack.state.folder / f"demo-{tenant.slug}.json").stat().st_mode & 0o777 == 0o600


def test_the_public_link_leads_to_the_portal(stack: RunningStack) -> None:
    addresses = {(name, which): address for name, which, address in demo.addresses(stack.site)}
    answer = urllib3.request("GET", addresses["Northwind Telecom", "public link"], redirect=False)
    assert (answer.status, answer.headers["location"]) == (303, "/portal/northwind/login")


def test_ann_has_cases_of_her_own_some_of_them_waiting_for_her(ann: Somebody) -> None:
    cases = ann.items("cases?scope=mine&limit=100")
    statuses = [case["status"]["key"] for case in cases]
    assert len(cases) == 14
    assert statuses.count("waiting") == 3
    assert statuses.count("closed") == 1
    assert {case["opened_by"]["name"] for case in cases} == {"Ann Archer"}
    assert {case["organisation"]["name"] for case in cases} == {"Acme Ltd"}


def test_ann_does_not_read_what_staff_write_among_themselves(ann: Somebody) -> None:
    [case] = [case for case in ann.items("cases?q=dial+tone") if "second floor" in case["subject"]]
    entries = ann.ask(f"cases/{case['reference']}").json()["timeline"]
    assert entries
    assert {entry["visibility"] for entry in entries} == {"customer"}


def test_bob_sees_all_of_acme(stack: RunningStack) -> None:
    bob = log_in(stack, SMALL, SMALL.contacts[1])
    assert {"Ann Archer", "Bob Barnes"} <= {case["opened_by"]["name"] for case in bob.items("cases?limit=100")}


def test_invoices_are_there_for_whom_they_were_sent_to(ann: Somebody) -> None:
    assert {invoice["organisation"]["name"] for invoice in ann.items("invoices")} == {"Acme Ltd"}


def test_ann_sees_the_projects_that_are_shown_to_her_and_no_others(stack: RunningStack, ann: Somebody) -> None:
    """F153, F154, F179."""
    assert crm(stack, SMALL, "projects")["total"]["count"] == len(projects.PLANS)
    shown = [plan.name for plan in projects.PLANS if plan.on_portal and plan.kind == "project"]
    assert {project["name"] for project in ann.items("projects")} == set(shown)


def test_staff_have_a_queue(stack: RunningStack) -> None:
    sam = log_in(stack, SMALL, SMALL.staff[1], "/console")
    assert sam.items("cases?assignee=me")
    assert sam.items("cases?status=new")


def test_the_desk_looks_alive(stack: RunningStack, ann: Somebody) -> None:
    """F094-F096, F101, F128, F149-F151: groups share cases, promises run, replies and announcements are there, files
    stand in their folders, and what was solved was rated."""
    sam = log_in(stack, SMALL, SMALL.staff[1], "/console")
    views = sam.ask("cases/views").json()
    assert min(views[name] for name in ("mine", "groups", "waiting", "all")) > 0, views
    rows = sam.items("cases?limit=100")
    assert {row["promise"]["kind"] for row in rows if row["promise"]} == {"response", "resolution", "update"}
    assert len(sam.items("canned-replies")) == 4
    assert [one["title"] for one in ann.items("announcements")] == ["Maintenance of the fibre ring tonight"]
    assert {one["name"] for one in ann.ask("cases/form").json()["products"]} >= {"Office Phone"}
    newest = [row for row in rows if row["status"]["key"] == "closed"][:12]
    whole = [sam.ask(f"cases/{row['reference']}").json() for row in newest]
    assert any(one["rating"] for one in whole)
    [merged] = [one for one in whole if one["merged_into"]]
    assert merged["subject"] == "The floor plan of the new hall"
    public, private = (ann.items(f"documents?folder={folder}") for folder in ("public", "private"))
    assert {one["title"] for one in public} == {"Price list", "General terms", "Welcome to our portal"}
    assert {one["title"] for one in private} >= {"Site survey"}
    assert "Our margin" not in {one["title"] for one in ann.items("documents?limit=100")}


def test_the_other_tenant_sees_none_of_it(ann: Somebody, mallory: Somebody) -> None:
    theirs = ann.items("cases?limit=100")[0]
    assert mallory.ask(f"cases/{theirs['id']}").status == 404
    assert {case["organisation"]["name"] for case in mallory.items("cases?limit=100")} == {"Globex"}
    intruder = Somebody(ann.root, mallory.cookie.replace("brightside", "northwind"))
    assert intruder.ask("cases").status == 401


def test_history_sends_no_mail(stack: RunningStack) -> None:
    ada = log_in(stack, SMALL, SMALL.admin, "/console")
    assert ada.items("mails") == []


def test_the_next_reference_follows(stack: RunningStack, ann: Somebody) -> None:
    references = [case["reference"] for case in crm(stack, SMALL, "cases?sort=-created_at&limit=1")["items"]]
    assert references == [f"CASE-{1000 + SMALL.cases}"]
    headers = {"cookie": ann.cookie, "origin": stack.origin, "idempotency-key": "demo-next"}
    new = {"subject": "One more", "body": "After all that history."}
    answer = urllib3.request("POST", f"{ann.root}/api/v1/cases", json=new, headers=headers, timeout=30)
    assert answer.json()["reference"] == f"CASE-{1001 + SMALL.cases}"


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: str(tenant.slug))
def test_stories_run_forward_and_end_before_now(tenant: Tenant) -> None:
    now = datetime.now(UTC)
    for case in history.stories(tenant, now):
        times = [case.opened, *(entry.at for entry in case.entries), now]
        assert times == sorted(times), case.subject


def test_a_logo_is_a_picture_in_the_accent_colour() -> None:
    image = logo.png("N", NORTHWIND.accent)
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(image) < 10_000
