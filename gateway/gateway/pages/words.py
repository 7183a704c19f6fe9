"""What pages say by themselves: what was just done, and lists of choices."""

from collections.abc import Mapping
from typing import Any

from gateway.pages.languages import later as _

DONE = {
    "case-opened": _("Your case was sent. We will tell you here and by e-mail when something happens."),
    "case-begun": _("The case is open. The customer is told by e-mail."),
    "note-added": _("Your note was sent."),
    "case-closed": _("The case is closed."),
    "case-reopened": _("The case is open again."),
    "case-changed": _("The case was changed."),
    "followers-changed": _("Who is told of what is said here was changed."),
    "not-following": _("You are not told of what is said on that case any more."),
    "rated": _("Thank you. Your rating was sent."),
    "articles-changed": _("The articles of this case were changed."),
    "merged": _("The cases are one now."),
    "split": _("The note is a case of its own now."),
    "view-kept": _("The view was kept."),
    "view-dropped": _("The view was taken away."),
    "reply-kept": _("The reply was kept."),
    "reply-dropped": _("The reply was taken away."),
    "reply-sent": _("Your reply was sent to the customer."),
    "internal-note-added": _("Your internal note was kept."),
    "saved": _("Saved."),
    "undone": _("Undone: it is as it was before."),
    "removed": _("Removed."),
    "project-archived": _("The project is archived: customers see it no more."),
    "project-restored": _("The project is back."),
    "published": _("Published: readers see it now."),
    "archived": _("Archived: readers do not see it any more."),
    "revoked": _("The key was revoked: it stops working within seconds."),
    "access-opened": _("They may come into the portal now."),
    "access-shut": _("They may not come into the portal any more: whoever is in is out within seconds."),
    "import-checked": _("The file is being checked. Nothing is changed by that."),
    "import-begun": _("The file is being imported. You may leave this page."),
    "nobody-ticked": _("Nobody was ticked, so nothing was changed."),
    "converted": _("The lead is a contact now."),
    "on-duty": _("You are on duty: new cases come to you by e-mail."),
    "off-duty": _("You are off duty."),
    "documents-added": _("Your documents were added."),
    "request-asked": _("The customer is asked, and gets a mail."),
    "request-answered": _("Thank you, we have your document."),
    "request-closed": _("Nothing is awaited any more."),
    "request-returned": _("The customer is asked again, with your reason."),
    "version-added": _("The new file has taken the old one's place."),
    "shown": _("Customers see it now."),
    "hidden": _("Customers do not see it any more."),
    "linked": _("It hangs there now."),
    "unlinked": _("It hangs there no more."),
    "installed": _("Your portal is set up. Put the link on your website."),
    "host-claimed": _("Make the record below, then let us look for it."),
    "host-proven": _("The record is there: the name leads to your portal."),
    "host-released": _("The name was given up."),
    "provider-saved": _("Saved: the provider answers, and knows this portal."),
    "provider-answers": _("The provider answers, and knows this portal."),
    "provider-on": _("Switched on: they sign in at their company."),
    "provider-off": _("Switched off: nobody signs in there any more."),
    "provider-removed": _("Removed: they sign in with a password again."),
    "pin-removed": _("The PIN is taken away, and its owner was told to set a new one."),
    "pin-unlocked": _("The PIN is unlocked, and its owner was told."),
    "address-asked": _("A letter is on its way to the new address. Open its link to change it."),
    "address-confirmed": _("Your address is changed: sign in with it from now on."),
    "colleague-invited": _("The invitation is on its way."),
    "colleague-out": _("Your colleague is shut out: it acts within seconds."),
    "signed-out": _("You are signed out."),
    "arrived": _("Your password is set. Welcome."),
    "password-reset": _("Your password is set, and you are signed out everywhere. Sign in with it."),
    "password-changed": _("Your password was changed, and you are signed out everywhere else."),
    "link-asked": _("If the link was yours, a new one is on its way to your e-mail address."),
    "enabled": _("The contact may come in now."),
    "dates-saved": _("Saved."),
    "disabled": _("The contact is shut out: it acts within seconds, wherever they are signed in."),
    "welcomed": _("The welcome letter is on its way. Links of earlier ones are over."),
    "has-access": _("You have access already: sign in with this address."),
    "registration-mapped": _("Mapped. The login details are on their way."),
    "registration-refused": _("The registration was refused."),
    "step-over": _("That took too long. Sign in again from the beginning."),
    "session-ended": _("That session is ended: the device is signed out within seconds."),
    "sessions-ended": _("Every other session is ended: those devices are signed out within seconds."),
    "app-removed": _("The authenticator app was removed. No code is asked for any more when you sign in."),
    "pin-saved": _("Your PIN was saved."),
    "passkey-added": _("The passkey was added: it signs you in without a password."),
    "passkey-removed": _("The passkey was removed."),
}

CATEGORIES = [
    ("", _("Choose one")),
    ("Network", _("Network")),
    ("Telephony", _("Telephony")),
    ("Hardware", _("Hardware")),
    ("Software", _("Software")),
    ("Billing", _("Billing")),
    ("Other", _("Other")),
]

STATUSES = [
    {"key": "new", "label": _("New")},
    {"key": "in_progress", "label": _("In progress")},
    {"key": "waiting", "label": _("Waiting for you")},
    {"key": "resolved", "label": _("Resolved")},
    {"key": "closed", "label": _("Closed")},
]


def statuses(own: Mapping[str, str]) -> list[dict[str, str]]:
    """The statuses as customers read them, in their tenant's `own` words where it has some."""
    return [{"key": one["key"], "label": own.get(one["key"]) or one["label"]} for one in STATUSES]


STAFF_STATUSES = [
    {**status, "label": _("Waiting for customer")} if status["key"] == "waiting" else status for status in STATUSES
]
"""The same, where staff read them: it is the customer they wait for."""
PRIORITIES = [
    {"key": "urgent", "label": _("Urgent")},
    {"key": "high", "label": _("High")},
    {"key": "normal", "label": _("Normal")},
    {"key": "low", "label": _("Low")},
]
INVOICE_STATUSES = [
    {"key": "open", "label": _("Open")},
    {"key": "overdue", "label": _("Overdue")},
    {"key": "paid", "label": _("Paid")},
    {"key": "cancelled", "label": _("Cancelled")},
]
INVOICE_DAYS = [
    ("issued", _("Issued")),
    ("due", _("Due")),
    ("paid", _("Paid")),
]
INVOICE_SORTS = [
    ("-issued_on", _("Newest")),
    ("issued_on", _("Oldest")),
    ("due_on", _("Due first")),
    ("-number", _("Highest number")),
]
PROJECT_STATUSES = [
    {"key": "planned", "label": _("Planned")},
    {"key": "active", "label": _("In progress")},
    {"key": "on_hold", "label": _("On hold")},
    {"key": "completed", "label": _("Completed")},
    {"key": "cancelled", "label": _("Cancelled")},
]
TASK_STATUSES = [
    {"key": "open", "label": _("To do")},
    {"key": "in_progress", "label": _("In progress")},
    {"key": "done", "label": _("Done")},
]
PROJECT_LABELS = {status["key"]: status["label"] for status in (*PROJECT_STATUSES, *TASK_STATUSES)}
"""What a project or task stands at, in words."""
OPEN = ["new", "in_progress", "waiting", "resolved"]


def flash(done: str | None) -> dict[str, Any] | None:
    """What the page before did. The address carries a name, never words."""
    return {"kind": "good", "text": DONE[done]} if done in DONE else None
