"""What can go wrong with mail."""

from kit.problems import NotAllowed, NotFound, Problem


class MailsNotFound(NotFound):
    """The list of mails is for staff who may read it; to all others it is not there."""


class ChangesNotFound(NotFound):
    """The feed is for the tenant's keys; to all others it is not there."""


class MayNotRead(NotAllowed):
    """A key hears of those records that it may read."""

    title = "This key may not read these changes. Use one with a right that reads such records."


class CursorExpired(Problem):
    """What came after this cursor is no longer kept, so nobody can say what was missed."""

    status = 410
    title = "Changes this old are no longer kept. Ask with since=now, load your records again, and go on from there."


class RecipientUnknown(LookupError):
    """An event names somebody whose copy has not arrived yet; the inbox tries again."""


class PortalUnknown(LookupError):
    """The tenant's portal settings have not arrived yet; the inbox tries again."""
