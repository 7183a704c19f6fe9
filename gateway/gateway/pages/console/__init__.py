"""The staff's console."""

from gateway.pages.console import articles, cases, keys, mails, people, registrations, settings

PAGES = (cases.pages, people.pages, articles.pages, keys.pages, settings.pages, mails.pages, registrations.pages)
