"""What notifier hears: who is who and how portals look, and what people are to be told."""

from notifier.handlers import access, cases, directory, documents, feed, projects
from notifier.handlers.heard import hears

__all__ = ["access", "cases", "directory", "documents", "feed", "hears", "projects"]
