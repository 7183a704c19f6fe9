"""What can go wrong with mail."""

from kit.problems import NotFound


class MailsNotFound(NotFound):
    """The list of mails is for staff who may read it; to all others it is not there."""


class RecipientUnknown(LookupError):
    """An event names somebody whose copy has not arrived yet; the inbox tries again."""


class PortalUnknown(LookupError):
    """The tenant's portal settings have not arrived yet; the inbox tries again."""
