"""Sessions: an opaque token in a cookie of the tenant's own, resolved by identity every few seconds."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from gateway.acting import mark_of
from gateway.callers import Callers, Grant
from gateway.client import Refused, Services
from gateway.recent import Recent
from kit.caller import Caller
from kit.problems import Unavailable

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
    organisations: tuple[dict[str, str], ...] = ()
    """Every organisation a contact may act for: {id, name}."""
    support_ends_on: str | None = None
    """F087: when a contact's support ends, once that is to be told."""
    mark: str = ""
    """The mark of the browser's last switch when this was asked; with another one it is asked anew."""

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
        self._companies: Recent[UUID, bool] = Recent()

    async def find(self, scope: Scope, tenant_id: UUID, slug: str, audience: Audience) -> Session | None:
        """The session of this request at this tenant; None for none, an ended one, or another tenant's."""
        token = token_of(scope, slug, audience)
        session = await self.resolve(token, mark_of(scope, slug)) if token else None
        fits = session is not None and session.tenant_id == tenant_id and session.audience == audience
        return session if fits else None

    async def resolve(self, token: str, mark: str = "") -> Session | None:
        """Whose token this is. Kept by its hash, so that no token lies around in memory."""
        session = await self._kept(token, mark)
        if session is not None and session.mark != mark:
            self.forget(token)
            session = await self._kept(token, mark)
        return session

    async def _kept(self, token: str, mark: str) -> Session | None:
        return await self._recent.get(sha256(token.encode()).digest(), lambda: self._resolve(token, mark))

    async def _resolve(self, token: str, mark: str) -> Session | None:
        answer = await self._services.ask_identity(self._callers.system(), "sessions/resolve", {"token": token})
        if answer is None:
            return None
        caller = Caller.model_validate(answer["caller"])
        first, theirs = bool(answer.get("must_change_password")), tuple(answer.get("organisations", ()))
        about = UUID(answer["tenant"]["id"]), answer["audience"], Grant(caller), first, theirs
        return Session(*about, support_ends_on=answer.get("support_ends_on"), mark=mark)

    async def begin(self, tenant_id: UUID, audience: Audience, given: dict[str, Any]) -> dict[str, Any]:
        """Log somebody in. Raises Refused as identity words it: 401 for wrong words, 429 for too many tries."""
        begun: dict[str, Any] = await self.step(tenant_id, "sessions", {"audience": audience, **given})
        return begun

    async def step(self, tenant_id: UUID, path: str, given: dict[str, Any]) -> Any:
        """One step of a login, as identity answers it: a session, or what is asked for next. Raises Refused."""
        question, grant = {"tenant_id": str(tenant_id), **given}, self._callers.system(tenant_id)
        return await self._services.call("identity", grant, "POST", f"/internal/{path}", json=question)

    async def company(self, tenant_id: UUID) -> bool:
        """Does anybody of this tenant log in at their company? No answer is none: the login page stands without."""
        try:
            return await self._companies.get(tenant_id, lambda: self._company(tenant_id))
        except (Refused, Unavailable):
            return False

    async def _company(self, tenant_id: UUID) -> bool:
        return bool((await self.step(tenant_id, "oidc/offered", {}))["company"])

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


STEP_SECONDS = 1800


def step_cookie(slug: str, audience: Audience) -> str:
    """What holds the ticket between two steps of a login."""
    return f"__Host-step-{audience}-{slug}"


def ticket_of(scope: Scope, slug: str, audience: Audience) -> str:
    """The ticket in the request's cookie; empty where there is none."""
    found = re.search(
        rf"(?:^|;\s*){step_cookie(slug, audience)}=([A-Za-z0-9._-]{{20,200}})(?:;|$)",
        "; ".join(Headers(scope=scope).getlist("cookie")),
    )
    return found.group(1) if found else ""


def set_ticket(response: Response, slug: str, audience: Audience, ticket: str) -> None:
    """Hand the ticket to the browser, out of every script's reach, for as long as a step may take."""
    flags: dict[str, Any] = {"path": "/", "secure": True, "httponly": True, "samesite": "lax"}
    response.set_cookie(step_cookie(slug, audience), ticket, max_age=STEP_SECONDS, **flags)


def clear_ticket(response: Response, slug: str, audience: Audience) -> None:
    """The steps are done."""
    response.delete_cookie(step_cookie(slug, audience), path="/", secure=True, httponly=True, samesite="lax")


def below_root(address: str) -> bool:
    """A path below the tenant's root, and nothing that leads anywhere else."""
    return _NEXT.fullmatch(address) is not None


def safe_next(asked: str | None, audience: Audience) -> str:
    """Where to go after logging in: a path below the tenant's root and nothing else."""
    home = "/console" if audience == "console" else "/"
    if not asked or not below_root(asked) or asked.split("?")[0].rstrip("/").endswith(("/login", "/logout")):
        return home
    return asked
