"""The staff's console."""

from gateway.pages.console import (
    articles,
    audit,
    cases,
    contacts,
    duty,
    keys,
    leads,
    mails,
    organisations,
    settings,
    staff,
)

PAGES = (
    *(cases.pages, organisations.pages, contacts.pages, leads.pages, staff.pages, duty.pages),
    *(articles.pages, keys.pages, settings.pages, mails.pages, audit.pages),
)
