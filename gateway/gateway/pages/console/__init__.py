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
    imports,
    keys,
    leads,
    mails,
    memberships,
    organisations,
    project_parts,
    projects,
    registrations,
    settings,
    setup,
    staff,
)

PAGES = (
    *(cases.pages, organisations.pages, contacts.pages, leads.pages, access.pages, memberships.pages),
    imports.pages,
    *(staff.pages, duty.pages, registrations.pages, articles.pages, mails.pages, audit.pages),
    *(documents.pages, files.pages, keys.pages, settings.pages, setup.pages, front.pages, hosts.pages),
    *(projects.pages, project_parts.pages),
)
