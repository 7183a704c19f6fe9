"""Up to 1,000 records in one request: every row fares by itself, twice is once, and few statements do it."""

from typing import Any

import pytest
from dirty_equals import IsPartialDict

from identity.testing import Site
from kit.testing import contact, key, staff

MANY = 1000


def fared(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["result"] for row in answer.json()["results"]]


def errors_of(answer: Any, number: int) -> list[Any]:
    return [error["field"] for error in answer.json()["results"][number]["errors"]]


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"external_id": name, "name": name.title(), "email": f"{name}@acme.example"} | more


async def test_one_bad_row_does_not_sink_the_others(acme: Site) -> None:
    rows: list[Any] = [
        person("bob", organisation_external_id="acme"),
        person("eve", organisation_external_id="nowhere"),
        person("joe", organisation_external_id="acme", email="joe"),
        person("ann", organisation_external_id="acme", phone="1"),
        person("zoe", organisation_external_id="acme", email="ANN@acme.example"),
        person("bob", organisation_external_id="acme"),
        person("kim", organisation_external_id="acme", email="BOB@acme.example"),
        person("nul", organisation_external_id="acme", phone="a\x00b"),
        "nothing",
    ]
    answer = await acme.crm.post("/contacts/batch", {"rows": rows})
    assert fared(answer) == ["created", "failed", "failed", "updated", *["failed"] * 5]
    assert answer.json() == IsPartialDict(created=1, updated=1, unchanged=0, failed=7)
    wrong = [errors_of(answer, number) for number in (1, 2, 4, 5, 6)]
    assert wrong == [["organisation_external_id"], ["email"], ["email"], ["external_id"], ["email"]]
    assert [row["row"] for row in answer.json()["results"]] == list(range(9))
    names = [row["external_id"] for row in await acme.sql("SELECT external_id FROM contacts ORDER BY 1")]
    assert names == ["ann", "bob"]


async def test_the_same_batch_sent_twice_changes_nothing_the_second_time(acme: Site) -> None:
    organisations = [{"external_id": f"o{n}", "name": f"O {n}", "parent_external_id": "acme"} for n in range(3)]
    contacts = [person(f"c{n}", organisation_external_id=f"o{n}", can_sign=True) for n in range(3)]
    leads = [person(f"l{n}", company=f"Prospect {n}") for n in range(3)]
    sent = [("/organisations/batch", organisations), ("/contacts/batch", contacts), ("/leads/batch", leads)]
    for expected in ("created", "unchanged"):
        before = len(await acme.said()), len(await acme.sql("SELECT FROM audit"))
        for path, rows in sent:
            assert fared(await acme.crm.post(path, {"rows": rows})) == [expected] * 3
        after = len(await acme.said()), len(await acme.sql("SELECT FROM audit"))
        assert (after == before) == (expected == "unchanged")


async def test_a_row_with_a_version_is_taken_only_if_that_is_the_version(acme: Site) -> None:
    rows = [
        person("ann", organisation_external_id="acme", phone="2", version=7),
        person("new", organisation_external_id="acme", version=3),
        person("neu", organisation_external_id="acme", version=0),
    ]
    answer = await acme.crm.post("/contacts/batch", {"rows": rows})
    assert fared(answer) == ["failed", "failed", "created"]
    assert errors_of(answer, 0) == errors_of(answer, 1) == ["version"]
    good = person("ann", organisation_external_id="acme", phone="2", version=1)
    answer = await acme.crm.post("/contacts/batch", {"rows": [good]})
    assert answer.json()["results"][0] == IsPartialDict(result="updated", version=2)


async def test_parents_come_with_their_children_and_circles_are_left_out(site: Site) -> None:
    def one(name: str, parent: str | None = None) -> dict[str, Any]:
        return {"external_id": name, "name": name, "parent_external_id": parent}

    rows = [one("child", "top"), one("top"), one("lost", "nowhere"), one("below-lost", "lost"), one("a", "b")]
    rows += [one("b", "a"), one("below-b", "b"), one("self", "self")]
    answer = await site.crm.post("/organisations/batch", {"rows": rows})
    assert fared(answer) == ["created", "created", *["failed"] * 6]
    await site.put_organisation("low", parent_external_id="child")
    answer = await site.crm.post("/organisations/batch", {"rows": [one("top", "low"), one("child")]})
    assert fared(answer) == ["updated", "updated"]


async def test_leads_in_a_batch_bring_their_company_f026(acme: Site) -> None:
    rows = [person("lea", company="Prospect", portal_enabled=True), person("leo"), person("ann")]
    answer = await acme.crm.post("/leads/batch", {"rows": rows})
    assert fared(answer) == ["created", "created", "failed"]
    renamed = await acme.crm.post("/leads/batch", {"rows": [person("lea", company="P & Co")]})
    assert fared(renamed) == ["updated"]
    found = await acme.sql("SELECT name, kind FROM organisations ORDER BY name")
    assert [(row["name"], row["kind"]) for row in found] == [
        *(("Acme Ltd", "customer"), ("Leo", "prospect"), ("P & Co", "prospect"))
    ]


async def test_a_row_that_is_no_unicode_is_refused_alone(site: Site) -> None:
    body = b'{"rows": [{"external_id": "\\ud800", "name": "x"}, {"external_id": "o", "name": "O"}]}'
    answer = await site.crm("POST", "/organisations/batch", content=body, headers={"content-type": "application/json"})
    assert fared(answer) == ["failed", "created"]


async def test_more_than_a_thousand_rows_or_none_are_refused(site: Site) -> None:
    for rows in ([], [{"external_id": f"o{n}", "name": "O"} for n in range(MANY + 1)], "all", None):
        assert (await site.crm.post("/organisations/batch", {"rows": rows})).status_code == 422


async def test_only_the_crm_sends_batches_and_never_into_another_tenant(acme: Site, brightside: Site) -> None:
    rows = {"rows": [person("ann", organisation_external_id="acme") | {"name": "Mine"}]}
    callers = (
        *(acme.admin, staff(acme.tenant_id), key(acme.tenant_id, "people.read")),
        contact(acme.tenant_id, acme.tenant_id, permissions=frozenset({"crm.write"})),
    )
    for caller in callers:
        for path in ("/contacts/batch", "/leads/batch", "/organisations/batch"):
            sent = rows if path.startswith("/contacts") else {"rows": [{"external_id": "acme", "name": "Mine"}]}
            assert (await acme.app.by(caller).post(path, sent)).status_code == 403
    assert fared(await brightside.crm.post("/contacts/batch", rows)) == ["failed"]
    [ann] = await acme.sql("SELECT name, version FROM contacts")
    assert (ann["name"], ann["version"]) == ("Ann Archer", 1)


@pytest.mark.parametrize("path", ["/organisations/batch", "/contacts/batch", "/leads/batch"])
async def test_a_thousand_rows_take_as_few_statements_as_one(counted: tuple[Site, list[str]], path: str) -> None:
    site, ran = counted

    def row(number: int, **more: Any) -> dict[str, Any]:
        # Every third row changes another field, which must not cost a statement of its own.
        fields = {"phone": str(more.get("turn", 0))} if number % 3 else {}
        one: dict[str, Any] = {"external_id": f"x{number}", "name": f"N {number} {more.get('turn', 0)}"} | fields
        if path.startswith("/contacts"):
            one |= {"organisation_external_id": "acme"}
        if not path.startswith("/organisations"):
            one |= {"email": f"x{number}@acme.example"}
        return one

    took: list[int] = []
    for turn, expected in enumerate(("created", "updated", "unchanged")):
        ran.clear()
        rows = [row(number, turn=min(turn, 1)) for number in range(MANY)]
        assert set(fared(await site.crm.post(path, {"rows": rows}))) == {expected}
        took.append(len(ran))
    assert max(took) <= 4


async def test_a_dry_run_says_how_each_row_would_fare_and_changes_nothing(acme: Site) -> None:
    await acme.put_organisation("zeta")
    sent: list[tuple[str, list[Any], list[str]]] = [
        (
            "/organisations/batch",
            [
                {"external_id": "acme", "name": "New name"},
                {"external_id": "o", "name": "O", "parent_external_id": "acme"},
            ],
            ["updated", "created"],
        ),
        (
            "/contacts/batch",
            [
                person("ann", organisation_external_id="zeta", portal_enabled=False),
                person("bob", organisation_external_id="acme"),
                person("eve", organisation_external_id="nowhere"),
            ],
            ["updated", "created", "failed"],
        ),
        ("/leads/batch", [person("lea", company="Prospect"), person("ann")], ["created", "failed"]),
    ]
    tables = ("contacts", "organisations", "audit", "outbox", "tokens")
    before = [await acme.sql(f"SELECT to_jsonb(t) AS row FROM {table} t ORDER BY 1") for table in tables]
    for path, rows, expected in sent:
        answer = await acme.crm.post(path, {"rows": rows, "dry_run": True})
        assert fared(answer) == expected
        assert all(row["id"] is None for row in answer.json()["results"] if row["result"] == "created")
    assert [await acme.sql(f"SELECT to_jsonb(t) AS row FROM {table} t ORDER BY 1") for table in tables] == before
    for path, rows, expected in sent:
        assert fared(await acme.crm.post(path, {"rows": rows})) == expected
