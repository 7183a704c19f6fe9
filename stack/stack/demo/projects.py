"""Projects under way, as the CRM has them: of each tenant's first customers, with what leads to their milestones."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta

from stack.demo.crm import Crm, Json
from stack.demo.plan import Tenant
from stack.trouble import Trouble

TRIES = 30


@dataclass(frozen=True)
class Plan:
    """A project: its stages as (milestone, days from today, tasks), and how much of it is done.

    A task that begins with "!" is internal, one with "?" waits for the customer.
    """

    name: str
    status: str
    says: str
    stages: tuple[tuple[str, int, tuple[str, ...]], ...]
    kind: str = "project"
    on_portal: bool = True


PLANS = (
    Plan(
        "Fibre and telephony for the new depot",
        "active",
        "Two fibre lines into the new depot, **40 extensions** and Wi-Fi in the hall, all live before the move.",
        (
            ("Site survey done", -48, ("Walk the site with the builder", "Measure Wi-Fi in the hall")),
            ("Lines ordered", -30, ("Order both fibre lines", "?Sign off the cable routes", "!Agree on the margin")),
            ("Lines in the building", 12, ("Dig the duct", "Pull and splice the fibre", "Test both lines")),
            ("Telephones live", 34, ("Set up 40 extensions", "?Send us the list of names", "Port the main number")),
            ("Handover", 45, ("Train the reception", "Hand over the papers")),
        ),
    ),
    Plan(
        "Move of the mailboxes",
        "active",
        "Every mailbox moves at night, a department at a time. Nobody loses a letter.",
        (
            ("Pilot moved", -12, ("Choose ten people", "Move their mailboxes")),
            ("Everybody moved", -2, ("Move sales", "Move the workshop", "?Tell us who is away in December")),
            ("Old server switched off", 21, ("Keep the backup", "Switch it off")),
        ),
    ),
    Plan(
        "Wi-Fi in every hall",
        "completed",
        "Forty access points, planned, hung and measured.",
        (
            ("Planned", -120, ("Measure the halls",)),
            ("Hung", -80, ("Pull the cables", "Hang the access points")),
            ("Measured", -60, ("Measure again",)),
        ),
    ),
    Plan(
        "Second site",
        "planned",
        "What it takes to put a second site on the same network.",
        (("Decision", 60, ("?Choose the building", "Estimate the lines")),),
    ),
    Plan("Contract papers", "active", "", (), kind="documents"),
    Plan(
        "Audit of the firewall",
        "on_hold",
        "Not shown to the customer yet.",
        (("Report", 40, ("Collect the rules", "Write the report")),),
        on_portal=False,
    ),
)


async def feed(crm: Crm, tenant: Tenant) -> None:
    """Send them all. Until cases has heard of everybody it refuses them, so the CRM asks again."""
    records = projects(tenant, date.today())  # noqa: DTZ011 - a calendar day
    for left in range(TRIES, -1, -1):
        try:
            await crm.put_all("projects", records)
            return
        except Trouble:
            if not left:
                raise
            await asyncio.sleep(1)


def projects(tenant: Tenant, today: date) -> dict[str, Json]:
    """By external id: those of the first contact's organisation, linked to the contacts one may log in as."""
    first = tenant.contacts[0]
    linked = [one.external_id for one in tenant.contacts if one.organisation == first.organisation]
    return {f"p-{number}": _project(plan, tenant, linked, today) for number, plan in enumerate(PLANS, 1)}


def _project(plan: Plan, tenant: Tenant, linked: list[str], today: date) -> Json:
    days = [today + timedelta(days=ahead) for _, ahead, _ in plan.stages]
    return {
        "name": plan.name,
        "description": plan.says,
        "kind": plan.kind,
        "status": plan.status,
        "on_portal": plan.on_portal,
        "documents_on_portal": plan.on_portal,
        "organisation_external_id": tenant.contacts[0].organisation,
        "contact_external_ids": linked,
        "owner_email": tenant.staff[-1].email,
        "starts_on": (days[0] - timedelta(days=20)).isoformat() if days else None,
        "ends_on": (days[-1] + timedelta(days=10)).isoformat() if days else None,
        "milestones": [_milestone(name, day, today) for (name, _, _), day in zip(plan.stages, days, strict=True)],
        "tasks": [
            _task(text, name, day, today, tenant)
            for (name, _, texts), day in zip(plan.stages, days, strict=True)
            for text in texts
        ],
    }


def _milestone(name: str, day: date, today: date) -> Json:
    """What was due more than a few days ago was reached; what was due just now is late."""
    reached = (day - timedelta(days=1)).isoformat() if day < today - timedelta(days=5) else None
    return {"external_id": name, "title": name, "due_on": day.isoformat(), "reached_on": reached}


def _task(text: str, milestone: str, day: date, today: date, tenant: Tenant) -> Json:
    theirs, internal = text.startswith("?"), text.startswith("!")
    done = day < today - timedelta(days=5)
    return {
        "external_id": text,
        "title": text.lstrip("?!"),
        "status": "done" if done else "in_progress" if day < today + timedelta(days=15) else "open",
        "internal": internal,
        "assignee_kind": "contact" if theirs else "staff",
        "assignee_name": tenant.contacts[0].name if theirs else tenant.staff[-1].name,
        "due_on": day.isoformat(),
        "milestone_external_id": milestone,
    }
