"""Tenants, keys, staff and passwords, made with identity's own command as an operator would."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from stack.demo import logo
from stack.demo.plan import PASSWORD, Person, Tenant
from stack.services import Site
from stack.trouble import Trouble

SCOPES = ("crm.write", "people.read", "cases.read", "documents.read", "articles.read", "invoices.read", "projects.read")
GRANTED = tuple(word for scope in SCOPES for word in ("--scope", scope))


async def make_tenant(site: Site, tenant: Tenant) -> dict[str, str]:
    """A tenant with its look, its admin, and the keys of its public link and its CRM."""
    admin = tenant.admin
    with TemporaryDirectory() as folder:
        image = Path(folder) / "logo.png"
        image.write_bytes(logo.png(tenant.name[0], tenant.accent))
        look = ("--accent", tenant.accent, "--logo", str(image), "--landing", "home")
        who = ("--admin", admin.name, "--admin-email", admin.email)
        names = (tenant.slug, tenant.name, tenant.support_email)
        made = await _provision(site, "tenant", *names, *look, *who, *GRANTED)
    return {"api_key": made["api_key"], "crm_key": made["crm_key"]}


async def public_key(site: Site, slug: str) -> str:
    """Another key for the public link."""
    return (await _provision(site, "key", slug, "Public link"))["key"]


async def crm_key(site: Site, slug: str) -> str:
    """Another key for the CRM."""
    return (await _provision(site, "key", slug, "CRM", *GRANTED))["key"]


async def add_agents(site: Site, slug: str, people: Sequence[Person]) -> None:
    """People who work for the tenant, with the demo's password."""
    named = [word for person in people for word in (person.name, person.email)]
    await _provision(site, "staff", slug, *named, "--role", "agent")


async def let_in(site: Site, tenant: Tenant) -> None:
    """The demo's password for the contacts one may log in as."""
    await _provision(site, "password", tenant.slug, "portal", *(person.email for person in tenant.contacts))


async def _provision(site: Site, *words: str) -> dict[str, str]:
    command = [sys.executable, "-m", "identity.provision", *words]
    env = site.environment("identity") | {"PORTICO_NEW_PASSWORD": PASSWORD}
    done = await asyncio.to_thread(subprocess.run, command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"identity.provision {words[0]} failed: {done.stderr.strip().splitlines()[-1:]}")
    told: dict[str, str] = json.loads(done.stdout)
    return told
