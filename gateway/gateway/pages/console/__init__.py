"""The staff's console."""

from gateway.pages.console import (
    access,
    articles,
    audit,
    cases,
    contacts,
    documents,
    duty,
    files,
    front,
    hosts,
    keys,
    leads,
    mails,
    memberships,
    organisations,
    registrations,
    settings,
    setup,
    staff,
)

PAGES = (
    *(cases.pages, organisations.pages, contacts.pages, leads.pages, access.pages, memberships.pages),
    *(staff.pages, duty.pages, registrations.pages, articles.pages, mails.pages, audit.pages),
    *(documents.pages, files.pages, keys.pages, settings.pages, setup.pages, front.pages, hosts.pages),
)
