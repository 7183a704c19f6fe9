"""Demo data: two tenants with two years behind them, fed in through the doors that real ones come through."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from stack.demo import billing, casebook, desk, directory, library, papers, projects, provisioning
from stack.demo.crm import Crm
from stack.demo.plan import PASSWORD, TENANTS, Person, Tenant
from stack.services import Site
from stack.state import State
from stack.trouble import Trouble
from stack.web import Refused, Unanswered, ask

__all__ = ["PASSWORD", "addresses", "keys", "logins", "main", "remembered"]

Say = Callable[[str], None]
Memory = dict[str, Any]
"""What is remembered of a tenant: `api_key` (public), `crm_key`, and whether it is `done`."""


def main(site: Site, say: Say, tenants: Sequence[Tenant] = TENANTS) -> None:
    """Make what is missing. A second call changes nothing; one after a call that was cut goes on from there."""
    asyncio.run(_main(site, say, tenants))


def remembered(state: State, tenant: Tenant) -> Memory:
    """What is kept of a tenant, readable by the owner only."""
    known: Memory | None = state.recall(f"demo-{tenant.slug}")
    return known or {}


def addresses(site: Site) -> list[tuple[str, str, str]]:
    """Where each tenant's doors are."""
    found = []
    for tenant in TENANTS:
        link = f"{site.origin}/account/login?api_key={remembered(site.state, tenant)['api_key']}"
        root = f"{site.origin}/portal/{tenant.slug}"
        found += [
            (tenant.name, "public link", link),
            ("", "portal", f"{root}/login"),
            ("", "console", f"{root}/console/login"),
        ]
    return found


def logins() -> list[tuple[str, str, str]]:
    """Whom one can be, and through which door."""
    return [
        (person.email, person.name, f"{person.role} of {place}, {door}")
        for tenant in TENANTS
        for people, door in ((tenant.contacts, "portal"), (tenant.staff, "console"))
        for person in people
        for place in [_place(tenant, person)]
    ]


def _place(tenant: Tenant, person: Person) -> str:
    return directory.KNOWN[tenant.slug][person.organisation][0] if person.organisation else tenant.name


def keys(state: State) -> list[tuple[str, str, str]]:
    """Every tenant's keys. Raises Trouble when there are none yet."""
    found = []
    for tenant in TENANTS:
        known = remembered(state, tenant)
        if not known.get("done"):
            raise Trouble("There are no demo tenants yet: run `portico up`.")
        found += [(tenant.name, "public link", known["api_key"]), ("", "CRM (secret)", known["crm_key"])]
    return found


async def _main(site: Site, say: Say, tenants: Sequence[Tenant]) -> None:
    await asyncio.gather(*(_tenant(site, tenant, say) for tenant in tenants))


async def _tenant(site: Site, tenant: Tenant, say: Say) -> None:
    known = remembered(site.state, tenant)
    there = await asyncio.to_thread(_leads, f"{site.origin}/account/login?api_key={known.get('api_key', '')}")
    if there and known.get("done"):
        return
    say(f"{tenant.name}: tenant and keys")
    known = await _keys(site, tenant, known if there else {})
    site.state.remember(f"demo-{tenant.slug}", known)
    await _fill(site, tenant, known["crm_key"], say)
    site.state.remember(f"demo-{tenant.slug}", known | {"done": True})


async def _keys(site: Site, tenant: Tenant, known: Memory) -> Memory:
    """The tenant's keys; what is not known of a tenant that is there is made anew."""
    if not known and not await asyncio.to_thread(_leads, f"{site.origin}/portal/{tenant.slug}/login"):
        return await provisioning.make_tenant(site, tenant)
    api_key = known.get("api_key") or await provisioning.public_key(site, tenant.slug)
    crm_key = known.get("crm_key")
    if not crm_key or not await _works(site, crm_key):
        crm_key = await provisioning.crm_key(site, tenant.slug)
    return {"api_key": api_key, "crm_key": crm_key}


def _leads(address: str) -> bool:
    """There is a portal at this address, or at the one it leads to."""
    try:
        ask("GET", address)
    except Refused as refused:
        if refused.status == 404:
            return False
        raise Trouble(f"The portal {refused}: run `portico doctor`.") from refused
    except Unanswered as error:
        raise Trouble("The portal does not answer: run `portico up`.") from error
    return True


async def _works(site: Site, secret: str) -> bool:
    async with Crm(site.origin, secret) as crm:
        return await crm.works()


async def _fill(site: Site, tenant: Tenant, secret: str, say: Say) -> None:
    async with Crm(site.origin, secret) as crm:
        tenant_id = UUID((await crm.get("me"))["caller"]["tenant_id"])
        staff = asyncio.create_task(_staff(site, tenant, crm))
        say(f"{tenant.name}: {tenant.organisations} organisations, {tenant.people} contacts")
        contacts = await directory.feed(crm, tenant)
        team = await staff
        known = casebook.Known(contacts, team)
        say(f"{tenant.name}: {tenant.cases} cases, {tenant.invoices} invoices, articles")
        names = {key: told["name"] for key, told in directory.organisations(tenant).items()}
        await asyncio.gather(
            provisioning.let_in(site, tenant),
            billing.feed(crm, tenant, contacts, names),
            library.feed(crm, tenant),
            library.announce(site, tenant, tenant_id),
            casebook.write(site, tenant, tenant_id, known),
            desk.write(site, tenant, tenant_id, team),
        )
        await casebook.heard(site, tenant_id, len(contacts), len(names))
        await projects.feed(crm, tenant)
        await papers.file(site, tenant, crm, contacts[0])


async def _staff(site: Site, tenant: Tenant, crm: Crm) -> dict[str, tuple[str, str]]:
    """Those who are missing are made; everybody's id and name by e-mail address."""
    there = {person["email"] for person in (await crm.get("staff"))["items"]}
    missing = [person for person in tenant.staff if person.email not in there]
    if missing:
        await provisioning.add_agents(site, tenant.slug, missing)
    return {person["email"]: (person["id"], person["name"]) for person in (await crm.get("staff"))["items"]}
