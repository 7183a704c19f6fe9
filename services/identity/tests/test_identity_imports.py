"""Files of people and organisations (F022, F026): checked without a change, brought in once, told of row by row."""

import asyncio
import csv
import io
import os
import signal
import sys
from typing import Any
from urllib.parse import urlencode

import pytest

from identity import columns, sheets
from identity.errors.imports import FileNotRead, FileTooLarge
from identity.testing import Site
from identity.worker import bring_in
from kit.seal import Seal
from kit.testing import SEALING_KEY, As, contact, key, staff

CONTACTS = """Id in the CRM;Name;E-mail;Organisation;Portal access;Shoe size
c1;Ann Brook;ann.brook@acme.example;Acme Ltd;yes;38
c2;Bob Field;bob@acme;Acme Ltd;no;44
c3;Cara Hill;cara@acme.example;Nowhere Ltd;;
"""


def content(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


async def upload(by: As, body: bytes, kind: str = "contacts", **more: str) -> Any:
    query = urlencode({"kind": kind, "file_name": "people.csv"} | more)
    return await by("POST", f"/imports?{query}", content=body, headers={"content-type": "text/csv"})


async def begun(by: As, body: bytes, kind: str = "contacts") -> Any:
    answer = await upload(by, body, kind)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def finished(site: Site, by: As, one: Any) -> Any:
    """The import once the worker has nothing to do any more."""
    while await bring_in(site.database, Seal(SEALING_KEY)):
        pass
    return (await by.get(f"/imports/{one['id']}")).json()


async def run(site: Site, by: As, one: Any) -> Any:
    answer = await by.post(f"/imports/{one['id']}/run", headers={"if-match": f'"{one["version"]}"'})
    assert answer.status_code == 202, answer.text
    return await finished(site, by, one)


def counts(one: Any) -> tuple[int, int, int, int]:
    return one["created"], one["updated"], one["unchanged"], one["failed"]


async def kept(site: Site) -> list[Any]:
    tables = ("contacts", "organisations", "audit", "outbox", "tokens")
    return [await site.sql(f"SELECT to_jsonb(t) AS row FROM {table} t ORDER BY 1") for table in tables]


async def test_a_dry_run_says_how_each_row_would_fare_and_changes_nothing_f022(acme: Site) -> None:
    ada = acme.app.by(acme.admin)
    before = await kept(acme)
    one = await finished(acme, ada, await begun(ada, content(CONTACTS)))
    assert (one["state"], counts(one), one["position"]) == ("checked", (1, 0, 0, 2), 3)
    assert [column["field"] for column in one["columns"]][-2:] == ["portal_enabled", None]
    assert not one["columns"][-1]["known"]
    rows = (await ada.get(f"/imports/{one['id']}/rows?result=failed")).json()["items"]
    assert [(row["line"], row["errors"]) for row in rows] == [
        (3, [{"field": "email", "detail": "is not an e-mail address"}]),
        (4, [{"field": "organisation_name", "detail": "Nowhere Ltd is not known"}]),
    ]
    assert await kept(acme) == before


async def test_what_was_checked_is_brought_in_once_and_a_second_time_changes_nothing(acme: Site) -> None:
    ada = acme.app.by(acme.admin)
    one = await run(acme, ada, await finished(acme, ada, await begun(ada, content(CONTACTS))))
    assert (one["state"], counts(one)) == ("done", (1, 0, 0, 2))
    [made] = await acme.sql("SELECT name, portal_enabled FROM contacts WHERE external_id = 'c1'")
    assert dict(made) == {"name": "Ann Brook", "portal_enabled": True}
    lines = await acme.sql("SELECT action, actor_name, place FROM audit ORDER BY number DESC LIMIT 3")
    assert [tuple(line) for line in lines] == [
        (action, "Ada Abbot", "console") for action in ("import.done", "contact.made", "import.begun")
    ]
    before, events = await acme.sql("SELECT FROM audit"), await acme.said()
    again = await run(acme, ada, await finished(acme, ada, await begun(ada, content(CONTACTS))))
    assert counts(again) == (0, 0, 1, 2)
    assert await acme.said() == events
    assert len(await acme.sql("SELECT FROM audit")) == len(before) + 2  # that it was begun, and done
    changed = CONTACTS.replace("Ann Brook", "Ann Brooke")
    checked = await finished(acme, ada, await begun(ada, content(changed)))
    assert (counts(checked), checked["changes"]) == ((0, 1, 0, 2), {"name": 1})
    assert (await ada.post(f"/imports/{one['id']}/run", headers={"if-match": f'"{one["version"]}"'})).status_code == 409


async def test_the_rows_to_correct_come_back_as_a_harmless_file_that_can_be_sent_again(acme: Site) -> None:
    ada = acme.app.by(acme.admin)
    wrong = "external_id,name,email,organisation_external_id\r\nc9,=HYPERLINK(1),zoe,acme\r\n"
    wrong += "c8,Zed,zed@acme.example,acme\r\n"
    one = await finished(acme, ada, await begun(ada, content(wrong)))
    report = await ada.get(f"/imports/{one['id']}/report")
    rows = list(csv.reader(io.StringIO(report.content.decode("utf-8-sig"))))
    assert rows[0] == ["external_id", "name", "email", "organisation_external_id", "Reason"]
    assert rows[1] == ["c9", "'=HYPERLINK(1)", "zoe", "acme", "email: is not an e-mail address"]
    assert len(rows) == 2
    corrected = report.content.replace(b",zoe,", b",zoe@acme.example,")
    again = await run(acme, ada, await finished(acme, ada, await begun(ada, corrected)))
    assert counts(again) == (1, 0, 0, 0)
    [zoe] = await acme.sql("SELECT name FROM contacts WHERE external_id = 'c9'")
    assert zoe["name"] == "=HYPERLINK(1)"


async def test_columns_nobody_knows_are_chosen_and_the_file_is_checked_again(acme: Site) -> None:
    ada = acme.app.by(acme.admin)
    text = "Nr\tWer\tAdresse\tFirma\nx1\tJürgen Weiß\tjw@acme.example\tAcme Ltd\n"
    one = await begun(ada, content(text, "utf-16"))
    assert (one["state"], one["missing"]) == (
        "mapping",
        ["external_id", "name", "email", "organisation_external_id"],
    )
    assert [column["sample"] for column in one["columns"]] == ["x1", "Jürgen Weiß", "jw@acme.example", "Acme Ltd"]

    async def choose(*fields: str | None, version: int = 1) -> Any:
        match = {"if-match": f'"{version}"'}
        return await ada.put(f"/imports/{one['id']}/columns", {"columns": list(fields)}, headers=match)

    for fields in (("name",), ("name", "name", None, None), ("shoe", None, None, None)):
        assert (await choose(*fields)).status_code == 422
    chosen = ("external_id", "name", "email", "organisation_name")
    assert (await choose(*chosen, version=9)).status_code == 412
    assert (await choose(*chosen)).json()["state"] == "checking"
    assert counts(await finished(acme, ada, one)) == (1, 0, 0, 0)


async def test_organisations_and_leads_come_in_with_parents_of_the_same_file_f026(acme: Site) -> None:
    ada = acme.app.by(acme.admin)
    # The parent stands more than a stretch of the worker above its children.
    rows = [f"o{n},Organisation {n},{'o0' if n > 600 else ''},Hull" for n in range(610)]
    sheet = "\n".join(["external_id,name,parent_external_id,city", *rows])
    checked = await finished(acme, ada, await begun(ada, content(sheet), "organisations"))
    assert counts(checked) == (610, 0, 0, 0)
    assert counts(await run(acme, ada, checked)) == (610, 0, 0, 0)
    [below] = await acme.sql("SELECT count(*) FROM organisations WHERE parent_id IS NOT NULL")
    assert below["count"] == 9
    leads = "external_id,name,email,company\nl1,Lea,lea@p.example,Prospect\nl1,Lea,lea2@p.example,P\n"
    one = await run(acme, ada, await finished(acme, ada, await begun(ada, content(leads), "leads")))
    assert counts(one) == (1, 0, 0, 1)
    renamed = await finished(acme, ada, await begun(ada, content(leads.replace(",Prospect", ",Renamed")), "leads"))
    assert renamed["changes"] == {"company": 1}


async def test_an_id_or_address_that_stands_in_a_file_twice_is_refused_however_far_apart(acme: Site) -> None:
    ada = acme.app.by(acme.admin)
    rows = [f"d{n},D {n},d{n}@acme.example,acme" for n in range(700)]
    rows += ["d0,D 0,other@acme.example,acme", "e1,E 1,D1@acme.example,acme"]
    sheet = "\n".join(["external_id,name,email,organisation_external_id", *rows])
    one = await finished(acme, ada, await begun(ada, content(sheet)))
    assert counts(one) == (700, 0, 0, 2)
    rows = (await ada.get(f"/imports/{one['id']}/rows?result=failed")).json()["items"]
    assert [row["errors"] for row in rows] == [
        [{"field": "external_id", "detail": "stands on line 2 of the file, too"}],
        [{"field": "email", "detail": "stands on line 3 of the file, too"}],
    ]


async def test_nobody_without_the_right_and_no_other_tenant_sees_or_does_anything(acme: Site, brightside: Site) -> None:
    ada = acme.app.by(acme.admin)
    one = await finished(acme, ada, await begun(ada, content(CONTACTS)))
    agent, ann = acme.app.by(staff(acme.tenant_id)), acme.app.by(contact(acme.tenant_id, acme.tenant_id))
    reader, other = acme.app.by(key(acme.tenant_id, "people.read")), brightside.app.by(brightside.admin)
    match = {"headers": {"if-match": f'"{one["version"]}"'}}
    for by in (agent, ann, reader, other):
        for path in ("", "/rows", "/report"):
            assert (await by.get(f"/imports/{one['id']}{path}")).status_code == 404
        assert (await by.get("/imports")).json()["items"] == []
        assert (await by.post(f"/imports/{one['id']}/run", **match)).status_code == 404
        assert (await by.put(f"/imports/{one['id']}/columns", {"columns": []}, **match)).status_code == 404
    for by in (agent, ann, reader):
        assert (await upload(by, content(CONTACTS))).status_code == 403
    assert (await upload(acme.crm, content(CONTACTS))).status_code == 201


async def test_whoever_lost_the_right_meanwhile_brings_in_no_further_row(acme: Site) -> None:
    ada = acme.app.by(acme.admin)
    one = await finished(acme, ada, await begun(ada, content(CONTACTS)))
    await ada.post(f"/imports/{one['id']}/run", headers={"if-match": f'"{one["version"]}"'})
    await acme.sql("UPDATE staff SET roles = '{agent}'")
    one = await finished(acme, ada, one)
    assert (one["state"], one["position"]) == ("stopped", 0)
    assert "may not edit people any more" in one["problem"]
    assert await acme.sql("SELECT FROM contacts WHERE external_id = 'c1'") == []


NO_TABLES = [
    (b"", "is empty"),
    (b"\n \n", "is empty"),
    (b"external_id,name\n", "no row follows"),
    (b"c1,Ann,ann@acme.example\n", "Put a line with the names"),
    (b"external_id\nc\x001\n", "bytes that no text has"),
    (bytes(range(256)) * 9, "bytes that no text has"),
    (b"PK\x03\x04rest", "is a workbook"),
    (b"external_id,name\nc1," + b"x" * 1_000_000 + b"\n", "line 2 a cell is longer"),
    (b'external_id,name\nc1,"' + b"x\n" * 100_000, "quotation mark"),
    (",".join(f"c{n}" for n in range(101)).encode() + b"\n1\n", "101 columns"),
]


async def test_a_file_that_is_no_table_is_refused_with_what_to_do(acme: Site) -> None:
    ada = acme.app.by(acme.admin)
    for body, said in NO_TABLES:
        answer = await upload(ada, body)
        assert answer.status_code == 422
        assert said in answer.json()["detail"]
    assert (await upload(ada, b"external_id\n" + b"x" * 10 * 1024 * 1024)).status_code == 413
    with pytest.raises(FileTooLarge):
        sheets.read(b"external_id\n" + b"x\n" * 50_001)
    assert len(sheets.read(b"external_id\n" + b"x\n" * 50_000).rows) == 50_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str) -> None:
    text = f'external_id{delimiter}"na;me,x"\r\n1{delimiter}"Jürgen\nWeiß"\r\n\r\n2{delimiter}Zoé\r\n'
    sheet = sheets.read(text.encode(encoding))
    assert sheet.header == ["external_id", "na;me,x"]
    assert sheet.rows == [(2, ["1", "Jürgen\nWeiß"]), (5, ["2", "Zoé"])]


def test_the_line_that_names_the_delimiter_is_no_header() -> None:
    assert sheets.read(b"sep=;\r\nname;email\r\nA;a@b.example\r\n") == (["name", "email"], [(3, ["A", "a@b.example"])])
    with pytest.raises(FileNotRead):
        sheets.read(b"sep=;\r\n")


def test_cells_are_read_as_people_write_them_and_what_cannot_be_is_said() -> None:
    mapping = ["faq", "support_end_on", "modules", "phone"]
    read = columns.as_record("contacts", mapping, ["JA", "31.12.2026", "cases, articles", ""])
    assert read == ({"faq": True, "support_end_on": "2026-12-31", "modules": ["cases", "articles"]}, [])
    _, wrong = columns.as_record("contacts", mapping, ["maybe", "12/31/26", "all", "", "more"])
    assert [each["field"] for each in wrong] == ["row", "faq", "support_end_on"]
    assert columns.guess("contacts", ["Phone", "Telephone", "E-Mail", "?"]) == ["phone", None, "email", None]


async def test_every_column_of_the_sample_is_known_and_its_row_is_taken(acme: Site) -> None:
    ada = acme.app.by(acme.admin)
    await acme.put_organisation("2001", name="Two thousand and one")
    for kind in columns.COLUMNS:
        sample = (await ada.get(f"/imports/sample?kind={kind}")).content.replace(b"ann@", kind.encode() + b"@")
        one = await finished(acme, ada, await begun(ada, sample.replace(b"1001", kind.encode()), kind))
        assert (counts(one), one["missing"]) == ((1, 0, 0, 0), []), await ada.get(f"/imports/{one['id']}/rows")
        assert all(column["field"] for column in one["columns"])


_WORKER = """
import asyncio, sys
from identity.worker import bring_in
from kit.db import Database
from kit.seal import Seal

async def work():
    database = Database(sys.argv[1], pool_size=2)
    while await bring_in(database, Seal(sys.argv[2])):
        pass

asyncio.run(work())
"""


async def _worker(site: Site, **env: str) -> int | None:
    command = (sys.executable, "-c", _WORKER, site.database.url, SEALING_KEY)
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | env)
    await process.wait()
    return process.returncode


async def test_a_worker_that_is_killed_leaves_no_row_out_and_does_none_twice(acme: Site) -> None:
    ada = acme.app.by(acme.admin)
    many = 1_200
    rows = [f"k{n},K {n},k{n}@acme.example,acme" for n in range(many)]
    sheet = "\n".join(["external_id,name,email,organisation_external_id", *rows])
    one = await finished(acme, ada, await begun(ada, content(sheet)))
    await ada.post(f"/imports/{one['id']}/run", headers={"if-match": f'"{one["version"]}"'})
    # Before what a stretch did is noted, and just before it is committed.
    for place in ("import.rows=kill@2", "commit.before=kill@4"):
        assert await _worker(acme, PORTICO_FAILPOINTS=place) == -signal.SIGKILL
    [left] = await acme.sql("SELECT position FROM imports")
    assert 0 < left["position"] < many
    one = await finished(acme, acme.app.by(acme.admin), one)
    assert (one["state"], counts(one)) == ("done", (many, 0, 0, 0))
    said = [each["data"]["external_id"] for each in await acme.said() if each["type"] == "contact.changed.v1"]
    assert sorted(name for name in said if name != "ann") == sorted(f"k{n}" for n in range(many))
    [made] = await acme.sql("SELECT count(*), count(DISTINCT subject_id) FROM audit WHERE action = 'contact.made'")
    assert tuple(made) == (many + 1, many + 1)
