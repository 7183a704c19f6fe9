"""F007, F008: what a portal needs before people are sent there, and setting it up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from identity import queries
from identity.errors import NotReadyYet, SetupNotYours, TenantNotFound
from identity.models import PortalSettings
from identity.policy import may_set_up
from identity.schemas.keys import NewKey
from identity.schemas.setup import Check, Install
from identity.service import audit
from identity.service.keys import make_key
from kit.caller import Caller
from kit.ids import now

_SENTENCES = {
    "company": "Say what the company is called.",
    "support_email": "Name the e-mail address people ask when they cannot get on.",
    "key": "The public link needs a publishable key; setting up makes one.",
    "logo": "Choose a logo.",
    "address": "Say the company's address.",
    "phone": "Say the company's phone number.",
    "duty": "Somebody of the staff should be on duty: nobody hears of new cases.",
}
_NEEDED = frozenset({"company", "support_email"})


class Setup(NamedTuple):
    """How far a portal is."""

    checks: list[Check]
    installed_at: datetime | None
    api_key: str | None


async def look(tx: AsyncSession, caller: Caller, *, lock: bool = False) -> Setup:
    """F008: what is there and what misses. Raises SetupNotYours."""
    if not may_set_up(caller):
        raise SetupNotYours()
    found = await queries.setup(tx, lock=lock)
    if found is None:
        raise TenantNotFound()
    return Setup(_checks(found), found["installed_at"], found["api_key"])


def _checks(found: Any) -> list[Check]:
    there = {
        "company": bool(found["name"]),
        "support_email": bool(found["support_email"]),
        "key": found["api_key"] is not None,
        "logo": found["logo"],
        "address": bool(found["company"].get("address")),
        "phone": bool(found["company"].get("phone")),
        "duty": found["duty"],
    }
    return [
        Check.model_validate({"name": name, "ok": ok, "needed": name in _NEEDED, "sentence": _SENTENCES[name]})
        for name, ok in there.items()
    ]


async def install(tx: AsyncSession, caller: Caller, asked: Install) -> Setup:
    """F007: make the public key if there is none, and say that the portal is set up; done twice, it stays as it was.

    Raises NotReadyYet for what misses, which `anyway` leaves for later where it only warns.
    """
    setup = await look(tx, caller, lock=True)
    _refuse(setup.checks, anyway=asked.anyway)
    api_key = setup.api_key
    if api_key is None:
        _, api_key = await make_key(tx, caller, NewKey(name="Public link", kind="publishable"))
    if setup.installed_at is None:
        setup = setup._replace(installed_at=now())
        await tx.execute(update(PortalSettings).values(installed_at=setup.installed_at))
        chosen = {"anyway": [None, asked.anyway]}
        audit.note(tx, caller, audit.Line("portal.installed", "portal", None, "Portal", chosen))
    done = [check.model_copy(update={"ok": check.ok or check.name == "key"}) for check in setup.checks]
    return setup._replace(api_key=api_key, checks=done)


def _refuse(checks: Sequence[Check], *, anyway: bool) -> None:
    missing = [each for each in checks if not each.ok and each.name != "key" and (each.needed or not anyway)]
    if missing:
        sentences = " ".join(each.sentence for each in missing)
        raise NotReadyYet(sentences, errors=[{"field": each.name, "detail": each.sentence} for each in missing])
