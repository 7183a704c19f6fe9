"""Who may see an invoice. One scope for list, count, search and page alike."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, select, true
from sqlalchemy.orm import aliased

from billing_view.models import Invoice, KnownContact, KnownOrganisation
from kit.caller import Caller


def visible(caller: Caller) -> ColumnElement[bool]:
    """F069: the invoices this caller may know of."""
    if caller.kind == "staff" or (caller.kind == "key" and caller.has("invoices.read")):
        return true()
    if caller.kind != "contact" or not caller.uses("invoices") or not caller.id or not caller.organisation_id:
        return false()
    scope = caller.scope("invoices")
    if scope == "hierarchy":
        return Invoice.organisation_external_id.in_(_called(KnownOrganisation, caller.organisation_ids))
    # A scalar, so that the organisation's own index gives the rows in their order.
    own = Invoice.organisation_external_id == _called(KnownOrganisation, [caller.organisation_id]).scalar_subquery()
    if scope == "organisation":
        return own
    return and_(own, Invoice.contact_external_id == _called(KnownContact, [caller.id]).scalar_subquery())


def _called(known: type[KnownOrganisation | KnownContact], ids: Collection[UUID]) -> Select[str | None]:
    """What the CRM calls these. While a name moves from one to another, and both copies have it, it is nobody's."""
    other = aliased(known)
    shared = exists().where(
        other.tenant_id == known.tenant_id, other.external_id == known.external_id, other.id != known.id
    )
    return select(known.external_id).where(known.id.in_(ids), ~shared)


def feeds(caller: Caller) -> bool:
    """Is this the CRM, whose invoices these are?"""
    return caller.kind == "key" and caller.has("crm.write")
