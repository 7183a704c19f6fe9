"""What can be wrong on the way in: sessions, links, passwords, registrations."""

from typing import ClassVar

from kit.problems import Conflict, Invalid, NotAllowed, NotFound, Problem


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


class LinkOver(NotFound):
    """A link from a mail that is unknown, was used, has expired, or was replaced by a newer one: all alike."""

    title = "This link was used already or is no longer good. Ask for a new one."


class AccessNotYet(NotAllowed):
    """F052: the support window has not begun. Said only to whoever has the right password."""

    title = "Your access has not begun yet."


class AccessOver(NotAllowed):
    """F052: the support window is over. Said only to whoever has the right password."""

    title = "Your access has ended."


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
