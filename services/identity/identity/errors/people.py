"""What can be wrong with organisations, contacts, leads and staff."""

from collections.abc import Sequence
from typing import ClassVar

from kit.problems import Conflict, Invalid, NotAllowed, NotFound, Problem


class OrganisationNotFound(NotFound):
    """No such organisation, or not for this caller."""

    title = "There is no such organisation, or it is not yours to see."


class ContactNotFound(NotFound):
    """No such contact, or not for this caller."""

    title = "There is no such contact, or it is not yours to see."


class StaffNotFound(NotFound):
    """The caller is not an active member of staff."""

    title = "There is no such member of staff, or it is not yours to see."


class MayNotDoThat(NotAllowed):
    """The caller lacks the right for this verb."""


class EmailTaken(Conflict):
    """F025: within a tenant an e-mail address belongs to one person."""

    title = "Another contact already uses this e-mail address. Give each contact an address of its own."

    def __init__(self, detail: str = "", *, errors: Sequence[dict[str, str]] = ()) -> None:
        super().__init__(
            detail,
            errors=errors or [{"field": "email", "detail": "This e-mail address belongs to somebody else already."}],
        )


class SentTwice(Conflict):
    """Two requests made the same new record at the same time; one of them won."""

    title = "The same record was being made by another request. Send it again."


class UnknownOrganisation(Invalid):
    """A contact belongs to an organisation that is here already, and a parent is one too."""

    title = "There is no organisation with this external id yet. Send the organisation first."


class CircularHierarchy(Invalid):
    """An organisation is never below itself."""

    title = "This parent is below the organisation itself. Choose another parent."


class SameEmail(Invalid):
    """F055: there is nothing to change."""

    title = "This is your address already. Enter another one."


class TooManyLetters(Problem):
    """Letters cost their reader something: nobody has more sent than they can mean."""

    status: ClassVar[int] = 429
    title = "You had many letters sent in the last hour. Wait a while and try again."


class CannotInvite(Conflict):
    """F025: the address is somebody's already; whose, a manager of one organisation is not told."""

    title = "This address cannot be invited from here. Ask the people who run this portal."


class NotYours(Invalid):
    """F027: a manager passes on what they see themselves, and no more."""

    title = "You can only give what you see yourself."


class ManagersAreStaffs(NotAllowed):
    """Managers are appointed, and looked after, by the tenant; nobody changes what they may themselves."""

    title = "What managers may is set by the people who run this portal. Ask them."


class OwnOrganisation(Conflict):
    """F027: what somebody may in their own organisation stands with them, not with a membership."""

    title = "This is the contact's own organisation. Change the contact instead."


class ExternalIdTaken(Conflict):
    """Within a tenant the CRM's id names one record."""

    title = "Another record already has this id of the CRM."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "external_id", "detail": "Another record already has this id of the CRM."}])


class LeadNotFound(NotFound):
    """No such lead, or not for this caller, or a contact by now."""

    title = "There is no such lead, or it is not yours to see."


class LeadStill(Conflict):
    """F026: a lead becomes a contact by being converted, not by being written as one."""

    title = "This is a lead still. Convert the lead into a contact first."


class ContactByNow(Conflict):
    """F026: who was converted is no lead any more."""

    title = "This lead is a contact by now. Change the contact."


class WrongWindow(Invalid):
    """F052: an end before its start."""

    title = "The support window would end before it starts."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "support_end_on", "detail": "is before support_start_on"}])


class WindowNeeded(Invalid):
    """F052: the tenant lets nobody in without a start and an end."""

    title = "Nobody is let into this portal without the first and the last day of support."


class LastAdmin(Conflict):
    """A tenant without an active admin could never change anything again."""

    title = "This is the last active admin. Make somebody else an admin first."
