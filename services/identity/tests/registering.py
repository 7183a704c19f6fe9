"""What the tests about registrations share: a tenant with its door open so far, and letters read as notifier does."""

from typing import Any

from identity.testing import Site
from kit.caller import Caller
from kit.seal import Seal
from kit.testing import SEALING_KEY, As

RITA = {"name": "Rita Roe", "email": "rita@acme.example", "company": "Acme", "phone": "1", "message": "Let me in"}
IP = "192.0.2.7"


def gateway(site: Site) -> As:
    """The gateway, asking on behalf of a visitor of this tenant."""
    return site.app.by(Caller(kind="system", tenant_id=site.tenant_id, name="gateway"))


async def choose(site: Site, **access: Any) -> None:
    """The admin's choices about the ways in."""
    ada = site.app.by(site.admin)
    found = (await ada.get("/portal-settings")).json()
    wanted = {name: found[name] for name in ("name", "accent", "support_email", "modules")} | {"access": access}
    answer = await ada.put("/portal-settings", wanted, headers={"if-match": f'"{found["version"]}"'})
    assert answer.status_code == 200, answer.text


async def letters(site: Site, template: str | None = None) -> list[dict[str, Any]]:
    """Every letter that is to be written, its sealed part opened."""
    told = [one["data"] for one in await site.said() if one["type"] == "access.issued.v1"]
    opened = [one | Seal(SEALING_KEY).open(one["sealed"]) for one in told]
    return [one for one in opened if template in (None, one["template"])]


def secret(letter: dict[str, Any]) -> str:
    """The secret at the end of a letter's link."""
    return str(letter["path"]).rsplit("/", 1)[1]


async def ask(site: Site, *, proven: bool = True, **more: Any) -> Any:
    """Register, as the gateway passes it on."""
    return await gateway(site).post("/internal/registrations", RITA | {"ip": IP, "proven": proven} | more)


async def confirm(site: Site, token: str, **more: Any) -> Any:
    """Use a letter's link."""
    return await gateway(site).post("/internal/registrations/confirm", {"token": token, "ip": IP} | more)


async def waiting(site: Site, **more: Any) -> dict[str, Any]:
    """A registration that waits to be mapped."""
    await choose(site, register_mode="mapped")
    await ask(site, **more)
    answer = await confirm(site, secret((await letters(site, "confirm"))[-1]))
    assert answer.json() == {"outcome": "waiting", "path": None}, answer.text
    [row] = await site.sql("SELECT id, version FROM registrations WHERE state = 'waiting' ORDER BY id DESC LIMIT 1")
    return {"id": str(row["id"]), "version": row["version"]}
