"""One person, many organisations: which they are, for which one acts, and who gives and takes them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Response

from identity import service
from identity.api.internal import internal, session_view
from identity.models import Membership, Organisation
from identity.queries import members
from identity.schemas.internal import SessionResolved, Switch
from identity.schemas.members import MembershipChange, Memberships, MembershipView, MyOrganisations
from identity.schemas.words import ExternalId
from identity.service.memberships import Named
from kit.edge import Caller, Tx, router

acting = router(tags=["people"])

Key = Annotated[ExternalId, Path(description="The CRM's own id of the contact.")]
OrganisationKey = Annotated[ExternalId, Path(description="The CRM's own id of the organisation.")]
_EXTERNAL = "/contacts/by-external-id/{external_id}/memberships/by-external-id/{organisation_external_id}"
_NEW: dict[int | str, dict[str, Any]] = {201: {"model": MembershipView}}


@internal.post("/sessions/switch")
async def switch_session(which: Switch, tx: Tx) -> SessionResolved:
    """Have a session act for another of its person's organisations; 404 for any other."""
    return session_view(*await service.switch(tx, which.token, which.organisation_id))


@acting.get("/me/organisations")
async def list_my_organisations(caller: Caller, tx: Tx) -> MyOrganisations:
    """Every organisation the caller may act for, by name."""
    return MyOrganisations(items=await members.my_organisations(tx, caller))


@acting.post("/me/organisations/{organisation_id}/default")
async def choose_default(organisation_id: UUID, caller: Caller, tx: Tx) -> MyOrganisations:
    """Act for this organisation after logging in."""
    await service.set_default(tx, caller, organisation_id)
    return MyOrganisations(items=await members.my_organisations(tx, caller))


@acting.get("/contacts/{contact_id}/memberships")
async def list_memberships(contact_id: UUID, caller: Caller, tx: Tx) -> Memberships:
    """The further organisations a contact acts for; for staff and keys that see the directory."""
    return Memberships(items=await members.memberships(tx, caller, contact_id))


@acting.put("/contacts/{contact_id}/memberships/{organisation_id}", responses=_NEW)
async def put_membership(
    contact_id: UUID, organisation_id: UUID, change: MembershipChange, caller: Caller, tx: Tx, response: Response
) -> MembershipView:
    """F027: have a contact act for a further organisation (201), or change what they may there (200)."""
    return await _put(caller, tx, Named(contact_id, organisation_id), change, response)


@acting.delete("/contacts/{contact_id}/memberships/{organisation_id}", status_code=204)
async def end_membership(contact_id: UUID, organisation_id: UUID, caller: Caller, tx: Tx) -> None:
    """Have a contact act for an organisation no more."""
    await service.end_membership(tx, caller, Named(contact_id, organisation_id))


@acting.put(_EXTERNAL, responses=_NEW)
async def put_membership_by_external_id(
    external_id: Key,
    organisation_external_id: OrganisationKey,
    change: MembershipChange,
    caller: Caller,
    tx: Tx,
    response: Response,
) -> MembershipView:
    """The same, for the CRM, by its own ids."""
    return await _put(caller, tx, Named(external_id, organisation_external_id), change, response)


@acting.delete(_EXTERNAL, status_code=204)
async def end_membership_by_external_id(
    external_id: Key, organisation_external_id: OrganisationKey, caller: Caller, tx: Tx
) -> None:
    """The same, for the CRM, by its own ids."""
    await service.end_membership(tx, caller, Named(external_id, organisation_external_id))


async def _put(caller: Caller, tx: Tx, who: Named, change: MembershipChange, response: Response) -> MembershipView:
    membership, organisation, is_new = await service.put_membership(tx, caller, who, change)
    response.status_code = 201 if is_new else 200
    return _view(membership, organisation)


def _view(membership: Membership, organisation: Organisation) -> MembershipView:
    return MembershipView(
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        organisation_external_id=organisation.external_id,
        manager=membership.manager,
        modules=membership.modules,
    )
