"""The staff's console."""

from gateway.pages.console import access, articles, cases, keys, mails, people, settings

PAGES = (cases.pages, people.pages, access.pages, articles.pages, keys.pages, settings.pages, mails.pages)
