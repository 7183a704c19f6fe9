"""Turns a template and the services' JSON into a page.

    page("portal/case.html", Reader("/portal/northwind"), tenant=..., caller=..., case=...)
    fragment("portal/cases.html", "results", Reader(...), ...)

The header of each template names the variables it takes. A name that was not given raises, so
a forgotten variable is found by the first test and never shown as an empty place."""

import hashlib
import uuid
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block
from lucide.jinja import lucide
from markupsafe import Markup

from gateway.pages import reader, show
from gateway.pages.alias import gettext, ngettext
from gateway.pages.languages import languages
from gateway.pages.reader import Reader, reading

Macro = Callable[[Any], Markup]

TEMPLATES = Path(__file__).parent.parent / "templates"
STATIC = Path(__file__).parent.parent / "static"


def page(template: str, who: Reader, **context: Any) -> str:
    """The whole page."""
    with reading(who):
        return environment().get_template(template).render(context)


def fragment(template: str, block: str, who: Reader, **context: Any) -> str:
    """One block of a page, for a request that replaces just that part."""
    with reading(who):
        return render_block(environment(), template, block, context)


class Pages(Environment):
    """Reads the services' JSON first as what it is: to look for an attribute of a dictionary raises, each time."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A dictionary's own entry before its methods."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """One for the process; `ui` (the macros) and `words` (labels) are known to every template."""
    env = Pages(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters |= {name: getattr(show, name) for name in _FILTERS}
    env.globals |= {
        "_": _said,
        "url": url,
        "static": static,
        "icon": icon,
        "new_key": new_key,
        "languages": languages,
        "file_limits": reader.reader,
        "acting_for": lambda: reader.reader().acting_for,
        "lang": lambda: str(reader.locale()).replace("_", "-"),
        "direction": lambda: reader.locale().text_direction,
    }
    ui: Any = env.get_template("ui.html").module
    ui.status, ui.priority = _badges(ui.status, ui.priority)
    env.globals["ui"] = ui
    return env


def _badges(status: Macro, priority: Macro) -> tuple[Macro, Macro]:
    """The two macros every row of a list calls, each word of theirs drawn once a language: half of a list's time."""

    @lru_cache(maxsize=1_000)
    def drawn_status(_: str, key: str, label: str) -> Markup:
        return status({"key": key, "label": label})

    @lru_cache(maxsize=1_000)
    def drawn_priority(_: str, key: str) -> Markup:
        return priority(key)

    return (
        lambda value: drawn_status(reader.reader().locale, value["key"], value["label"]),
        lambda key: drawn_priority(reader.reader().locale, key),
    )


_FILTERS = (
    *("when", "moment", "day", "money", "number", "total", "compact", "size", "mebibytes", "initials"),
    *("spoken", "sentence"),
)


def url(path: str, query: dict[str, Any] | None = None, **more: Any) -> str:
    """A path below the tenant's root. Empty values fall away; lists repeat their name."""
    given = {**(query or {}), **more}
    kept = {name: value for name, value in given.items() if value not in (None, "", [])}
    tail = f"?{urlencode(kept, doseq=True)}" if kept else ""
    return f"{reader.reader().root_path}{path}{tail}"


@lru_cache(maxsize=256)
def static(path: str) -> str:
    """A static file's address with its content's hash, so browsers may keep it for good."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


@lru_cache(maxsize=512)
def icon(name: str, pixels: int = 16, kind: str = "") -> Markup:
    """A lucide icon. Hidden from screen readers: the word beside it says what it shows."""
    looks = {"class": f"icon {kind}".strip(), "aria_hidden": "true", "focusable": "false"}
    return Markup(lucide(name, size=pixels, **looks))  # noqa: S704  the icon set's own file


def new_key() -> str:
    """The hidden Idempotency-Key of one rendered form: sent twice, it acts once."""
    return str(uuid.uuid4())


def _said(message: str, **variables: Any) -> Markup:
    """A message in the reader's words; what is put into it is escaped."""
    if variables:
        return Markup(gettext(message)) % variables  # noqa: S704  the catalogs' own words
    one = reader.reader()
    return _said_alone(one.locale, one.alias, message)


@lru_cache(maxsize=5_000)
def _said_alone(_locale: str, _alias: str, message: str) -> Markup:
    """One without variables, looked up and formatted once: a page says sixty."""
    return Markup(gettext(message)) % {}  # noqa: S704  the same
