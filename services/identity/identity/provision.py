"""F007: tenants, keys and passwords made by whoever runs the installation.

    python -m identity.provision tenant northwind "Northwind Telecom" support@northwind.example \
        --admin "Ada Abbot" --admin-email ada@northwind.example --accent "#0f766e" --logo logo.png --scope crm.write
    python -m identity.provision staff northwind "Sam Stone" sam@northwind.example --role agent
    python -m identity.provision key northwind "The CRM" --scope crm.write
    python -m identity.provision password northwind portal ann@acme.example bob@acme.example
    python -m identity.provision snapshots northwind

Needs PORTICO_DATABASE_URL and PORTICO_PORTAL_ORIGIN. Passwords come from PORTICO_NEW_PASSWORD, or are
asked for. Prints one JSON object; secrets in it are shown this once.
"""

import argparse
import asyncio
import base64
import getpass
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args
from uuid import UUID

from pydantic import BaseModel, ValidationError

from identity import passwords, queries, service
from identity.errors import ContactNotFound, TenantNotFound
from identity.models import MODULES, ROLES
from identity.schemas import NewKey, PortalSettingsChange
from identity.schemas.access import Landing
from identity.schemas.words import Audience, Email, Slug
from kit.caller import Caller
from kit.db import Database
from kit.ids import new_id
from kit.problems import Problem
from kit.schemas import Line

PASSWORD_LENGTH = 10
"""Characters a password has, at least."""


class NewTenant(BaseModel):
    """A tenant to make, and the first member of its staff."""

    slug: Slug
    settings: PortalSettingsChange
    admin_name: Line
    admin_email: Email
    admin_password: str
    crm: NewKey | None = None


class NewStaff(BaseModel):
    """Somebody who works for a tenant."""

    name: Line
    email: Email
    roles: list[str]
    password: str


class Made(BaseModel):
    """A tenant that was made: what its public link needs, and its CRM if it got a key."""

    tenant_id: UUID
    admin_id: UUID
    api_key: str
    crm_key: str | None = None


def system(tenant_id: UUID) -> Caller:
    """Provisioning, as the verbs know it."""
    return Caller(kind="system", tenant_id=tenant_id, name="provisioning")


async def make_tenant(database: Database, origin: str, new: NewTenant) -> Made:
    """A tenant with its settings, its first publishable key and an admin who can log in."""
    tenant_id, hashed = new_id(), await _hashed(new.admin_password)
    async with database.transaction(tenant_id) as tx:
        await service.create_tenant(tx, new.slug, new.settings, origin)
        admin = await service.add_staff(tx, system(tenant_id), new.admin_name, new.admin_email, ["agent", "admin"])
        await service.set_password(tx, admin.id, hashed)
        link = NewKey(name="Public link", kind="publishable")
        _, api_key = await service.make_key(tx, system(tenant_id), link)
        crm_key = (await service.make_key(tx, system(tenant_id), new.crm))[1] if new.crm else None
    return Made(tenant_id=tenant_id, admin_id=admin.id, api_key=api_key, crm_key=crm_key)


async def tenant_id_of(database: Database, slug: str) -> UUID:
    """The tenant with this slug. Raises TenantNotFound."""
    async with database.transaction(None) as tx:
        found = await queries.portal_by(tx, "slug", slug)
    if found is None:
        raise TenantNotFound(f"There is no tenant with the slug {slug!r}.")
    return UUID(found["tenant_id"])


async def make_key(database: Database, slug: str, new: NewKey) -> str:
    """A key of a tenant; returned this once."""
    tenant_id = await tenant_id_of(database, slug)
    async with database.transaction(tenant_id) as tx:
        _, secret = await service.make_key(tx, system(tenant_id), new)
    return secret


async def add_staff(database: Database, slug: str, new: NewStaff) -> UUID:
    """A member of a tenant's staff, who can log in. Raises EmailTaken."""
    tenant_id, hashed = await tenant_id_of(database, slug), await _hashed(new.password)
    async with database.transaction(tenant_id) as tx:
        person = await service.add_staff(tx, system(tenant_id), new.name, new.email, new.roles)
        await service.set_password(tx, person.id, hashed)
    return person.id


async def set_password(database: Database, slug: str, audience: Audience, email: str, password: str) -> None:
    """Give a contact (portal) or member of staff (console) a password. Raises ContactNotFound."""
    tenant_id, hashed = await tenant_id_of(database, slug), await _hashed(password)
    async with database.transaction(tenant_id) as tx:
        person_id = await queries.person_by(tx, audience, email)
        if person_id is None:
            raise ContactNotFound(f"Nobody at {slug} has the e-mail address {email} ({audience}).")
        await service.set_password(tx, person_id, hashed)


async def say_everything_again(database: Database, origin: str, slug: str) -> int:
    """E7: everything a tenant's copies elsewhere are made of, batch by batch. Returns how many were said."""
    tenant_id, cursor, many = await tenant_id_of(database, slug), None, 0
    while True:
        async with database.transaction(tenant_id) as tx:
            said, cursor = await service.say_everything_again(tx, origin, cursor)
        many += said
        if cursor is None:
            return many


async def _hashed(password: str) -> str:
    if len(password) < PASSWORD_LENGTH:
        raise ValueError(f"A password has at least {PASSWORD_LENGTH} characters.")
    return await passwords.hashed(password)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="identity.provision", description="Make tenants, keys and passwords.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    tenant = verbs.add_parser("tenant", help="make a tenant, its public key and its first admin")
    for name in ("slug", "name", "support_email"):
        tenant.add_argument(name)
    tenant.add_argument("--accent", default="#1f5fbf")
    tenant.add_argument("--landing", default="details", choices=get_args(Landing), help="what contacts see first")
    tenant.add_argument("--logo", type=Path, help="a PNG or JPEG file")
    tenant.add_argument("--admin", required=True)
    tenant.add_argument("--admin-email", required=True)
    staff = verbs.add_parser("staff", help="make members of staff who share a role and a first password")
    staff.add_argument("slug")
    staff.add_argument("people", nargs="+", metavar="name email", help="one or several")
    staff.add_argument("--role", action="append", required=True, choices=list(ROLES))
    tenant.add_argument("--scope", action="append", default=[], help="make a secret key for the CRM, too")
    key = verbs.add_parser("key", help="make a key")
    key.add_argument("slug")
    key.add_argument("name")
    key.add_argument("--scope", action="append", default=[], help="for a secret key; without any it is publishable")
    password = verbs.add_parser("password", help="set somebody's password, or several people's to the same")
    password.add_argument("slug")
    password.add_argument("audience", choices=["portal", "console"])
    password.add_argument("email", nargs="+")
    verbs.add_parser("snapshots", help="say everything again").add_argument("slug")
    return parser.parse_args()


async def _run(asked: argparse.Namespace, database: Database, origin: str) -> dict[str, object]:
    if asked.verb == "tenant":
        return (await make_tenant(database, origin, _new_tenant(asked))).model_dump(mode="json")
    if asked.verb == "staff":
        return {"staff_ids": await _add_staff(database, asked.slug, asked.people, asked.role)}
    if asked.verb == "key":
        kind = "secret" if asked.scope else "publishable"
        new_key = NewKey.model_validate({"name": asked.name, "kind": kind, "scopes": asked.scope})
        return {"key": await make_key(database, asked.slug, new_key)}
    if asked.verb == "password":
        await _set_passwords(database, asked.slug, asked.audience, asked.email)
        return {"set": asked.email}
    return {"said": await say_everything_again(database, origin, asked.slug)}


def _new_tenant(asked: argparse.Namespace) -> NewTenant:
    settings = {"name": asked.name, "accent": asked.accent, "support_email": asked.support_email}
    settings["landing"] = asked.landing
    if asked.logo:
        settings["logo"] = base64.b64encode(asked.logo.read_bytes()).decode()
    return NewTenant(
        slug=asked.slug,
        settings=PortalSettingsChange.model_validate(settings | {"modules": list(MODULES)}),
        admin_name=asked.admin,
        admin_email=asked.admin_email,
        admin_password=_password(),
        crm=NewKey.model_validate({"name": "CRM", "scopes": asked.scope}) if asked.scope else None,
    )


async def _add_staff(database: Database, slug: str, people: Sequence[str], roles: list[str]) -> list[str]:
    if len(people) % 2:
        raise ValueError("Staff are named in pairs: a name, an e-mail address, a name, an e-mail address.")
    password = _password()
    pairs = zip(people[::2], people[1::2], strict=True)
    new = [NewStaff(name=name, email=email, roles=roles, password=password) for name, email in pairs]
    return [str(await add_staff(database, slug, each)) for each in new]


async def _set_passwords(database: Database, slug: str, audience: Audience, emails: Sequence[str]) -> None:
    password = _password()
    for email in emails:
        await set_password(database, slug, audience, email, password)


def _password() -> str:
    return os.environ.get("PORTICO_NEW_PASSWORD") or getpass.getpass("New password: ")


async def _main() -> None:
    asked, database = _arguments(), Database(os.environ["PORTICO_DATABASE_URL"], pool_size=2)
    try:
        print(json.dumps(await _run(asked, database, os.environ["PORTICO_PORTAL_ORIGIN"])))
    except (Problem, ValidationError, ValueError, OSError) as error:
        sys.exit(str(error))
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(_main())
