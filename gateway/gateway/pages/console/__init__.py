"""The staff's console."""

from gateway.pages.console import (
    access,
    articles,
    cases,
    front,
    hosts,
    keys,
    mails,
    people,
    registrations,
    settings,
    setup,
)

PAGES = (
    cases.pages,
    people.pages,
    access.pages,
    articles.pages,
    keys.pages,
    settings.pages,
    setup.pages,
    front.pages,
    hosts.pages,
    mails.pages,
    registrations.pages,
)
