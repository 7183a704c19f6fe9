"""F032: passkeys belong to a person and to one address of the portal, and work nowhere else."""

from typing import Any

import httpx
import pytest
from authenticator import Device
from test_identity_factors import person

from identity import service
from identity.testing import ORIGIN, Site
from kit.testing import As


@pytest.fixture
async def elsewhere(acme: Site) -> str:
    """Acme's portal at a proven host of the tenant's own."""
    host = f"help.{acme.slug}.example"
    async with acme.database.transaction(acme.tenant_id) as tx:
        await service.add_host(tx, host)
    return f"http://{host}:8700"


async def made(ann: As, device: Device, origin: str, at: str | None = None) -> httpx.Response:
    """A key asked for at one origin, and made by a browser that is at another if said so."""
    asked = (await ann.post("/me/passkeys/options", {"origin": origin})).json()
    wanted = {"name": origin[:60], "setup": asked["setup"], "credential": device.makes(asked["options"], at or origin)}
    return await ann.post("/me/passkeys", wanted)


async def question(site: Site, origin: str) -> dict[str, Any]:
    wanted = {"tenant_id": str(site.tenant_id), "audience": "portal", "origin": origin}
    answer = await site.gateway.post("/internal/passkeys/options", wanted)
    assert answer.status_code == 200, answer.text
    asked: dict[str, Any] = answer.json()
    return asked


async def come_in(site: Site, asked: dict[str, Any], credential: dict[str, Any]) -> httpx.Response:
    step = {"tenant_id": str(site.tenant_id), "audience": "portal", "setup": asked["setup"], "ip": "192.0.2.1"}
    return await site.gateway.post("/internal/sessions/passkey", step | {"credential": credential})


async def test_it_lets_its_owner_in_where_it_was_made_and_its_host_is_shown(acme: Site, elsewhere: str) -> None:
    ann = await person(acme)
    for origin in (ORIGIN, elsewhere):
        device = Device()
        assert (await made(ann, device, origin)).status_code == 201
        asked = await question(acme, origin)
        inside = await come_in(acme, asked, device.shows(asked["options"], origin))
        assert inside.status_code == 201, inside.text
        caller = (await acme.resolve(inside.json()["token"])).json()["caller"]
        assert caller["email"] == "ann@acme.example"
    hosts = [one["host"] for one in (await ann.get("/me/security")).json()["passkeys"]]
    assert hosts == ["localhost", elsewhere.removeprefix("http://").removesuffix(":8700")]


async def test_made_at_one_address_it_opens_no_other(acme: Site, elsewhere: str) -> None:
    device = Device()
    assert (await made(await person(acme), device, elsewhere)).status_code == 201
    asked = await question(acme, ORIGIN)
    for lying in (ORIGIN, elsewhere):  # a browser would never; somebody with the key might say either
        refused = await come_in(acme, asked, device.shows(asked["options"], lying))
        assert (refused.status_code, refused.json()["type"]) == (401, "/problems/passkey-refused")


async def test_an_answer_counts_once_and_only_with_the_right_signature(acme: Site) -> None:
    device = Device()
    assert (await made(await person(acme), device, ORIGIN)).status_code == 201
    asked = await question(acme, ORIGIN)
    forged = Device(id=device.id).shows(asked["options"], ORIGIN)
    assert (await come_in(acme, asked, forged)).status_code == 401
    shown = device.shows(asked["options"], ORIGIN)
    assert [(await come_in(acme, asked, shown)).status_code for _ in range(2)] == [201, 401]


async def test_it_is_made_only_at_an_address_of_the_tenants(acme: Site, brightside: Site, elsewhere: str) -> None:
    ann = await person(acme)
    assert (await ann.post("/me/passkeys/options", {"origin": "https://evil.example"})).status_code == 422
    assert (await made(ann, Device(), ORIGIN, at="https://evil.example")).status_code == 401
    wanted = {"tenant_id": str(brightside.tenant_id), "audience": "portal", "origin": elsewhere}
    assert (await brightside.gateway.post("/internal/passkeys/options", wanted)).status_code == 422
    assert (await ann.get("/me/security")).json()["passkeys"] == []


async def test_it_opens_no_other_tenants_portal(acme: Site, brightside: Site) -> None:
    device = Device()
    assert (await made(await person(acme), device, ORIGIN)).status_code == 201
    asked = await question(brightside, ORIGIN)
    assert (await come_in(brightside, asked, device.shows(asked["options"], ORIGIN))).status_code == 401
