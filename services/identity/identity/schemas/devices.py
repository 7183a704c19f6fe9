"""A browser and its system in plain words, out of what browsers call themselves."""

# The order matters: every browser says the names of those before it, too.
_BROWSERS = (
    (("Edg/", "EdgA/", "EdgiOS/"), "Edge"),
    (("OPR/", "Opera"), "Opera"),
    (("SamsungBrowser/",), "Samsung Internet"),
    (("Firefox/", "FxiOS/"), "Firefox"),
    (("Chrome/", "CriOS/", "Chromium/"), "Chrome"),
    (("Safari/",), "Safari"),
)
_SYSTEMS = (
    (("iPhone",), "iPhone"),
    (("iPad",), "iPad"),
    (("Android",), "Android"),
    (("Windows",), "Windows"),
    (("Macintosh", "Mac OS X"), "macOS"),
    (("CrOS",), "ChromeOS"),
    (("Linux", "X11"), "Linux"),
)


def browser_of(user_agent: str) -> str | None:
    """The browser's name, if it is one people know."""
    return _first(_BROWSERS, user_agent)


def system_of(user_agent: str) -> str | None:
    """What it runs on."""
    return _first(_SYSTEMS, user_agent)


def _first(known: tuple[tuple[tuple[str, ...], str], ...], text: str) -> str | None:
    return next((name for marks, name in known if any(mark in text for mark in marks)), None)
