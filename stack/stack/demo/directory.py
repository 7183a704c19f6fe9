"""Organisations and contacts, as the CRM has them."""

import unicodedata
from dataclasses import dataclass
from random import Random

from stack.demo.crm import Crm, Json
from stack.demo.plan import Tenant

# Organisations people know by name: what they are called, where they write from, who is above them.
KNOWN: dict[str, dict[str, tuple[str, str, str | None]]] = {
    "northwind": {
        "acme": ("Acme Ltd", "acme.example", None),
        "acme-logistics": ("Acme Logistics", "acme-logistics.example", "acme"),
        "zeta": ("Zeta GmbH", "zeta.example", None),
        "zeta-austria": ("Zeta Österreich GmbH", "zeta-austria.example", "zeta"),
        "harbour": ("Harbour Hotels Group", "harbourhotels.example", None),
        "harbour-quay": ("Harbour Hotels Quayside", "quayside.example", "harbour"),
        "harbour-old-town": ("Harbour Hotels Old Town", "oldtown.example", "harbour"),
        "harbour-airport": ("Harbour Hotels Airport", "airport.example", "harbour"),
        "birch": ("Birch & Sons Holdings", "birch.example", None),
        "birch-timber": ("Birch Timber Merchants", "birchtimber.example", "birch"),
        "birch-joinery": ("Birch Joinery", "birchjoinery.example", "birch"),
    },
    "brightside": {"globex": ("Globex", "globex.example", None)},
}
# The rest is put together from these.
FIRST_WORDS = (
    *("Alder", "Beacon", "Castle", "Dover", "Elm", "Fairfield", "Granite", "Hazel", "Ivy", "Juniper", "Kestrel"),
    *("Larch", "Meridian", "Nordsee", "Orchard", "Pembroke", "Quarry", "Ridgeway", "Sandford", "Tamar", "Upland"),
    *("Vale", "Westgate", "Yarrow", "Ashdown", "Brook", "Copper", "Dale", "Ember", "Foxglove", "Greenway", "Holm"),
    *("Isar", "Kirkby", "Linden", "Mosel", "Newbridge", "Oakley", "Priory", "Rowan", "Stour", "Thorn"),
)
TRADES = (
    *(
        "Dental Practice",
        "Solicitors",
        "Architects",
        "Engineering Ltd",
        "Bakery",
        "Veterinary Centre",
        "Primary School",
    ),
    *("Logistik GmbH", "Accountants", "Lettings", "Garden Centre", "Pharmacy", "Brewing Co", "Community Trust"),
    *("Maschinenbau GmbH", "Print & Sign", "Care Homes", "Travel", "Motors", "Optics GmbH", "Recruitment"),
)
GIVEN = (
    *("Alice", "Amir", "Anna", "Bernd", "Carla", "Charlotte", "Chidi", "Clara", "Daniel", "David", "Elena", "Emma"),
    *("Fatima", "Felix", "Fiona", "George", "Hannah", "Harry", "Ines", "Isla", "Jack", "Jana", "James", "Joanna"),
    *("Jonas", "Karim", "Katrin", "Kofi", "Laura", "Leon", "Lucy", "Lukas", "Maria", "Marta", "Martin", "Mei", "Nadia"),
    *("Niamh", "Oliver", "Olivia", "Owen", "Paul", "Petra", "Rachel", "Rahul", "Rosa", "Ruth", "Samira", "Simon"),
    *("Sofia", "Stefan", "Susan", "Thomas", "Uwe", "Vera", "Walter", "Yusuf", "Zoe"),
)
FAMILY = (
    *("Adams", "Ahmed", "Baker", "Bauer", "Bennett", "Brandt", "Carter", "Clarke", "Cooper", "Davies", "Dietrich"),
    *("Edwards", "Evans", "Fischer", "Foster", "Gray", "Green", "Haas", "Hall", "Harris", "Hughes", "Jansen", "Kaur"),
    *("Keller", "Khan", "Klein", "Lange", "Lewis", "Maier", "Mensah", "Moore", "Morgan", "Murphy", "Neumann", "Novak"),
    *("O'Brien", "Okafor", "Osei", "Parker", "Patel", "Price", "Reid", "Richter", "Roberts", "Schulz", "Scott"),
    *("Shah", "Silva", "Singh", "Taylor", "Turner", "Vogel", "Walsh", "Ward", "Weber", "Wright", "Young", "Zimmer"),
)


@dataclass(frozen=True)
class Contact:
    """One contact, as the portal knows them now."""

    id: str
    name: str
    external_id: str
    organisation: str
    organisation_id: str


async def feed(crm: Crm, tenant: Tenant) -> list[Contact]:
    """Send organisations, then the contacts in them; parents before those below them."""
    chosen = organisations(tenant)
    for below in (False, True):
        records = {key: record for key, record in chosen.items() if bool(record.get("parent_external_id")) == below}
        await crm.put_all("organisations", {key: _told(record) for key, record in records.items()})
    records = contacts(tenant, chosen)
    made = await crm.put_all("contacts", records)
    return [
        Contact(said["id"], said["name"], key, records[key]["organisation_external_id"], said["organisation_id"])
        for key, said in made.items()
    ]


def organisations(tenant: Tenant) -> dict[str, Json]:
    """By external id, each with the domain its people write from."""
    chosen: dict[str, Json] = {
        key: {"name": name, "domain": domain} | ({"parent_external_id": parent} if parent else {})
        for key, (name, domain, parent) in KNOWN[tenant.slug].items()
    }
    rng = Random(f"organisations of {tenant.slug}")
    for first in rng.sample(FIRST_WORDS, tenant.organisations - len(chosen)):
        chosen[first.lower()] = {"name": f"{first} {rng.choice(TRADES)}", "domain": f"{first.lower()}.example"}
    return chosen


def contacts(tenant: Tenant, chosen: dict[str, Json]) -> dict[str, Json]:
    """By external id: those with a login, somebody at every organisation, and more at some."""
    rng = Random(f"contacts of {tenant.slug}")
    people = {
        known.external_id: _contact(known.name, known.email, known.organisation, manager=known.role == "manager")
        for known in tenant.contacts
    }
    taken = {person["name"] for person in people.values()}
    places = [*chosen, *rng.choices(list(chosen), k=tenant.people)]
    for place in places[: tenant.people - len(people)]:
        name = _new_name(rng, taken)
        email = f"{_ascii(name)}@{chosen[place]['domain']}"
        people[f"c-{len(people) + 1:04}"] = _contact(name, email, place, manager=rng.random() < 0.1)
    return people


def _contact(name: str, email: str, organisation: str, *, manager: bool) -> Json:
    record = {"name": name, "email": email, "organisation_external_id": organisation}
    return record | {"portal_enabled": True, "manager": manager}


def _new_name(rng: Random, taken: set[str]) -> str:
    while (name := f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}") in taken:
        pass
    taken.add(name)
    return name


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".").replace("'", "")


def _told(record: Json) -> Json:
    return {field: value for field, value in record.items() if field != "domain"}
