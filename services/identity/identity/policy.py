"""What a person or key is granted, and who may see whom."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, true

from identity.models import MODULES, ROLES, Contact, Organisation, Session
from identity.schemas.access import AccessSettings
from kit.caller import Caller, Scope
from kit.ids import now

Found = Any
"""A row of `session_known` or `key_resolve`, or one of the same names made at login."""

_REACH: tuple[Scope, ...] = ("own", "organisation", "hierarchy")


def caller_of_person(found: Found, portal: dict[str, Any]) -> Caller:
    """What somebody with a session is granted, as of now."""
    tenant_id = UUID(str(portal["tenant_id"]))
    common: dict[str, Any] = {"tenant_id": tenant_id, "id": found["person_id"], "name": found["name"]}
    common |= {"email": found["email"], "session_id": found["session_id"]}
    if found["audience"] == "console":
        permissions = frozenset[str]().union(*(ROLES.get(role, frozenset()) for role in found["roles"]))
        return _until_changed(
            found, Caller(kind="staff", modules=frozenset(portal["modules"]), permissions=permissions, **common)
        )
    caller = Caller(
        kind="contact",
        organisation_id=found["organisation_id"],
        organisation_ids=tuple(found["organisation_ids"]),
        modules=_readable(modules_of(portal["modules"], found["modules"]), faq=found["faq"]),
        scopes=scopes_of(portal["scopes"], manager=found["manager"]),
        permissions=_rights(found, portal),
        read_only=found["read_only"],
        **common,
    )
    return _until_changed(found, caller)


def support_ends_on(end: date | None, access: dict[str, Any]) -> date | None:
    """F087: the end of somebody's support, from so many days before it on as their tenant chose. Days are UTC's."""
    notice = AccessSettings.model_validate(access).support_notice_days
    return end if notice and end and timedelta(0) <= end - now().date() <= timedelta(notice) else None


def _rights(found: Found, portal: dict[str, Any]) -> frozenset[str]:
    seen = portal["access"].get("colleagues_seen", "everybody") == "everybody"
    rights = {"organisation.manage": found["manager"], "sign": found["can_sign"], "colleagues.see": seen}
    return frozenset(right for right, granted in rights.items() if granted)


def _readable(modules: frozenset[str], *, faq: bool) -> frozenset[str]:
    """F028: without the tick a contact has no articles."""
    return modules if faq else modules - {"articles"}


def _until_changed(found: Found, caller: Caller) -> Caller:
    """F033: whoever must choose another password first can do nothing else, whichever service is asked."""
    if not found["must_change"]:
        return caller
    return caller.model_copy(update={"modules": frozenset(), "permissions": frozenset(), "read_only": True})


def caller_of_key(found: Found, portal: dict[str, Any]) -> Caller:
    """What a secret key is granted, as of now."""
    return Caller(
        kind="key",
        tenant_id=UUID(portal["tenant_id"]),
        id=found["id"],
        name=found["name"],
        modules=frozenset(portal["modules"]),
        permissions=frozenset(found["scopes"]),
    )


def modules_of(tenants: Sequence[str], contacts: Sequence[str] | None) -> frozenset[str]:
    """F027: what the tenant has switched on, and of that what this contact is to see."""
    return frozenset(tenants) if contacts is None else frozenset(tenants) & frozenset(contacts)


def scopes_of(tenants: dict[str, str], *, manager: bool) -> dict[str, Scope]:
    """F067, F068, F069: how far a contact sees; a manager at least the whole organisation."""
    least = 1 if manager else 0
    reach = {name: max(_REACH.index(cast(Scope, tenants.get(name, "own"))), least) for name in MODULES}
    return {name: _REACH[far] for name, far in reach.items()}


def sees_everybody(caller: Caller) -> bool:
    """Staff, and keys that write the directory or were granted to read it."""
    return caller.kind == "staff" or (caller.kind == "key" and (caller.has("crm.write") or caller.has("people.read")))


def may_write_people(caller: Caller) -> bool:
    """The CRM's keys, and provisioning: they name people by the CRM's own ids."""
    return caller.kind == "system" or (caller.kind == "key" and caller.has("crm.write"))


def may_edit_people(caller: Caller) -> bool:
    """Whoever may make and change people one by one: the CRM, provisioning, and staff with the right."""
    return may_write_people(caller) or (caller.kind == "staff" and caller.has("people.edit"))


def may_edit_staff(caller: Caller) -> bool:
    """F021: staff with the right, themselves; no key makes an admin."""
    return caller.kind == "staff" and caller.has("people.edit")


def may_show_password(caller: Caller, *, chosen: bool, enabled: bool, has_own: bool) -> bool:
    """F030: staff, where the tenant chose so, for a contact who may come in and has no password of their own."""
    return caller.kind == "staff" and may_edit_people(caller) and chosen and enabled and not has_own


def visible_organisations(caller: Caller) -> ColumnElement[bool]:
    """F056: the organisations this caller may know of."""
    if sees_everybody(caller):
        return true()
    if caller.kind != "contact" or caller.organisation_id is None:
        return false()
    return Organisation.id.in_({caller.organisation_id, *caller.organisation_ids})


def visible_contacts(caller: Caller) -> ColumnElement[bool]:
    """F057: the contacts this caller may know of: themselves; a manager those of the organisation.

    For a further organisation of theirs nobody's own record is there, for it names the own organisation: see
    `service/colleagues.py` for who else acts for an organisation.
    """
    if sees_everybody(caller):
        return true()
    if caller.kind != "contact" or caller.organisation_id is None:
        return false()
    of_the_organisation = Contact.organisation_id == caller.organisation_id
    return of_the_organisation if manages(caller) else and_(of_the_organisation, Contact.id == caller.id)


def manages(caller: Caller) -> bool:
    """Does this contact look after the organisation they act for?"""
    return caller.kind == "contact" and caller.organisation_id is not None and caller.has("organisation.manage")


def sees_colleagues(caller: Caller) -> bool:
    """F057: does this contact see who else acts for their organisation? Where the tenant chose so, managers alone."""
    looks = caller.kind == "contact" and caller.organisation_id is not None and caller.has("colleagues.see")
    return looks or manages(caller)


def visible_staff(caller: Caller) -> ColumnElement[bool]:
    """Who works for the tenant is told to those who do, and to keys that read the directory."""
    return true() if sees_everybody(caller) else false()


def visible_sessions(caller: Caller) -> ColumnElement[bool]:
    """Everybody sees their own sessions, of the portal or of the console, and nobody another's."""
    if caller.id is None or caller.kind not in ("contact", "staff"):
        return false()
    audience = "portal" if caller.kind == "contact" else "console"
    return and_(Session.person_id == caller.id, Session.audience == audience)


def visible_keys(caller: Caller) -> ColumnElement[bool]:
    """Keys are seen by whoever manages them."""
    return true() if caller.kind == "staff" and caller.has("keys.manage") else false()


def may_set_up(caller: Caller) -> bool:
    """F021: the portal and its addresses are set up by those who edit its settings."""
    return caller.kind == "staff" and caller.has("settings.edit")


def may_read_trail(caller: Caller) -> bool:
    """O+8: the trail is read by staff and keys with the right, and by nobody else."""
    return caller.kind in ("staff", "key") and caller.has("audit.read")


def visible_audit(caller: Caller) -> ColumnElement[bool]:
    """O+8: the same, for lists."""
    return true() if may_read_trail(caller) else false()


def visible_registrations(caller: Caller) -> ColumnElement[bool]:
    """F037: registrations are seen by whoever maps them."""
    return true() if caller.kind == "staff" and caller.has("registrations.map") else false()


def visible_imports(caller: Caller) -> ColumnElement[bool]:
    """Files are seen by those who may bring them in: staff with the right, and the CRM."""
    return true() if may_edit_people(caller) else false()
