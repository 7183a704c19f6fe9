"""What can go wrong with people, keys and sessions."""

from collections.abc import Sequence
from typing import ClassVar

from kit.problems import Conflict, Invalid, NotAllowed, NotFound, Problem


class TenantNotFound(NotFound):
    """Unknown, revoked and suspended alike: nobody can tell which."""

    title = "There is no portal at this address."


class SessionNotFound(NotFound):
    """Unknown, ended, expired, or its person may no longer come in."""

    title = "This session has ended. Log in again."


class LoginRefused(Problem):
    """F032: one sentence, whether or not the address is known."""

    status, title = 401, "This e-mail address and password do not belong together, or portal access is not active."


class TooManyTries(Problem):
    """The source of the tries is slowed down; the person can log in from elsewhere."""

    status: ClassVar[int] = 429
    title = "There were too many attempts to log in. Wait a few minutes and try again."


class KeyRefused(Problem):
    """Unknown, revoked, expired, or not a secret key."""

    status, title = 401, "This key is not valid. Send a secret key that has not expired or been revoked."


class KeyNotFound(NotFound):
    """No such key, or not for this caller."""

    title = "There is no such key, or it is not yours to see."


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
        super().__init__(detail, errors=errors or [{"field": "email", "detail": "belongs to somebody else already"}])


class SentTwice(Conflict):
    """Two requests made the same new record at the same time; one of them won."""

    title = "The same record was being made by another request. Send it again."


class SlugTaken(Conflict):
    """F004: an address leads to one portal."""

    title = "This portal address is already in use. Choose another one."


class HostTaken(Conflict):
    """F005: a host name leads to one portal."""

    title = "This host name already leads to a portal."


class UnknownOrganisation(Invalid):
    """A contact belongs to an organisation that is here already, and a parent is one too."""

    title = "There is no organisation with this external id yet. Send the organisation first."


class CircularHierarchy(Invalid):
    """An organisation is never below itself."""

    title = "This parent is below the organisation itself. Choose another parent."


class NotAnImage(Invalid):
    """F009: a logo is a small PNG or JPEG, by its content."""

    title = "The logo must be a PNG or JPEG image of at most 256 KB."


class LinkOver(NotFound):
    """A link from a mail that is unknown, was used, has expired, or was replaced by a newer one: all alike."""

    title = "This link was used already or is no longer good. Ask for a new one."


class ExternalIdTaken(Conflict):
    """Within a tenant the CRM's id names one record."""

    title = "Another record already has this id of the CRM."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "external_id", "detail": "belongs to another record already"}])


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


class KeyOver(Conflict):
    """A key that was revoked or has ended has no successor."""

    title = "This key has ended already. Make a new one."


class AccessNotYet(NotAllowed):
    """F052: the support window has not begun. Said only to whoever has the right password."""

    title = "Your access has not begun yet."


class AccessOver(NotAllowed):
    """F052: the support window is over. Said only to whoever has the right password."""

    title = "Your access has ended."


class EmailNeeded(Invalid):
    """F023: who has no e-mail address cannot be enabled: it is their user name."""

    title = "Portal access needs an e-mail address. Give the contact one first."


class WindowRequired(Invalid):
    """F052: this tenant enables nobody without a start and an end."""

    title = "This portal asks for both dates, the first and the last day of support."


class NotEnabled(Conflict):
    """A way in is given to whoever may come in."""

    title = "This contact has no portal access yet. Enable them first."


class InitialPasswordOff(NotAllowed):
    """F030: a tenant option, off unless chosen."""

    title = "This portal shows no first passwords. Send the welcome letter instead."


class HasPassword(Conflict):
    """F030: a first password never replaces one that its owner chose."""

    title = "This contact has chosen a password already. If it was forgotten, a new one can be asked for at the login."


class PasswordRefused(Invalid):
    """F033: too short, too well known, or the address itself; `errors` says which."""

    title = "This password is too easy to guess."


class WrongPassword(Invalid):
    """F033: whoever changes a password says the one before."""

    title = "The present password is not right."
