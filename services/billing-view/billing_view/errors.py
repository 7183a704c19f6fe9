"""What can go wrong with an invoice."""

from kit.problems import Conflict, NotAllowed, NotFound


class InvoiceNotFound(NotFound):
    """No such invoice, or not for this caller."""

    title = "There is no such invoice, or it is not yours to see."


class MayNotFeed(NotAllowed):
    """Only a key of the CRM feeds invoices."""

    title = "Only a key with the right crm.write can feed invoices."


class FedAtTheSameMoment(Conflict):
    """Two requests made the same invoice at once; the other one won."""

    title = "This invoice was made by another request at the same moment. Send this again."
