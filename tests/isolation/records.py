"""What there is to be protected: records with a mark in every text, so that a leak shows wherever it happens."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import web
from world import Client, World, until

ANN, INVOICE, STAFF, CUSTOMERS = "ZQANN", "ZQINV", "ZQSTAFF", "ZQCUST"
"""Marks: what is Ann's own, Acme's invoice, what only staff see, what only customers see."""

LEAD = {"name": f"{STAFF} lead", "email": "zqlead@prospect.example"}
_REGISTRATION = """
INSERT INTO registrations (tenant_id, id, state, name, email, company, phone, message, created_at, version)
VALUES ($1, gen_random_uuid(), 'waiting', $2, 'rita@roe.example', '', '', $2, now(), 1) RETURNING id
"""


@dataclass(frozen=True)
class Records:
    """Names of records as addresses use them."""

    names: dict[str, str]

    def fill(self, value: Any) -> Any:
        """Put records where a table names them."""
        if isinstance(value, str):
            for name, record in self.names.items():
                value = value.replace("{" + name + "}", record)
            return value
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        return value

    def missing(self) -> "Records":
        """The same, naming nothing that exists."""
        nothing = "01900000-0000-7000-8000-000000000000"
        special = {"case_reference": "CASE-99999", "article": "there-is-no-such-article"}
        special |= {"host": "nobody.example", "project_reference": "PRJ-99999"}
        return Records({name: special.get(name, nothing) for name in self.names})


def make(world: World) -> Records:
    """Ann's case with an internal note and a file, her project, Acme's invoice, articles of every kind, a key."""
    _far_away(world)
    ann, sam, ada, crm = world.as_("ann"), world.as_("sam"), world.as_("ada"), world.northwind.crm
    document = upload(ann, f"{ANN}.txt", b"for Ann's eyes")
    on_its_way = {"file_name": f"{ANN} plan.txt", "size": 9, "in_parts": True}
    coming = _made(ann.post("/documents/uploads", on_its_way))
    _made(crm.put("/documents/by-external-id/zq-file", {"file_name": f"{STAFF}.txt", "size": 9}))
    person = world.northwind.ids
    wanted = {"title": f"{ANN} contract", "note": f"{ANN} all pages", "contact_name": f"{ANN} Archer"}
    wanted |= {"contact_id": person["ann"], "organisation_id": person["acme"]}
    asked = _made(sam.post("/documents/requests", wanted))
    case = _made(ann.post("/cases", {"subject": f"{ANN} printer", "body": f"{ANN} blinks", "document_ids": [document]}))
    _made(sam.post(f"/cases/{case['id']}/notes", {"body": f"{STAFF} {ANN} note", "visibility": "internal"}))
    note = _made(ann.post(f"/cases/{case['id']}/notes", {"body": f"{ANN} note"}))
    reply = _made(sam.post("/canned-replies", {"title": f"{STAFF} reply", "body": f"{STAFF} text"}))
    view = _made(ann.post("/cases/saved-views", {"name": f"{ANN} view", "query": {"q": f"{ANN} printer"}}))
    _made(sam.post("/cases/saved-views", {"name": f"{STAFF} view", "query": {}, "shared_with": "staff"}))
    internal, fed = _articles(crm, sam, case), _invoice(crm)
    desk = _desk(ada)
    announcement = _made(ada.post("/announcements", {"title": f"{CUSTOMERS} outage", "text": f"{CUSTOMERS} text"}))
    key = _made(ada.post("/keys", {"name": f"{STAFF} key", "scopes": ["crm.write"]}))
    lead = _made(crm.put("/leads/by-external-id/zq-lead", LEAD))
    host = _made(ada.post("/hosts", {"host": f"{STAFF.lower()}.example"}))
    parts = _talked_about(sam, until(lambda: _project(crm)))
    ids = world.northwind.ids
    imported = _import(ada)
    [registration] = world.rows("identity", _REGISTRATION, world.northwind.id, f"{STAFF} Rita")
    until(lambda: ann.get(f"/documents?case_id={case['id']}").json()["items"])
    return Records(
        {
            "case": case["id"],
            "case_reference": case["reference"],
            "note": note["id"],
            "announcement": announcement["id"],
            "reply": reply["id"],
            "view": view["id"],
            "document": document,
            "project": parts["id"],
            "project_reference": parts["reference"],
            "request": asked["id"],
            "upload": coming["document_id"],
            "task": parts["tasks"][0]["id"],
            "milestone": parts["milestones"][0]["id"],
            "invoice": fed["id"],
            "article": internal["slug"],
            "article_id": internal["id"],
            "key": key["id"] if "id" in key else key["key"]["id"],
            **desk,
            "host": host["host"],
            "organisation": ids["acme"],
            "contact": ids["ann"],
            "lead": lead["id"],
            "staff": ids["sam"],
            "registration": str(registration["id"]),
            "passkey": str(uuid4()),
            "import": imported["id"],
            "session": ann.get("/me/sessions").json()["items"][0]["id"],
        }
    )


def _invoice(crm: Client) -> dict[str, Any]:
    """Acme's invoice."""
    invoice: dict[str, Any] = {"number": f"{INVOICE}-1", "organisation_external_id": "acme", "status": "open"}
    invoice |= {"currency": "GBP", "issued_on": "2026-10-01", "due_on": "2026-11-01", "total_minor": 12_000}
    return _made(crm.put("/invoices/by-external-id/zq", invoice))


def _articles(crm: Client, sam: Client, case: dict[str, Any]) -> dict[str, Any]:
    """Articles of every kind, those for staff and for customers named on a case; answers with the one for staff."""
    article = {"body": "text", "audience": "internal", "state": "published", "title": f"{STAFF} how we do it"}
    draft = {"title": f"{STAFF} draft", "audience": "public", "state": "draft"}
    _made(crm.put("/articles/by-external-id/zq-draft", article | draft))
    customers = {"title": f"{CUSTOMERS} manual", "audience": "customers"}
    told = _made(crm.put("/articles/by-external-id/zq-customers", article | customers))
    internal = _made(crm.put("/articles/by-external-id/zq", article))
    for one in (internal, told):
        until(lambda address=f"/cases/{case['id']}/articles/{one['id']}": sam.put(address, {}).status_code == 200)
    return internal


def _import(ada: Client) -> dict[str, Any]:
    """A file with no column for the organisation: it waits to be told, and nothing comes of it by itself."""
    sheet = f"name,email\n{STAFF} import,zqimport@prospect.example\n".encode()
    sent = {"content": sheet, "headers": {"content-type": "text/csv"}}
    return _made(ada("POST", f"/imports?kind=contacts&file_name={STAFF}.csv", **sent))


def _talked_about(sam: Client, project: dict[str, Any]) -> dict[str, Any]:
    """The project with all its parts, as staff see it, who talked about it among themselves."""
    _made(sam.post(f"/projects/{project['id']}/comments", {"body": f"{STAFF} talk", "visibility": "internal"}))
    whole: dict[str, Any] = sam.get(f"/projects/{project['id']}").json()
    return whole


def _far_away(world: World) -> None:
    """Count Northwind's cases and projects from far above: nobody else has one that goes by the same reference."""
    far = "INSERT INTO counters AS c VALUES ($1, $2, 70000) ON CONFLICT (tenant_id, name) DO UPDATE SET value = 70000"
    for name in ("case", "project"):
        world.rows("cases", far, world.northwind.id, name)


def _desk(ada: Client) -> dict[str, str]:
    """What a desk offers: customers of Northwind may know its names, nobody else."""
    nouns = {"categories": "category", "departments": "department", "products": "product", "groups": "group"}
    nouns["templates"] = "template"
    return {
        name: _made(ada.post(f"/desk/{noun}", {"name": f"{CUSTOMERS} {name}"}))["id"] for noun, name in nouns.items()
    }


def _project(crm: Client) -> dict[str, Any] | None:
    """Ann's project, with a task of staff's own; None until cases knows her."""
    project = {"name": f"{ANN} project", "description": f"{ANN} all of it", "on_portal": True}
    project |= {"organisation_external_id": "acme", "contact_external_ids": ["ann"]}
    project["tasks"] = [{"external_id": "1", "title": f"{ANN} task"}]
    project["tasks"].append({"external_id": "2", "title": f"{STAFF} {ANN} task", "internal": True})  # type: ignore[attr-defined]
    project["milestones"] = [{"external_id": "1", "title": f"{ANN} milestone"}]
    answer = crm.put("/projects/by-external-id/zq", project)
    made: dict[str, Any] = answer.json()
    return made if answer.is_success else None


def upload(client: Client, name: str, content: bytes) -> str:
    """A file through S3, checked and committed; returns its id."""
    new = {"file_name": name, "content_type": "text/plain", "size": len(content)}
    session = _made(client.post("/documents/uploads", new))
    target = session["upload"]
    web.put(target["url"], content=content, headers=target["headers"]).raise_for_status()
    document: str = session["document_id"]
    _made(client.post(f"/documents/{document}/commit"))
    return document


def _made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in (200, 201), f"{answer.request.method} {answer.request.url}: {answer.text[:300]}"
    body: dict[str, Any] = answer.json()
    return body
