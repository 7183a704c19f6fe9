"""F002, F004: the addresses that lead to a tenant's portal."""

from datetime import UTC, datetime
from html import escape
from typing import Any

from gateway import theme
from gateway.pages.languages import later as _
from gateway.pages.reader import reading, words
from gateway.pages.visit import Visit


async def public_link(visit: Visit) -> str | None:
    """F002: the address for websites and signatures, by the newest publishable key that still works."""
    if "keys.manage" not in visit.session.caller.permissions:
        return None
    now = datetime.now(UTC).isoformat()
    for key in (await visit.get("/keys", limit=100))["items"]:
        if key["key"] and not key["revoked_at"] and (not key["expires_at"] or key["expires_at"] > now):
            return f"{visit.parts.settings.portal_origin}/account/login?api_key={key['key']}"
    return None


def addresses(visit: Visit, settings: dict[str, Any]) -> list[str]:
    """F004, F005: every address of the portal, the one that links in mails are made from first."""
    gateway = visit.parts.settings
    scheme, _sep, authority = gateway.portal_origin.partition("://")
    port = f":{authority.rpartition(':')[2]}" if ":" in authority else ""
    below = [f"{settings['slug']}.{gateway.subdomains_of}"] if gateway.subdomains_of else []
    return [settings["portal_url"], *(f"{scheme}://{host}{port}" for host in (*below, *settings["hosts"]))]


def snippets(visit: Visit, link: str | None, accent: str) -> list[dict[str, str]]:
    """F002: the link as HTML for a website, as a button whose words can be read, and for e-mail signatures."""
    if link is None:
        return []
    with reading(visit.reader()):
        says = escape(words().gettext(_("Get support")))
    address, colours, name = escape(link), theme.accent(accent, theme.LIGHT), escape(visit.tenant.name)
    button = "display:inline-block;padding:10px 18px;border-radius:6px"
    button += f";background:{colours.fill};color:{colours.on_fill}"
    plain = f'<a href="{address}">{says}</a>'
    styled = f'<a href="{address}" style="{button};font-weight:600;text-decoration:none">{says}</a>'
    signed = f'<p style="font:13px Arial,sans-serif;margin:8px 0">{name} &middot; {plain}</p>'
    return [
        {"id": "snippet-link", "words": _("As a link"), "html": plain},
        {"id": "snippet-button", "words": _("As a button"), "html": styled},
        {"id": "snippet-mail", "words": _("For e-mail signatures"), "html": signed},
    ]
