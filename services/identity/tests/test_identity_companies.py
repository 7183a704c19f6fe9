"""The login at one's company, against a real OpenID Connect provider in a process of its own."""

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from provider import CLIENT, SECRET

from identity.main import build
from identity.settings import IdentitySettings
from identity.testing import ORIGIN, Site
from kit.db import Database
from kit.egress import Egress, EgressRefused
from kit.testing import PUBLIC_KEY, SEALING_KEY, Served, served, staff
from stack import databases, ports

PROVIDER = Path(__file__).parent / "provider.py"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider's address."""
    port = ports.spare()
    process = subprocess.Popen([sys.executable, str(PROVIDER), str(port)])
    address = f"http://127.0.0.1:{port}"
    while process.poll() is None and not _answers(address):
        time.sleep(0.1)
    yield address
    process.terminate()
    process.wait()


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/jwks").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
async def app(service_database: Callable[[str], databases.Database]) -> AsyncIterator[Served]:
    """Identity that may reach this machine, where the provider is."""
    database = Database(service_database("identity").app_url, pool_size=4)
    settings = IdentitySettings(
        database_url=database.url,
        amqp_url="amqp://localhost:1",
        caller_public_key=PUBLIC_KEY,
        portal_origin=ORIGIN,
        mail_keys=SEALING_KEY,
        vault_keys=SEALING_KEY,
        egress_allow=[ip_network("127.0.0.0/8")],
    )
    async with served(build(settings, database), "identity") as client:
        yield client
    await database.close()


async def path_of(site: Site, organisation: str = "acme") -> str:
    [row] = await site.sql("SELECT id FROM organisations WHERE external_id = $1", organisation)
    return f"/organisations/{row['id']}/identity-provider"


@pytest.fixture
async def company(acme: Site, issuer: str) -> Site:
    """Acme's people log in at their company."""
    wanted = {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "domains": ["Acme.example"]}
    answer = await acme.app.by(acme.admin).put(await path_of(acme), wanted)
    assert answer.status_code == 200, answer.text
    assert answer.json()["redirect_uri"] == f"{ORIGIN}/portal/{acme.slug}/account/oidc/callback"
    return acme


async def begin(site: Site, email: str = "ann@acme.example", **values: Any) -> httpx.Response:
    asked = {"tenant_id": str(site.tenant_id), "email": email, "root": f"{ORIGIN}/portal/{site.slug}"}
    return await site.gateway.post("/internal/oidc/begin", asked | values)


async def come_back(site: Site, begun: Any, **values: Any) -> httpx.Response:
    """What a browser does: log in there, and bring back what it was given."""
    async with httpx.AsyncClient() as browser:
        back = (await browser.get(begun["url"])).headers["location"]
    given = {name: value[0] for name, value in parse_qs(urlsplit(back).query).items()}
    login = {"tenant_id": str(site.tenant_id), "kept": begun["kept"], "ip": "192.0.2.1"} | given | values
    return await site.gateway.post("/internal/sessions/oidc", login)


async def come_in(site: Site, email: str = "ann@acme.example", **values: Any) -> httpx.Response:
    begun = await begin(site, email)
    assert begun.status_code == 200, begun.text
    return await come_back(site, begun.json(), **values)


async def test_ann_comes_in_by_her_company_without_a_password_here(company: Site) -> None:
    """F032: OpenID Connect by the domain of her address."""
    await company.sql("DELETE FROM passwords WHERE person_id IN (SELECT id FROM contacts)")
    answer = await come_in(company)
    assert answer.status_code == 201, answer.text
    assert (await company.resolve(answer.json()["token"])).json()["caller"]["name"] == "Ann Archer"
    [line] = await company.sql("SELECT changes FROM audit WHERE action = 'session.begun' ORDER BY number DESC LIMIT 1")
    assert line["changes"]["method"] == [None, "oidc"]


async def test_what_leaves_holds_state_nonce_and_a_challenge_and_never_the_secret(company: Site) -> None:
    begun = (await begin(company)).json()
    asked = parse_qs(urlsplit(begun["url"]).query)
    assert {"state", "nonce", "code_challenge", "login_hint"} <= asked.keys()
    assert (asked["code_challenge_method"], asked["scope"]) == (["S256"], ["openid email profile"])
    assert SECRET not in begun["url"] + begun["kept"]
    [row] = await company.sql("SELECT sealed_secret FROM identity_providers")
    assert SECRET not in row["sealed_secret"]


@pytest.mark.parametrize(
    "otherwise",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email": "bob@elsewhere.example"},
        {"email": "nobody@acme.example"},
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"exp": 1},
        {"forged": True},
    ],
    ids=lambda otherwise: next(iter(otherwise)),
)
async def test_what_cannot_be_believed_lets_nobody_in(company: Site, issuer: str, otherwise: dict[str, Any]) -> None:
    async with httpx.AsyncClient() as http:
        await http.post(f"{issuer}/_next", json=otherwise)
    answer = await come_in(company)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/company-refused")


async def test_a_provider_speaks_for_its_own_organisation_alone(company: Site, issuer: str) -> None:
    """Carl has an address of Acme's domain and belongs to Zeta: Acme's provider does not let him in there."""
    await company.put_organisation("zeta")
    await company.put_contact("carl", "zeta")
    assert (await come_in(company, "carl@acme.example")).status_code == 401
    wanted = {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "domains": ["acme.example"]}
    answer = await company.app.by(company.admin).put(await path_of(company, "zeta"), wanted)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/domain-taken")


async def test_another_state_another_tenants_or_a_used_code_is_worth_nothing(company: Site, brightside: Site) -> None:
    begun = (await begin(company)).json()
    assert (await come_back(company, begun, state="x" * 43)).status_code == 410
    assert (await come_back(company, begun, kept="made up")).status_code == 410
    assert (await come_back(company, begun, code="made up")).status_code == 401
    assert (await come_back(company, begun, tenant_id=str(brightside.tenant_id))).status_code == 404
    assert (await come_back(company, begun)).status_code == 201


async def test_who_is_disabled_or_outside_the_window_stays_outside(company: Site) -> None:
    await company.put_contact("ann", support_end_on="2020-01-01", support_start_on="2019-01-01")
    assert (await come_in(company)).status_code == 403
    await company.put_contact("ann", portal_enabled=False, support_end_on=None)
    assert (await come_in(company)).status_code == 401


async def test_nobody_is_sent_anywhere_but_by_a_domain_and_back_to_the_portal(company: Site) -> None:
    assert (await begin(company, "ann@elsewhere.example")).status_code == 404
    assert (await begin(company, root="https://evil.example")).status_code == 422


async def test_only_who_edits_the_settings_says_where_people_log_in(company: Site, brightside: Site) -> None:
    path = await path_of(company)
    agent, stranger = company.app.by(staff(company.tenant_id)), brightside.app.by(brightside.admin)
    assert [(await one.get(path)).status_code for one in (agent, company.crm, stranger)] == [403, 403, 404]
    ada = company.app.by(company.admin)
    assert SECRET not in (await ada.get(path)).text
    assert (await ada("DELETE", path)).status_code == 204
    assert (await begin(company)).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:1/x", "https://127.0.0.1/x", "https://localhost/x", "https://10.0.0.1/", "https://[::1]/"),
        *("https://169.254.169.254/latest", "https://[::ffff:127.0.0.1]/", "http://example.org/", "ftp://example.org/"),
        *("https://0.0.0.0/", "https://100.64.0.1/", "https://user:word@example.org/", "file:///etc/passwd"),
    ],
)
async def test_no_request_leaves_for_a_private_address(url: str) -> None:
    with pytest.raises(EgressRefused):
        await Egress().json("GET", url)


async def test_a_redirect_is_not_followed_and_too_long_an_answer_is_none(issuer: str) -> None:
    egress = Egress([ip_network("127.0.0.0/8")])
    asked = f"{issuer}/authorize?client_id={CLIENT}&code_challenge_method=S256&state=s&redirect_uri={issuer}/jwks"
    with pytest.raises(EgressRefused, match="303"):
        await egress.json("GET", asked)
    assert "keys" in await egress.json("GET", f"{issuer}/jwks")


def not_known(issuer: str) -> list[tuple[dict[str, str], str, str]]:
    """What can be wrong with a provider: what was typed, the field, and a word of the sentence."""
    return [
        ({"issuer": "https://127.0.0.1:1"}, "issuer", "nobody answers there"),
        ({"issuer": f"{issuer}/"}, "issuer", f"calls itself {issuer}"),
        ({"issuer": f"{issuer}/nothing"}, "issuer", "answered 404"),
        ({"issuer": "http://192.168.1.1"}, "issuer", "may not be reached"),
        ({"client_secret": "another"}, "client_secret", "does not know this client id"),
    ]


async def test_a_check_says_in_a_sentence_what_is_wrong_with_a_provider(acme: Site, issuer: str) -> None:
    """F032: before anything is kept, and of what is kept; nothing is changed by it."""
    ada, path = acme.app.by(acme.admin), await path_of(acme)
    good = {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET}
    answer = await ada.post(f"{path}/check", good)
    assert answer.json() == {"ok": True, "field": None, "sentence": "The provider answers, and knows this portal."}
    for wrong, field, words in not_known(issuer):
        said = (await ada.post(f"{path}/check", good | wrong)).json()
        assert (said["ok"], said["field"]) == (False, field)
        assert words in said["sentence"], said
        assert "aiohttp" not in said["sentence"]
    assert (await ada.post(f"{path}/check", {})).status_code == 404
    assert (await ada.post(f"{path}/check", {"issuer": issuer, "client_id": CLIENT})).status_code == 422
    assert await acme.sql("SELECT 1 FROM identity_providers") == []


async def test_a_provider_that_is_set_is_checked_with_the_secret_nobody_sees(company: Site, brightside: Site) -> None:
    path = await path_of(company)
    ada, agent = company.app.by(company.admin), company.app.by(staff(company.tenant_id))
    assert (await ada.post(f"{path}/check", {})).json()["ok"] is True
    stranger = brightside.app.by(brightside.admin)
    assert [(await one.post(f"{path}/check", {})).status_code for one in (agent, stranger)] == [403, 404]


async def test_a_provider_that_is_switched_off_lets_nobody_in_and_is_kept(company: Site, issuer: str) -> None:
    ada, path = company.app.by(company.admin), await path_of(company)
    begun = (await begin(company)).json()
    kept = {"issuer": issuer, "client_id": CLIENT, "domains": ["acme.example"]}
    assert (await ada.put(path, kept | {"active": False})).json()["active"] is False
    assert (await begin(company)).status_code == 404
    assert (await come_back(company, begun)).status_code == 404
    offered = await company.gateway.post("/internal/oidc/offered", {"tenant_id": str(company.tenant_id)})
    assert offered.json() == {"company": False}
    [listed] = (await ada.get("/identity-providers")).json()["items"]
    assert (listed["organisation_name"], listed["active"], listed["domains"]) == ("Acme Ltd", False, ["acme.example"])
    assert SECRET not in str(listed)
    assert (await ada.put(path, kept)).json()["active"] is True
    assert (await come_in(company)).status_code == 201


async def test_only_who_edits_the_settings_sees_whose_people_log_in_where(company: Site, brightside: Site) -> None:
    agent = company.app.by(staff(company.tenant_id))
    answers = [await one.get("/identity-providers") for one in (agent, company.crm)]
    assert [one.status_code for one in answers] == [403, 403]
    assert (await brightside.app.by(brightside.admin).get("/identity-providers")).json() == {"items": []}
