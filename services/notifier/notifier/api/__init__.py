"""Routes of notifier, by noun."""

from notifier.api.changes import changes
from notifier.api.mails import mails

routers = [mails, changes]
