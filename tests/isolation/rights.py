"""Rita, whose rights change: a tenant of her own, so that its settings may change too, and a record in every module."""

import time
from dataclasses import dataclass
from typing import Any

import httpx
import routes
from records import upload
from world import Client, Tenant, World, until

SECONDS = 5
MARK = "ZQRITA"
EMAIL = "rita@initech.example"
API = {
    "cases": ("/cases", "/cases/{case}"),
    "documents": ("/documents", "/documents/{document}"),
    "articles": ("/articles", "/articles?q=ZQRITA", "/articles/{article}"),
    "invoices": ("/invoices", "/invoices/{invoice}"),
    "projects": ("/projects", "/projects/{project}", "/projects/{project}/tasks/{task}"),
}
PAGES = {
    "cases": ("/cases", "/cases/{reference}"),
    "documents": ("/documents", "/documents/{document}"),
    "articles": ("/articles", "/articles/{article}"),
    "invoices": ("/invoices", "/invoices/{invoice}"),
    "projects": ("/projects", "/projects/{project}", "/projects/{project}/tasks/{task}"),
}
"""Where each module shows a record of Rita's."""


@dataclass
class Rita:
    """A contact of Initech with a record in every module, and the ways to change what she may."""

    world: World
    tenant: Tenant
    records: dict[str, str]

    def is_now(self, organisation: str = "initech", **changed: Any) -> None:
        """What the CRM says of her."""
        self.world.contact(self.tenant, organisation, "Rita Reed", EMAIL, **changed)

    def logs_in(self) -> Client:
        """Another session of hers."""
        return self.tenant.login(EMAIL)

    def look(self, client: Client, module: str) -> dict[str, httpx.Response]:
        """Every place of a module, as this client gets to see it."""
        found = {address: client.get(address.format(**self.records)) for address in API[module]}
        found |= {f"page {address}": page(client, address.format(**self.records)) for address in PAGES[module]}
        assert all(answer.status_code < 500 for answer in found.values())
        return found

    def shown(self, client: Client, *modules: str) -> set[str]:
        """The places that show her record."""
        looks = [self.look(client, module) for module in modules or API]
        return {name for look in looks for name, answer in look.items() if answer.is_success and MARK in answer.text}


def page(client: Client, path: str) -> httpx.Response:
    """What a browser with this client's cookie is shown."""
    browser = Client(client.root.removesuffix("/api/v1"), client.headers | {"accept": "text/html"})
    return browser.get(path)


def places(*modules: str) -> set[str]:
    """Everywhere her records are to be seen."""
    return {
        name for module in modules or API for name in (*API[module], *(f"page {address}" for address in PAGES[module]))
    }


def soon(condition: Any) -> None:
    """True five seconds from now at the latest; what is asked last must have begun by then."""
    end = time.monotonic() + SECONDS
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.2)
    assert value


def settle(world: World) -> Rita:
    """Rita's tenant, herself, and what she has."""
    tenant = world.tenant("rights", "rights", "Rights and Sons")
    world.organisation(tenant, "initech", "Initech Ltd")
    world.organisation(tenant, "hooli", "Hooli Ltd")
    rita = Rita(world, tenant, {})
    rita.is_now()
    world.set_password(tenant, EMAIL)
    client = rita.logs_in()
    case: dict[str, str] = until(lambda: opened(client, f"{MARK} printer"))
    invoice = routes.INVOICE | {"number": f"{MARK}-1", "organisation_external_id": "initech"}
    fed = tenant.crm.put("/invoices/by-external-id/rita", invoice).json()
    made = written(tenant)
    document = upload(client, f"{MARK}.txt", b"for Rita's eyes")
    rita.records = {"case": case["id"], "reference": case["reference"], "document": document}
    project = until(lambda: begun(tenant))
    task = until(lambda: client.get(f"/projects/{project['id']}").json().get("tasks"))[0]
    rita.records |= {"project": project["id"], "task": task["id"]}
    rita.records |= {"invoice": fed["id"], "article": made["slug"]}
    return rita


def opened(client: Client, subject: str) -> dict[str, str] | None:
    """A case of this client's; None until the service knows who they are."""
    answer = client.post("/cases", {"subject": subject, "body": "It blinks."})
    case: dict[str, str] = answer.json()
    return case if answer.status_code == 201 else None


def begun(tenant: Tenant) -> dict[str, str] | None:
    """Rita's project, as the CRM feeds it; None until the service knows who she is."""
    project = {"name": f"{MARK} project", "organisation_external_id": "initech", "on_portal": True}
    project |= {"contact_external_ids": ["rita"], "tasks": [{"external_id": "1", "title": f"{MARK} task"}]}
    answer = tenant.crm.put("/projects/by-external-id/rita", project)
    made: dict[str, str] = answer.json()
    return made if answer.is_success else None


def written(tenant: Tenant, **changed: str) -> dict[str, str]:
    """Rita's article, as the CRM feeds it."""
    article = routes.ARTICLE | {"title": f"{MARK} manual", "audience": "customers"} | changed
    answer = tenant.crm.put("/articles/by-external-id/rita", article)
    assert answer.is_success, answer.text
    made: dict[str, str] = answer.json()
    return made
