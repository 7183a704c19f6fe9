"""The staff's console."""

from gateway.pages.console import articles, cases, hosts, keys, mails, people, settings, setup

PAGES = (cases.pages, people.pages, articles.pages, keys.pages, settings.pages, setup.pages, hosts.pages, mails.pages)
