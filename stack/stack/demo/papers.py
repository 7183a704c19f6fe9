"""What an admin does by hand: documents into their folders, byte by byte into storage, and an article onto a case."""

import asyncio
from dataclasses import dataclass

import aiohttp

from stack.demo import drawings
from stack.demo.crm import Crm, Json
from stack.demo.directory import Contact
from stack.demo.plan import PASSWORD, Tenant
from stack.services import Site
from stack.trouble import Trouble

TRIES = 20


@dataclass(frozen=True)
class Paper:
    """One document. `on` names what it is for: the first contact, their organisation, a project, or nobody."""

    name: str
    title: str
    says: str | bytes
    folder: str
    on: str = ""
    shown: bool = True


CONTRACT = drawings.letter(
    "Framework contract",
    "Between Northwind Telecom and Acme Ltd the following is agreed.",
    "1. Northwind keeps the lines of all sites in order and answers within four hours.",
    "2. Acme says within a working day what does not work, in the portal.",
    "3. Each side may end this at the end of a quarter, three months before.",
)
PAPERS = (
    Paper("price-list.csv", "Price list", "item;per month\nBusiness Line 100;49.00\nOffice Phone;6.50\n", "public"),
    Paper("terms.txt", "General terms", "1. What we promise\n2. What you owe\n3. How we part\n", "public"),
    Paper("welcome.txt", "Welcome to our portal", "Log in, open a case, follow it. That is all.\n", "public"),
    Paper("contract.pdf", "Framework contract", CONTRACT, "private", "organisation"),
    Paper("floor-plan.png", "Floor plan of the depot", drawings.floor_plan(), "private", "project"),
    Paper("site-survey.txt", "Site survey", "Hall 1: 40 m x 80 m, concrete. Three ducts.\n", "private", "contact"),
    Paper("margin.txt", "Our margin", "Not for the customer.\n", "private", "organisation", shown=False),
    Paper("cable-routes.txt", "Cable routes", "From the cabinet along the north wall.\n", "private", "project"),
)


async def file(site: Site, tenant: Tenant, crm: Crm, contact: Contact) -> None:
    """File them all, once: what is there by its title is not filed again."""
    there = {one["title"] for one in (await crm.get("documents?limit=100"))["items"]}
    missing = [paper for paper in PAPERS if paper.title not in there]
    if not missing:
        return
    [project] = (await crm.get("projects?q=Fibre&limit=1"))["items"]
    whom = {"contact": contact.id, "organisation": contact.organisation_id, "project": project["id"]}
    root = f"{site.origin}/portal/{tenant.slug}"
    headers = {"origin": site.origin, "cookie": await _login(site, root, tenant)}
    async with aiohttp.ClientSession(headers=headers) as who:
        await asyncio.gather(*(_file(who, f"{root}/api/v1", paper, whom) for paper in missing))
        await _point_to_help(who, f"{root}/api/v1", crm)


async def _login(site: Site, root: str, tenant: Tenant) -> str:
    """The cookies of the admin, who may show files to customers, as a header: a jar takes none from a bare number."""
    form = {"email": tenant.admin.email, "password": PASSWORD}
    async with (
        aiohttp.ClientSession(headers={"origin": site.origin}) as session,
        session.post(f"{root}/console/login", data=form, allow_redirects=False) as answer,
    ):
        if answer.status != 303:
            raise Trouble(f"{tenant.name}: nobody could log in to file documents ({answer.status}).")
        return "; ".join(f"{name}={morsel.value}" for name, morsel in answer.cookies.items())


async def _file(who: aiohttp.ClientSession, api: str, paper: Paper, whom: dict[str, str]) -> None:
    content = paper.says.encode() if isinstance(paper.says, str) else paper.says
    records = [{"kind": paper.on, "id": whom[paper.on]}] if paper.on else []
    new: Json = {"file_name": paper.name, "title": paper.title, "size": len(content), "folder": paper.folder}
    told = await _post(who, f"{api}/documents/uploads", new | {"on_portal": paper.shown, "records": records})
    upload = told["upload"]
    async with (
        aiohttp.ClientSession() as storage,
        storage.put(upload["url"], data=content, headers=upload["headers"]) as stored,
    ):
        stored.raise_for_status()
    await _post(who, f"{api}/documents/{told['document_id']}/commit", {})


async def _point_to_help(who: aiohttp.ClientSession, api: str, crm: Crm) -> None:
    """Name the article that explains a router's lights on the case about one, at the tenant that has both."""
    cases = (await crm.get("cases?q=Router 12&limit=1"))["items"]
    articles = (await crm.get("articles?q=Router lights&limit=1"))["items"]
    for case, article in zip(cases, articles, strict=False):
        await _ask(who, "PUT", f"{api}/cases/{case['id']}/articles/{article['id']}", {})


async def _post(who: aiohttp.ClientSession, url: str, body: Json) -> Json:
    return await _ask(who, "POST", url, body)


async def _ask(who: aiohttp.ClientSession, method: str, url: str, body: Json) -> Json:
    """Asks again while a service has not heard of a record yet."""
    said = ""
    for _ in range(TRIES):
        async with who.request(method, url, json=body) as answer:
            if answer.status < 400:
                found: Json = await answer.json()
                return found
            said = await answer.text()
        await asyncio.sleep(0.5)
    raise Trouble(f"The portal refused {method} {url}: {said[:200]}")
