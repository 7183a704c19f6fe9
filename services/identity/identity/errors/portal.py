"""What can be wrong with a tenant, its keys, its addresses and its setting up."""

from kit.problems import Conflict, Invalid, NotFound, Problem


class TenantNotFound(NotFound):
    """Unknown, revoked and suspended alike: nobody can tell which."""

    title = "There is no portal at this address."


class KeyRefused(Problem):
    """Unknown, revoked, expired, or not a secret key."""

    status, title = 401, "This key is not valid. Send a secret key that has not expired or been revoked."


class KeyNotFound(NotFound):
    """No such key, or not for this caller."""

    title = "There is no such key, or it is not yours to see."


class SlugTaken(Conflict):
    """F004: an address leads to one portal."""

    title = "This portal address is already in use. Choose another one."


class HostTaken(Conflict):
    """F005: a host name leads to one portal."""

    title = "This host name already leads to a portal."


class NotAnImage(Invalid):
    """F009: a logo is a small PNG or JPEG, by its content."""

    title = "The logo must be a PNG or JPEG image of at most 256 KB."


class KeyOver(Conflict):
    """A key that was revoked or has ended has no successor."""

    title = "This key has ended already. Make a new one."


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
