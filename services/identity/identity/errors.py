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
        super().__init__(
            detail,
            errors=errors or [{"field": "email", "detail": "This e-mail address belongs to somebody else already."}],
        )


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


class LinkOver(NotFound):
    """A link from a mail that is unknown, was used, has expired, or was replaced by a newer one: all alike."""

    title = "This link was used already or is no longer good. Ask for a new one."


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


class KeyOver(Conflict):
    """A key that was revoked or has ended has no successor."""

    title = "This key has ended already. Make a new one."


class AccessNotYet(NotAllowed):
    """F052: the support window has not begun. Said only to whoever has the right password."""

    title = "Your access has not begun yet."


class AccessOver(NotAllowed):
    """F052: the support window is over. Said only to whoever has the right password."""

    title = "Your access has ended."


class SetupNotYours(NotFound):
    """F021: setting the portal up is not for this caller."""


class NotReadyYet(Conflict):
    """F008: what misses is named; what only warns can be left for later."""

    title = "The portal is not ready yet."


class HostNotFound(NotFound):
    """F005: not one of the tenant's, or not for this caller."""

    title = "There is no such host name, or it is not yours to see."


class HostIsOurs(Invalid):
    """F005: the installation's own names, and what is below them, are nobody's."""

    title = "This name belongs to the portal itself. Choose a host name of your own company's."


class TooManyHosts(Conflict):
    """F005: a tenant has a few names, not hundreds."""

    title = "There are as many host names as a portal may have. Give one up first."


class HostNotProven(Conflict):
    """F005: the record is not there, or says something else."""

    title = "The record that proves this name was not found. New records can take an hour to be seen."


class NameserverAway(Problem):
    """F005: nobody could be asked for the record, which proves nothing."""

    status, title = 503, "The name servers did not answer. Try again in a few minutes."


class EmailNeeded(Invalid):
    """F023: who has no e-mail address cannot be enabled: it is their user name."""

    title = "Portal access needs an e-mail address. Give the contact one first."


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


class RegisteringOff(NotFound):
    """F034: the tenant takes no registrations."""


class TooManyRegistrations(Problem):
    """F042: the source is slowed down; mails that were sent before stay good."""

    status: ClassVar[int] = 429
    title = "This was asked for too often from here. Wait a while and try again."


class AnotherAddress(Invalid):
    """F044: an invitation is for the address it was sent to."""

    title = "This invitation is only good for the e-mail address it was sent to."


class RegistrationNotFound(NotFound):
    """No such registration, or not for this caller."""

    title = "There is no such registration, or it is not yours to see."


class RegistrationDecided(Conflict):
    """F037: somebody has mapped or refused it already."""

    title = "This registration was decided already. Load it again to see how."


class NotAContactThere(Invalid):
    """F037: the contact is of the chosen organisation, which is an active customer."""

    title = "Choose an active organisation, and a contact that belongs to it."


class RequestsOff(NotFound):
    """F054: the tenant takes no requests of people who are not logged in."""


class CodeRefused(Invalid):
    """Wrong, used before, or from an app whose clock is off."""

    title = "This code is not right. Wait for the next one in your app and enter that."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "code", "detail": self.title}])


class StepOver(Problem):
    """The first step was too long ago, or the second one is done."""

    status: ClassVar[int] = 410
    title = "That took too long. Log in again from the beginning."


class FactorThere(Conflict):
    """One authenticator app at a time."""

    title = "You already use an authenticator app. Remove it before you add another."


class FactorMissing(Conflict):
    """There is nothing to remove."""

    title = "You do not use an authenticator app."


class FactorNeeded(Conflict):
    """The tenant asks its staff for a second factor."""

    title = "Your company asks everybody in the console for a second step, so it cannot be removed."


class SetupOver(Invalid):
    """What is sent back was begun by somebody else, too long ago, or changed on the way."""

    title = "This was begun too long ago. Begin again."


class PasswordWrong(Invalid):
    """Asked again before something that matters."""

    title = "This is not your password."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "password", "detail": self.title}])


class PasswordMissing(Conflict):
    """Somebody who comes in by other means has no password to confirm with."""

    title = "You have no password yet. Choose one with 'Forgot password' on the login page first."


class PinTooSimple(Invalid):
    """F059: the first ones anybody would try."""

    title = "This PIN is too easy to guess. Choose digits that do not follow each other or repeat."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "pin", "detail": self.title}])


class PinWrong(NotAllowed):
    """Not their PIN."""

    title = "This is not the PIN."

    def __init__(self, left: int) -> None:
        words = f"{self.title} {left} more {'try' if left == 1 else 'tries'}, then it is locked."
        super().__init__(words, errors=[{"field": "current_pin", "detail": words}])


class PinLocked(NotAllowed):
    """Five wrong ones."""

    title = "This PIN is locked after five wrong tries. Ask the company whose portal this is to unlock it."


class PinMissing(Conflict):
    """Nothing can be signed yet."""

    title = "There is no PIN yet. Set one on the Security page first."


class PinThere(Conflict):
    """A PIN is changed with the one before, or reset."""

    title = "There is a PIN already. Change it with the one you have, or reset it."


class PinNotYours(NotAllowed):
    """O+1: the right to reset was not given."""

    title = "You cannot reset your PIN yourself. Ask the company whose portal this is."


class PasskeyRefused(Problem):
    """Not known here, removed, made for another address, or answered too late: all alike."""

    status: ClassVar[int] = 401
    title = "This passkey does not open this portal. Sign in another way, or try again."


class PasskeyThere(Conflict):
    """A device's passkey is added once."""

    title = "This passkey was added already."


class PasskeysFull(Conflict):
    """There is an end to everything."""

    title = "You have twenty passkeys. Remove one before you add another."


class PasskeyNotFound(NotFound):
    """No such passkey, or another's."""

    title = "There is no such passkey, or it is not yours."


class AddressUnknown(Invalid):
    """A passkey belongs to one host, and that is the portal's."""

    title = "Passkeys work at the address of this portal only. Open it there."


class ProviderNotFound(NotFound):
    """No organisation of the portal logs in at a provider with this domain."""

    title = "There is no company sign-in for this address. Sign in with your password."


class ProviderSilent(Problem):
    """The organisation's provider is away, or not what it is said to be."""

    status: ClassVar[int] = 502
    title = "Your company's sign-in did not answer. Try again in a moment."


class CompanyRefused(Problem):
    """Not verified, not of that organisation, not enabled, or not to be believed: all alike."""

    status: ClassVar[int] = 401
    title = "Your company's sign-in did not let you in here, or your portal access is not active."


class DomainTaken(Conflict):
    """A domain's people log in at one place."""

    title = "Another organisation has one of these domains already."


class SecretMissing(Invalid):
    """A provider knows us by a secret."""

    title = "Send the client secret that the provider gave you."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "client_secret", "detail": self.title}])
