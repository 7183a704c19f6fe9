"""The staff's console."""

from gateway.pages.console import (
    access,
    articles,
    audit,
    cases,
    contacts,
    duty,
    keys,
    leads,
    mails,
    memberships,
    organisations,
    registrations,
    settings,
    staff,
)

PAGES = (
    *(
        cases.pages,
        organisations.pages,
        contacts.pages,
        leads.pages,
        access.pages,
        memberships.pages,
        staff.pages,
        duty.pages,
    ),
    *(articles.pages, keys.pages, settings.pages, mails.pages, registrations.pages, audit.pages),
)
