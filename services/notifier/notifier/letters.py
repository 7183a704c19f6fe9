"""Letters: a mail row and a portal's looks made into the message that is sent.

The words of each template are plain text (templates/words); one frame of HTML and one of text put the
tenant's name, colour and logo around them, so nothing that people wrote ever becomes markup or a header.
"""

from collections.abc import Mapping
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from kit.db import AnyRow
from kit.ids import derived_id
from kit.seal import Seal

_FOLDER = Path(__file__).parent / "templates"
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
SUBJECT_LENGTH = 200
EXCERPT_LENGTH = 480


class _InOnePiece(UnstructuredHeader):
    """An id that is longer than a line stays as it is: folded or encoded, no mail program would know it again."""

    name: str

    def fold(self, *, policy: "Policy[Any]") -> str:
        return f"{self.name}: {self}{policy.linesep}"


_REGISTRY = HeaderRegistry()
for _name in ("references", "list-id"):
    _REGISTRY.map_to_type(_name, _InOnePiece)  # type: ignore[arg-type]  # the registry adds BaseHeader itself
_POLICY = SMTP.clone(header_factory=_REGISTRY)

BLOCKS = ("subject", "heading", "said", "button", "why")


def _environment(folder: Path, *, autoescape: bool) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


_PLAIN = _environment(_FOLDER, autoescape=False)
_MARKUP = _environment(_FOLDER, autoescape=True)
# Styles go into the elements once, when the frame is read, and not mail by mail.
_HTML = _MARKUP.from_string(_INLINER.inline((_FOLDER / "frame.html").read_text()))
_TEXT = _PLAIN.get_template("frame.txt")


def _words(folder: str) -> Mapping[str, Template]:
    return {
        path.stem: _PLAIN.get_template(f"{folder}/{path.name}") for path in sorted((_FOLDER / folder).glob("*.txt"))
    }


WORDS = _words("words")
"""Every template of a notification, by its name."""
ACCESS = _words("access")
"""Every template of a letter about access."""


class Letters:
    """Writes letters that come from one address, and whose links lead to one origin, whichever it was before."""

    def __init__(self, mail_from: str, seal: Seal, origin: str = "") -> None:
        self._seal = seal
        self._origin = origin.rstrip("/")
        self._address = parseaddr(mail_from)[1]
        self._domain = self._address.rpartition("@")[2] or "localhost"

    def written(self, mail: AnyRow, known: AnyRow) -> EmailMessage:
        """The message of a mail; sent again, it has the same Message-ID and date."""
        portal = f"{self._origin}/portal/{known.portal_slug}" if self._origin else str(known.portal_portal_url)
        secret = mail.kind == "credential"
        values = self._credential(mail, known, portal) if secret else _values(mail, known, portal)
        template = (ACCESS if secret else WORDS)[mail.template]
        words = {block: _block(template, block, values) for block in BLOCKS}
        letter = EmailMessage(policy=_POLICY)
        for name, value in self._headers(mail, known, words["subject"]).items():
            letter[name] = value
        letter.set_content(_TEXT.render(values | words), cte="quoted-printable")
        letter.add_alternative(_HTML.render(values | words), subtype="html", cte="quoted-printable")
        return letter

    def _credential(self, mail: AnyRow, known: AnyRow, portal: str) -> dict[str, Any]:
        """What a letter about access says: opened only here, and a link leads nowhere but to the tenant's portal."""
        told = self._seal.open(mail.data["sealed"])
        return _common(mail, known, portal) | {"excerpt": ""} | told | {"url": f"{portal}{told.get('path', '/')}"}

    def _headers(self, mail: AnyRow, known: AnyRow, subject: str) -> dict[str, Any]:
        thread = derived_id("thread", mail.tenant_id, mail.about or mail.id)
        headers = {
            "From": Address(one_line(known.portal_name), addr_spec=self._address),
            "To": _address(mail.recipient_name, mail.recipient),
            "Subject": one_line(subject)[:SUBJECT_LENGTH],
            "Date": format_datetime(mail.created_at),
            "Message-ID": f"<{mail.id}@{self._domain}>",
            "References": f"<{thread}@{self._domain}>",
            "List-Id": f"<{known.portal_slug}.portal.{self._domain}>",
            "Auto-Submitted": "auto-generated",
        }
        if known.portal_support_email:
            headers["Reply-To"] = _address(known.portal_name, known.portal_support_email)
        if mail.trace:
            headers["X-Portico-Trace"] = mail.trace.split("-")[1]
        return headers


def _values(mail: AnyRow, known: AnyRow, portal: str) -> dict[str, Any]:
    desk = f"{portal}/console" if mail.recipient_kind == "staff" else portal
    return {
        **mail.data,
        **_common(mail, known, portal),
        "who": mail.data["who"] or known.portal_name,
        "reference": mail.about,
        "excerpt": _shortened(mail.data.get("excerpt", "")),
        "url": _where(mail, portal, desk),
    }


def _where(mail: AnyRow, portal: str, desk: str) -> str:
    """Where the button leads: to a path of the portal, a place of whoever reads it, else to the case."""
    if "path" in mail.data:
        return f"{portal}{mail.data['path']}"
    return f"{desk}/{mail.data.get('place') or f'cases/{mail.about}'}"


def _common(mail: AnyRow, known: AnyRow, portal: str) -> dict[str, Any]:
    return {
        "name": mail.recipient_name,
        "portal_url": portal,
        "portal": known.portal_name,
        "logo": f"{portal}/logo" if known.portal_has_logo else "",
        "accent": known.portal_accent,
        "on_accent": on(known.portal_accent),
        "support_email": known.portal_support_email,
        "notice": mail.data.get("notice", ""),
    }


def _block(template: Template, block: str, values: dict[str, Any]) -> str:
    context = template.new_context(values)
    return "".join(template.blocks[block](context)).strip()


def _shortened(excerpt: str) -> str:
    return excerpt if len(excerpt) <= EXCERPT_LENGTH else excerpt[:EXCERPT_LENGTH].rsplit(maxsplit=1)[0] + " …"


def one_line(text: str) -> str:
    """The text with whatever could break a header made into single spaces."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(one_line(name), username=local, domain=domain)


def on(accent: str) -> str:
    """Black or white, whichever is read better on this colour (WCAG relative luminance)."""
    red, green, blue = (_linear(int(accent[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#ffffff"


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
