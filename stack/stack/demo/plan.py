"""Who is in the demo: two tenants, their staff, and the contacts one may log in as."""

from dataclasses import dataclass

PASSWORD = "portico-demo-1"  # noqa: S105 - known to everybody on purpose: for this demo data and nothing else
"""Everybody's password."""


@dataclass(frozen=True)
class Person:
    """Somebody with a login. `external_id` is what the CRM calls a contact; staff have none."""

    name: str
    email: str
    role: str
    organisation: str = ""
    external_id: str = ""


@dataclass(frozen=True)
class Tenant:
    """A tenant to make, and how much of everything it gets."""

    slug: str
    name: str
    support_email: str
    accent: str
    staff: tuple[Person, ...]
    contacts: tuple[Person, ...]
    organisations: int
    people: int
    cases: int
    invoices: int

    @property
    def admin(self) -> Person:
        """The first of the staff."""
        return self.staff[0]


NORTHWIND = Tenant(
    slug="northwind",
    name="Northwind Telecom",
    support_email="support@northwind.example",
    accent="#0f766e",
    staff=(
        Person("Ada Abbot", "ada@northwind.example", "admin"),
        Person("Sam Stone", "sam@northwind.example", "agent"),
        Person("Priya Patel", "priya@northwind.example", "agent"),
        Person("Tom Fischer", "tom@northwind.example", "agent"),
    ),
    contacts=(
        Person("Ann Archer", "ann@acme.example", "contact", "acme", "ann"),
        Person("Bob Barnes", "bob@acme.example", "manager", "acme", "bob"),
        Person("Eve Eaton", "eve@zeta.example", "contact", "zeta", "eve"),
    ),
    organisations=50,
    people=200,
    cases=2000,
    invoices=400,
)
BRIGHTSIDE = Tenant(
    slug="brightside",
    name="Brightside IT",
    support_email="help@brightside.example",
    accent="#b45309",
    staff=(Person("Ben Bright", "ben@brightside.example", "admin"),),
    contacts=(Person("Mallory Mills", "mallory@globex.example", "contact", "globex", "mallory"),),
    organisations=5,
    people=10,
    cases=30,
    invoices=20,
)
TENANTS = (NORTHWIND, BRIGHTSIDE)
