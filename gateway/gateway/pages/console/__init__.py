"""The staff's console."""

from gateway.pages.console import (
    access,
    articles,
    audit,
    cases,
    contact,
    contacts,
    desk,
    desk_lists,
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
    opening,
    organisations,
    project_parts,
    projects,
    providers,
    registrations,
    settings,
    setup,
    staff,
)

PAGES = (
    *(opening.pages, cases.pages, organisations.pages, contacts.pages, contact.pages, leads.pages, access.pages),
    *(memberships.pages, imports.pages),
    *(staff.pages, duty.pages, registrations.pages, articles.pages, mails.pages, audit.pages),
    *(keys.pages, settings.pages, setup.pages, front.pages, hosts.pages, providers.pages),
    *(desk.pages, desk_lists.pages, projects.pages, project_parts.pages, documents.pages, files.pages),
)
