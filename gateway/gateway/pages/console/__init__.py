"""The staff's console."""

from gateway.pages.console import (
    access,
    announcements,
    articles,
    audit,
    case_talk,
    cases,
    contacts,
    desk,
    desk_lists,
    duty,
    front,
    hosts,
    keys,
    leads,
    mails,
    memberships,
    opening,
    organisations,
    registrations,
    replies,
    settings,
    setup,
    staff,
)

PAGES = (
    *(opening.pages, case_talk.pages, replies.pages, announcements.pages),
    *(cases.pages, organisations.pages, contacts.pages, leads.pages, access.pages, memberships.pages),
    *(staff.pages, duty.pages, registrations.pages, articles.pages, mails.pages, audit.pages),
    *(keys.pages, settings.pages, setup.pages, front.pages, hosts.pages),
    *(desk.pages, desk_lists.pages),
)
