"""The staff's console."""

from gateway.pages.console import access, articles, cases, keys, mails, memberships, people, registrations, settings

PAGES = (
    cases.pages,
    people.pages,
    access.pages,
    memberships.pages,
    articles.pages,
    keys.pages,
    settings.pages,
    mails.pages,
    registrations.pages,
)
