"""A tenant in which projects are run: what tests of projects share."""

from typing import Any
from uuid import UUID

from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import Served, contact, key, staff

MODULES = frozenset({"projects"})

_ORGANISATION = "INSERT INTO organisations (tenant_id, id, external_id, name, version) VALUES ($1, $2, $3, $4, 1)"
_CONTACT = """INSERT INTO people (tenant_id, id, kind, external_id, name, email, organisation_id, organisation_ids,
    active, version) VALUES ($1, $2, 'contact', $3, $4, $3 || '@x.example', $5, ARRAY[$5::uuid], true, 1)"""
_STAFF = """INSERT INTO people (tenant_id, id, kind, name, email, active, version)
    VALUES ($1, $2, 'staff', 'Sam Stone', 'sam@northwind.example', true, 1)"""


class Yard:
    """A tenant with Acme and Zeta, Ann and Cleo of Acme, Sam of the staff, and projects to make."""

    def __init__(self, cases: Served, database: Database, tenant: UUID, acme: UUID) -> None:
        self.cases, self.database, self.tenant, self.acme, self.zeta = cases, database, tenant, acme, new_id()
        self.ann_id, self.cleo_id, self.eve_id = new_id(), new_id(), new_id()
        self.sam_caller = staff(tenant, "projects.write")
        self.sam = cases.by(self.sam_caller)
        self.crm = cases.by(key(tenant, "crm.write", "projects.read"))

    async def move_in(self) -> None:
        """What cases would have heard of these people."""
        organisations = [(self.acme, "acme", "Acme"), (self.zeta, "zeta", "Zeta")]
        people = [(self.ann_id, "ann", "Ann Archer", self.acme), (self.cleo_id, "cleo", "Cleo Cole", self.acme)]
        people.append((self.eve_id, "eve", "Eve Eaton", self.zeta))
        async with self.database.transaction(self.tenant) as tx:
            for organisation in organisations:
                await fetch(tx, _ORGANISATION, self.tenant, *organisation)
            for one in people:
                await fetch(tx, _CONTACT, self.tenant, *one)
            await fetch(tx, _STAFF, self.tenant, self.sam_caller.id)

    def as_contact(self, who: UUID, organisation_id: UUID | None = None, **granted: Any) -> Any:
        granted = {"id": who, "modules": MODULES} | granted
        return self.cases.by(contact(self.tenant, organisation_id or self.acme, **granted))

    @property
    def ann(self) -> Any:
        return self.as_contact(self.ann_id)

    async def project(self, **values: Any) -> dict[str, Any]:
        new = {"name": "Move to the new office", "on_portal": True, "contact_ids": [str(self.ann_id)]}
        made = await self.sam.post("/projects", new | {"organisation_id": str(self.acme)} | values)
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found

    async def said(self, kind: str) -> list[str]:
        async with self.database.transaction(self.tenant) as tx:
            return [row["body"] for row in await fetch(tx, "SELECT body FROM outbox WHERE type = $1 ORDER BY id", kind)]
