"""Cases that come in by other ways than the portal: by mail, and by whoever does not log in."""

import re
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import Case, IncomingMail, KnownPerson
from cases.policy import can, visible
from cases.schemas.cases import NewCase, NewNote
from cases.schemas.opening import GuestCase, IncomingMailInput, MailOutcome
from cases.service.notes import add_note
from cases.service.opening import Whose, begin
from kit.caller import Caller
from kit.db import AnyRow, tenant_of
from kit.ids import now

_MARK = re.compile(r"\[CASE-([1-9][0-9]{0,8})\]", re.IGNORECASE)
_UNTITLED = "(no subject)"
SUBJECT = 200
"""Characters of a mail's subject that a case takes."""


async def open_for_guest(tx: AsyncSession, wanted: GuestCase) -> Case:
    """F054, F129: the case of somebody who proved their address. To follow it they log in."""
    opener = _contact(tx, wanted.contact_id, wanted.name, wanted.email, wanted.organisation_id)
    new = NewCase(subject=wanted.subject, body=wanted.body)
    whose = Whose(wanted.contact_id, wanted.name, wanted.organisation_id)
    return (await begin(tx, opener, new, whose, "guest", asks=False, requester_email=wanted.email)).case


async def take_mail(tx: AsyncSession, mail: IncomingMailInput) -> MailOutcome:
    """A known contact's mail is a case, or a note where it answers one of theirs. The same mail twice is taken once."""
    if not await _first_time(tx, mail):
        return await _what_became(tx, mail.message_id)
    sender = await _sender(tx, mail.sender)
    if reason := _refusal(sender, mail):
        return await _conclude(tx, mail, "refused", reason=reason)
    assert sender is not None
    opener = _contact(tx, sender.id, sender.name, sender.email, sender.organisation_id)
    if case := await _answered(tx, opener, mail.subject):
        note = NewNote(body=mail.text, document_ids=mail.document_ids)
        await add_note(tx, opener, str(case.id), note)
        return await _conclude(tx, mail, "noted", case)
    new = NewCase(subject=mail.subject[:SUBJECT].strip() or _UNTITLED, body=mail.text, document_ids=mail.document_ids)
    whose = Whose(sender.id, sender.name, sender.organisation_id)
    opened = await begin(tx, opener, new, whose, "mail", asks=False, requester_email=sender.email)
    return await _conclude(tx, mail, "opened", opened.case)


async def _first_time(tx: AsyncSession, mail: IncomingMailInput) -> bool:
    """Write the mail down. Of two at the same time, the second waits here for the first."""
    row = {"tenant_id": tenant_of(tx), "message_id": mail.message_id, "sender": mail.sender.lower()}
    row |= {"subject": mail.subject, "outcome": "refused", "reason": "empty", "received_at": now()}
    statement = insert(IncomingMail).values(row).on_conflict_do_nothing().returning(IncomingMail.message_id)
    return (await tx.execute(statement)).one_or_none() is not None


async def _what_became(tx: AsyncSession, message_id: str) -> MailOutcome:
    query = (
        select(IncomingMail.outcome, IncomingMail.reason, Case.number)
        .outerjoin(Case, (Case.tenant_id == IncomingMail.tenant_id) & (Case.id == IncomingMail.case_id))
        .where(IncomingMail.message_id == message_id)
    )
    row = (await tx.execute(query)).one()
    reference = f"CASE-{row.number}" if row.number else None
    return MailOutcome(outcome=row.outcome, reference=reference, reason=row.reason)


async def _conclude(
    tx: AsyncSession, mail: IncomingMailInput, outcome: Any, case: Case | None = None, reason: Any = None
) -> MailOutcome:
    row = await tx.get_one(IncomingMail, (tenant_of(tx), mail.message_id))
    row.outcome, row.reason, row.case_id = outcome, reason, case.id if case else None
    return MailOutcome(outcome=outcome, reference=case and case.reference, reason=reason)


async def _sender(tx: AsyncSession, address: str) -> AnyRow | None:
    columns = KnownPerson.id, KnownPerson.name, KnownPerson.email, KnownPerson.organisation_id, KnownPerson.active
    query: Any = select(*columns).where(func.lower(KnownPerson.email) == address.lower(), KnownPerson.kind == "contact")
    found: AnyRow | None = (await tx.execute(query.order_by(KnownPerson.active.desc()).limit(1))).one_or_none()
    return found


def _refusal(sender: AnyRow | None, mail: IncomingMailInput) -> str | None:
    if sender is None:
        return "unknown_sender"
    if not sender.active:
        return "shut_out"
    return None if mail.text else "empty"


async def _answered(tx: AsyncSession, sender: Caller, subject: str) -> Case | None:
    """The open case that the subject names, if it is one the sender may write on."""
    named = _MARK.search(subject)
    if named is None:
        return None
    query = select(Case).where(visible(sender), Case.number == int(named.group(1)))
    case = (await tx.execute(query)).scalar_one_or_none()
    return case if case is not None and can(sender, "comment", case) else None


def _contact(tx: AsyncSession, person_id: Any, name: str, email: str, organisation_id: Any) -> Caller:
    """Somebody writing as themselves: they reach what is their own and what they follow, and no more."""
    return Caller(
        kind="contact",
        tenant_id=tenant_of(tx),
        id=person_id,
        name=name,
        email=email,
        organisation_id=organisation_id,
        organisation_ids=(organisation_id,),
        modules=frozenset({"cases"}),
    )
