"""F128: pages of a tenant whose cases are called tickets. References stay CASE-1042."""

from gateway.pages import reader
from gateway.pages.languages import later as _

TICKETS = {
    "Cases": _("Tickets"),
    "Case": _("Ticket"),
    "New case": _("New ticket"),
    "Send case": _("Send ticket"),
    "Search cases": _("Search tickets"),
    "Filter the cases": _("Filter the tickets"),
    "Whose cases": _("Whose tickets"),
    "No cases yet": _("No tickets yet"),
    "No case matches": _("No ticket matches"),
    "About this case": _("About this ticket"),
    "This case is closed.": _("This ticket is closed."),
    "Close this case?": _("Close this ticket?"),
    "Close the case": _("Close the ticket"),
    "The case is closed.": _("The ticket is closed."),
    "The case is open again.": _("The ticket is open again."),
    "The case was changed.": _("The ticket was changed."),
    "Your case was sent. We will tell you here and by e-mail when something happens.": _(
        "Your ticket was sent. We will tell you here and by e-mail when something happens."
    ),
    "If the problem is back, open a new case and name %(reference)s.": _(
        "If the problem is back, open a new ticket and name %(reference)s."
    ),
    "%(shown)s case": "%(shown)s ticket",
    "%(shown)s cases": "%(shown)s tickets",
}
"""What is said of cases, and the same of tickets."""


def aliased(message: str) -> str:
    """The message as this reader's tenant puts it."""
    return TICKETS.get(message, message) if reader.reader().alias == "tickets" else message
