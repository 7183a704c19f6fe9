"""Sessions: an opaque token in a cookie of the tenant's own, resolved by identity every few seconds."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from gateway.callers import Callers, Grant
from gateway.client import Services
from gateway.recent import Recent
from kit.caller import Caller

Audience = Literal["portal", "console"]

_NEXT = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,500}")


@dataclass(frozen=True)
class Session:
    """Somebody who is logged in, as identity said a moment ago."""

    tenant_id: UUID
    audience: Audience
    grant: Grant
    must_change_password: bool = False
    """F033: they choose another password first of all; nothing else is open to them."""

    @property
    def caller(self) -> Caller:
        """Who it is."""
        return self.grant.caller


class Sessions:
    """Who holds a cookie."""

    def __init__(self, services: Services, callers: Callers) -> None:
        self._services = services
        self._callers = callers
        self._recent: Recent[bytes, Session | None] = Recent()

    async def find(self, scope: Scope, tenant_id: UUID, slug: str, audience: Audience) -> Session | None:
        """The session of this request at this tenant; None for none, an ended one, or another tenant's."""
        token = token_of(scope, slug, audience)
        session = await self.resolve(token) if token else None
        fits = session is not None and session.tenant_id == tenant_id and session.audience == audience
        return session if fits else None

    async def resolve(self, token: str) -> Session | None:
        """Whose token this is. Kept by its hash, so that no token lies around in memory."""
        return await self._recent.get(sha256(token.encode()).digest(), lambda: self._resolve(token))

    async def _resolve(self, token: str) -> Session | None:
        answer = await self._services.ask_identity(self._callers.system(), "sessions/resolve", {"token": token})
        if answer is None:
            return None
        caller = Caller.model_validate(answer["caller"])
        first = bool(answer.get("must_change_password"))
        return Session(UUID(answer["tenant"]["id"]), answer["audience"], Grant(caller), first)

    async def begin(self, tenant_id: UUID, audience: Audience, given: dict[str, Any]) -> dict[str, Any]:
        """Log somebody in. Raises Refused as identity words it: 401 for wrong words, 429 for too many tries."""
        question = {"tenant_id": str(tenant_id), "audience": audience, **given}
        grant = self._callers.system(tenant_id)
        answer: dict[str, Any] = await self._services.call(
            "identity", grant, "POST", "/internal/sessions", json=question
        )
        return answer

    async def end(self, tenant_id: UUID, token: str) -> None:
        """Log somebody out, here at once and everywhere within seconds."""
        await self._services.ask_identity(self._callers.system(tenant_id), "sessions/end", {"token": token})
        self.forget(token)

    def forget(self, token: str) -> None:
        """Ask again whose token this is."""
        self._recent.forget(sha256(token.encode()).digest())


def cookie_name(slug: str, audience: Audience) -> str:
    """`__Host-`: secure, for this host alone, for all of its paths; the slug keeps tenants apart."""
    return f"__Host-{audience}-{slug}"


def token_of(scope: Scope, slug: str, audience: Audience) -> str | None:
    """The token in the request's cookie, if it looks like one."""
    found = re.search(
        rf"(?:^|;\s*){cookie_name(slug, audience)}=([A-Za-z0-9._-]{{20,200}})(?:;|$)",
        "; ".join(Headers(scope=scope).getlist("cookie")),
    )
    return found.group(1) if found else None


def set_cookie(response: Response, slug: str, audience: Audience, token: str) -> None:
    """Hand the session to the browser, out of every script's reach. It ends with the browser or before."""
    response.set_cookie(cookie_name(slug, audience), token, path="/", secure=True, httponly=True, samesite="lax")


def clear_cookie(response: Response, slug: str, audience: Audience) -> None:
    """Take the session back from the browser."""
    response.delete_cookie(cookie_name(slug, audience), path="/", secure=True, httponly=True, samesite="lax")


def below_root(address: str) -> bool:
    """A path below the tenant's root, and nothing that leads anywhere else."""
    return _NEXT.fullmatch(address) is not None


def safe_next(asked: str | None, audience: Audience) -> str:
    """Where to go after logging in: a path below the tenant's root and nothing else."""
    home = "/console" if audience == "console" else "/"
    if not asked or not below_root(asked) or asked.split("?")[0].rstrip("/").endswith(("/login", "/logout")):
        return home
    return asked
