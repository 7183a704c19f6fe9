"""What is done with mails: made for an event, taken to be sent, concluded; and the feed that events go into.

The only place that writes either.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

import orjson
from prometheus_client import Counter
from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import AccessIssued, Event
from kit.at_last import gather_at_last
from kit.db import AnyRow, tenant_of
from kit.ids import now
from kit.telemetry import traceparent
from notifier import queries
from notifier.errors import PortalUnknown, RecipientUnknown
from notifier.models import Mail, mail_id
from notifier.policy import Notice, kept_as, told, withheld

WITHHELD = Counter("portico_mails_withheld", "Mails not made because the recipient gets none", ["reason"])
SENT = Counter("portico_mails_sent", "Mails the outgoing server took")

LEASE = timedelta(minutes=2)
"""How long a worker may hold a mail; longer than all deadlines of one sending together."""
MOST_TRIES = 12
LONGEST_WAIT = 4 * 3600
PATIENCE = timedelta(days=2)
"""How long a mail waits for a server that is away; that is not the mail's fault and costs it no try."""

CUT = "The sending was cut at an unknown moment."

_TAKE = text("SELECT * FROM mails_take(1, :lease, :most_tries, :cut)")


@dataclass(frozen=True)
class Outcome:
    """How a sending ended. `queued`: try again; `unknown`: the server may or may not have it."""

    state: Literal["sent", "queued", "failed", "unknown"]
    error: str | None = None


class SupportDesk(NamedTuple):
    """The tenant's support address: nobody's account, and yet written to."""

    id: UUID
    name: str
    email: str
    kind: str = "stranger"


async def tell(tx: AsyncSession, event_id: UUID, notice: Notice, about: str, data: dict[str, Any]) -> None:
    """Make one mail for each person an event is to be told to; made already, it stays as it is.

    Raises RecipientUnknown or PortalUnknown while the copies lag behind, so that the event waits for them.
    """
    portal = await queries.portal(tx)
    if portal is None:
        raise PortalUnknown()
    people = await queries.people(tx, notice.named | notice.pool, on_duty=notice.else_on_duty)
    if missing := notice.named - {person.id for person in people}:
        raise RecipientUnknown(", ".join(sorted(map(str, missing))))
    told_to = _kept(told(notice, people), portal.modules, data)
    rows = [_row(tenant_of(tx), event_id, person, template, about, data) for person, template in told_to]
    if rows:
        await tx.execute(insert(Mail).values(rows).on_conflict_do_nothing())


async def tell_of_renewal(tx: AsyncSession, event_id: UUID, contact_id: UUID, data: dict[str, Any]) -> None:
    """F087: one mail to the contact, unless they get none, and one to the tenant's support address.

    Raises RecipientUnknown or PortalUnknown while the copies lag behind.
    """
    portal = await queries.portal(tx)
    if portal is None:
        raise PortalUnknown()
    people = await queries.people(tx, [contact_id], on_duty=False)
    if not people:
        raise RecipientUnknown(str(contact_id))
    desk = SupportDesk(event_id, portal.name, portal.support_email)
    data = data | {"module": None}
    of_them = data | {"path": f"/console/contacts/{contact_id}"}
    rows = [_row(tenant_of(tx), event_id, desk, "support_end_of", None, of_them)] if desk.email else []
    if reason := withheld(people[0], portal.modules, None, None):
        WITHHELD.labels(reason).inc()
    else:
        rows.append(_row(tenant_of(tx), event_id, people[0], "support_end", None, data | {"path": "/"}))
    if rows:
        await tx.execute(insert(Mail).values(rows).on_conflict_do_nothing())


async def tell_of_upload(
    tx: AsyncSession, event_id: UUID, contact_id: UUID, tell_id: UUID | None, about: str, data: dict[str, Any]
) -> None:
    """F142, F145: of a customer's file, to who is named for it, and to who is on duty where the contact is flagged;
    these read the usual words alone.

    Raises RecipientUnknown while the contact is not known, so that the event waits for them.
    """
    flagged = await queries.notifies_team(tx, contact_id)
    if flagged is None:
        raise RecipientUnknown(str(contact_id))
    notice = Notice(frozenset(), to_customers=None, to_staff="document_added", owner_id=None)
    if tell_id:
        await tell(tx, event_id, replace(notice, owner_id=tell_id), about, data)
    if flagged:
        await tell(tx, event_id, replace(notice, else_on_duty=True), about, data | {"notice": ""})


async def write_credential(tx: AsyncSession, event: AccessIssued) -> None:
    """Make the one mail of an access that was issued. Its content stays sealed until the letter is written.

    Raises PortalUnknown or RecipientUnknown while the copies lag behind.
    """
    portal = await queries.portal(tx)
    if portal is None:
        raise PortalUnknown()
    if event.person_id is not None and not await queries.people(tx, [event.person_id], on_duty=False):
        raise RecipientUnknown(str(event.person_id))
    tenant_id, recipient = tenant_of(tx), event.email.lower()
    row = {
        "tenant_id": tenant_id,
        "id": mail_id(tenant_id, event.issue_id, recipient, event.template),
        "event_id": event.issue_id,
        "template": event.template,
        "kind": "credential",
        "recipient": recipient,
        "recipient_id": event.person_id or event.issue_id,
        "recipient_kind": event.person_kind,
        "recipient_name": event.name,
        "about": None,
        "data": {"sealed": event.sealed},
        "trace": traceparent(),
    }
    await tx.execute(insert(Mail).values(row).on_conflict_do_nothing())


def record(tx: AsyncSession, event: Event) -> None:
    """Put an event into the tenant's changes feed, numbered in the moment of the commit.

    With the fields that are declared here and no others: what a newer speaker adds, nobody has looked at yet.
    """
    if not event.public:
        return
    said = event.envelope.model_dump(include={"id", "type", "occurred_at", "version"})
    said["type"] = kept_as(event)
    said["data"] = orjson.Fragment(event.model_dump_json())
    gather_at_last(tx, "changes_add", orjson.dumps(said).decode())


def _kept(recipients: Iterable[tuple[Any, str]], modules: list[str], data: dict[str, Any]) -> list[tuple[Any, str]]:
    kept = []
    for person, template in recipients:
        if reason := withheld(person, modules, data.get("organisation_id"), data.get("module", "cases")):
            WITHHELD.labels(reason).inc()
        else:
            kept.append((person, template))
    return kept


def _row(
    tenant_id: UUID, event_id: UUID, person: Any, template: str, about: str | None, data: dict[str, Any]
) -> dict[str, Any]:
    recipient = person.email.lower()
    return {
        "tenant_id": tenant_id,
        "id": mail_id(tenant_id, event_id, recipient, template),
        "event_id": event_id,
        "template": template,
        "recipient": recipient,
        "recipient_id": person.id,
        "recipient_kind": person.kind,
        "recipient_name": person.name,
        "about": about,
        "data": data,
        "trace": traceparent(),
    }


async def take_mail(tx: AsyncSession) -> AnyRow | None:
    """Lease the mail that has been due the longest, of any tenant. Outside of a tenant.

    One at a time: a worker that is killed leaves one mail in doubt, not a batch of them.
    """
    values = {"lease": LEASE, "most_tries": MOST_TRIES, "cut": CUT}
    row: AnyRow | None = (await tx.execute(_TAKE, values)).one_or_none()
    return row


async def conclude(tx: AsyncSession, mail: AnyRow, outcome: Outcome) -> None:
    """Write down how a sending ended, unless the lease was lost and somebody else has the mail by now."""
    tries = mail.tries + 1
    again = outcome.state == "queued" or (outcome.state == "unknown" and mail.kind == "notification")
    given_up = again and tries >= MOST_TRIES
    values = {
        "state": "failed" if given_up else outcome.state,
        "tries": tries,
        "error": outcome.error,
        "next_at": now() + back_off(tries) if again and not given_up else None,
        "sent_at": now() if outcome.state == "sent" else None,
    }
    if mail.kind == "credential" and values["next_at"] is None:
        values["data"] = {}
    mine = Mail.state != "sent" if outcome.state == "sent" else _leased(mail)
    await tx.execute(update(Mail).where(Mail.id == mail.id, mine).values(values))
    if outcome.state == "sent":
        SENT.inc()


async def give_back(tx: AsyncSession, mail: AnyRow, error: str, wait: float) -> None:
    """Put a mail back that could not be handed to anybody, because the server is away; in the end it fails."""
    late = now() - mail.created_at > PATIENCE
    values = {
        "state": "failed" if late else "queued",
        "error": error,
        "next_at": None if late else now() + timedelta(seconds=wait),
    }
    await tx.execute(update(Mail).where(Mail.id == mail.id, _leased(mail)).values(values))


def _leased(mail: AnyRow) -> Any:
    return (Mail.state == "sending") & (Mail.next_at == mail.next_at)


def back_off(tries: int) -> timedelta:
    """Seconds at first, hours in the end: twelve tries take most of a day. Jitter keeps mails from marching in step."""
    return timedelta(seconds=min(5 * 3**tries, LONGEST_WAIT) * random.uniform(0.75, 1.25))
