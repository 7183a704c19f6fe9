"""The edge: tenant keys, sessions, pages, console, /api."""
