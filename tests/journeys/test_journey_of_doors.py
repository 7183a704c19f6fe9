"""Doors beside the password: at one's company, with a PIN, for another organisation, as a guest; a portal set up."""

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import web
from agent import link
from playwright.sync_api import FilePayload, expect
from windows import OpenWindow, Window
from world import PASSWORD, Tenant, World, until

from stack import ports
from stack.demo import logo

pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

PROVIDER = Path(__file__).parents[2] / "services/identity/tests/provider.py"
CLIENT, SECRET = "portico", "the provider's word"
PIN, OTHER, WRONG = "295183", "718264", "111222"


@pytest.fixture(scope="module", autouse=True)
def tenant(world: World, fed: Any) -> Tenant:
    """Fabrikam, which lets guests send requests; Acme and Zeta are its customers."""
    slug = f"fabrikam-{uuid4().hex[:6]}"
    made = world.tenant(slug, slug, "Fabrikam")
    world.organisation(made, "acme", "Acme Ltd")
    world.organisation(made, "zeta", "Zeta GmbH")
    ada = made.login(f"ada@{slug}.example", audience="console")
    settings = ada.get("/portal-settings").json()
    wanted = {name: settings[name] for name in ("name", "accent", "support_email", "modules")}
    version = {"if-match": f'"{settings["version"]}"'}
    answer = ada.put("/portal-settings", wanted | {"access": {"guest_requests": True}}, headers=version)
    assert answer.status_code == 200, answer.text
    return made


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider in a process of its own."""
    port = ports.spare()
    process = subprocess.Popen([sys.executable, str(PROVIDER), str(port)])
    address = f"http://127.0.0.1:{port}"
    until(lambda: _answers(address))
    yield address
    process.terminate()
    process.wait()


def _answers(address: str) -> bool:
    try:
        return web.get(f"{address}/jwks").status_code == 200
    except httpx.TransportError:
        return False


def somebody(world: World, tenant: Tenant, name: str, **more: Any) -> str:
    """A contact of Acme who can log in. Says their address."""
    email = f"{name.lower()}@acme-{tenant.slug}.example"
    world.contact(tenant, "acme", f"{name} Moss", email, **more)
    with ThreadPoolExecutor(1) as aside:  # the browser has this thread's event loop
        aside.submit(world.set_password, tenant, email).result()
    return email


def desk(open_window: OpenWindow, tenant: Tenant, *, scripts: bool = True) -> Window:
    """Ada, in the console."""
    window = open_window(scripts=scripts)
    window.open(f"{tenant.root}/console/login")
    window.log_in(f"ada@{tenant.slug}.example")
    return window


def test_ada_adds_a_company_and_its_people_sign_in_there_f032(
    open_window: OpenWindow, world: World, tenant: Tenant, issuer: str
) -> None:
    """F032: a wrong issuer is told in a sentence before anything is kept; then Oda needs no password here."""
    email = somebody(world, tenant, "Oda")
    ada = desk(open_window, tenant)
    ada.open(f"{tenant.root}/console/setup/providers")
    ada.press("Add a company")
    ada.page.wait_for_url(re.compile("/providers/new"))
    ada.look()
    ada.page.get_by_label("Whose people").select_option(label="Acme Ltd")
    for label, text in (
        ("E-mail domains", email.split("@")[1]), ("Issuer", f"{issuer}/"), ("Client id", CLIENT),
        ("Client secret", SECRET),
    ):  # fmt: skip
        ada.page.get_by_label(label, exact=True).fill(text)
    ada.press("Test and save")
    expect(ada.page.get_by_role("alert")).to_contain_text(f"The provider calls itself {issuer}.")
    ada.look()
    ada.page.get_by_label("Issuer", exact=True).fill(issuer)
    ada.page.get_by_label("Client secret", exact=True).fill(SECRET)
    ada.press("Test and save")
    expect(ada.page.get_by_role("status").first).to_contain_text("the provider answers, and knows this portal.")
    ada.look()
    until(lambda: "Sign in with your company" in tenant.guest_page("/login"))
    oda = open_window(scripts=False)
    oda.open(f"{tenant.root}/login")
    oda.follow("Sign in with your company")
    oda.page.get_by_label("E-mail address at your company").fill(email)
    oda.press("Go on")
    oda.page.wait_for_url(f"{tenant.root}/")
    expect(oda.page.get_by_role("heading", name="Hello, Oda")).to_be_visible()
    oda.look()
    ada.page.get_by_role("button", name="Switch off").click()
    expect(ada.page.get_by_role("status").first).to_contain_text("Switched off")
    ada.look()
    until(lambda: "Sign in with your company" not in tenant.guest_page("/login"))


def write_pin(window: Window, proof: str, with_what: str, pin: str) -> None:
    window.page.get_by_label(proof).fill(with_what)
    window.page.get_by_label("New PIN", exact=True).fill(pin)
    window.page.get_by_label("New PIN again").fill(pin)
    window.press("Save the PIN")


def test_pia_sets_her_pin_locks_it_and_ada_unlocks_it_f059(
    open_window: OpenWindow, world: World, tenant: Tenant
) -> None:
    """F058, F059: five wrong ones lock it, she and Ada hear of it, and staff let her try again."""
    email = somebody(world, tenant, "Pia", can_sign=True)
    pia = open_window()
    pia.open(f"{tenant.root}/login")
    pia.log_in(email)
    form = f"{tenant.root}/account/security/pin"
    pia.open(form)
    write_pin(pia, "Your password", PASSWORD, PIN)
    expect(pia.page.get_by_role("status").first).to_contain_text("Your PIN was saved.")
    pia.look()
    pia.open(form)
    write_pin(pia, "Your PIN now", PIN, OTHER)
    expect(pia.page.get_by_role("status").first).to_contain_text("Your PIN was saved.")
    for left in ("4 more tries", "3 more tries", "2 more tries", "1 more try", "locked after five wrong tries"):
        pia.page.goto(form)
        write_pin(pia, "Your PIN now", WRONG, PIN)
        expect(pia.page.get_by_role("main")).to_contain_text(left)
    pia.look()
    told = f"ada@{tenant.slug}.example"
    for address, subject in ((email, "Your PIN for Fabrikam is locked"), (told, "The PIN of Pia Moss is locked")):
        until(lambda to=address, words=subject: [m for m in world.stack.messages(to) if m["subject"] == words], 30)
    ada = desk(open_window, tenant, scripts=False)
    ada.open(f"{tenant.root}/console/contacts/{tenant.ids['pia']}")
    expect(ada.page.get_by_text("Locked after five wrong tries")).to_be_visible()
    ada.press("Unlock the PIN")
    expect(ada.page.get_by_role("status").first).to_contain_text("The PIN is unlocked")
    ada.look()
    pia.open(form)
    write_pin(pia, "Your PIN now", OTHER, PIN)
    expect(pia.page.get_by_role("status").first).to_contain_text("Your PIN was saved.")
    pia.look()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_a_link_of_another_organisation_says_whose_it_is_and_switches(
    open_window: OpenWindow, world: World, tenant: Tenant, scripts: bool
) -> None:
    """One person, many organisations: nothing is opened quietly, and one press switches and opens."""
    email = somebody(world, tenant, f"Mia{'js' if scripts else 'no'}")
    world.membership(tenant, email.split("@")[0], "zeta")
    client = tenant.switched(tenant.login(email), tenant.ids["zeta"])
    case = until(lambda: _opened(client)).json()["reference"]
    mia = open_window(scripts=scripts)
    mia.open(f"{tenant.root}/login?next=/cases/{case}")
    mia.log_in(email)
    expect(mia.page.get_by_role("heading", name="This belongs to Zeta GmbH")).to_be_visible()
    mia.press("Switch and open")
    expect(mia.page.get_by_role("heading", name="Zeta's lift")).to_be_visible()
    assert mia.page.url.startswith(f"{tenant.root}/cases/{case}")
    mia.look()


def _opened(client: Any) -> Any:
    """The case, once the membership has reached the cases."""
    answer = client.post("/cases", {"subject": "Zeta's lift", "body": "It stands still."})
    return answer if answer.status_code == 201 else None


def test_a_guests_request_is_sent_by_a_letter_f054(open_window: OpenWindow, world: World, tenant: Tenant) -> None:
    """F054: nothing is sent before the address is proven, and once however often the button is pressed."""
    email = f"gus@guests-{tenant.slug}.example"
    until(lambda: "Send a request" in tenant.guest_page("/request"))
    gus = open_window(scripts=False)
    gus.open(f"{tenant.root}/request")
    for label, text in (("Your name", "Gus Guest"), ("E-mail address", email), ("Subject", "No dial tone")):
        gus.page.get_by_label(label).fill(text)
    gus.page.get_by_label("What happened?").fill("Since this morning.")
    gus.press("Send")
    expect(gus.page.get_by_role("heading", name="Check your mail")).to_be_visible()
    gus.look()
    [letter] = until(lambda: world.stack.messages(email), 30)
    gus.open(link(letter["text"]))
    gus.press("Yes, send it")
    expect(gus.page.get_by_role("heading", name=re.compile("Thank you: your request is CASE-"))).to_be_visible()
    gus.look()


def made_by_command(world: World, slug: str) -> Tenant:
    """F007: a tenant, as whoever runs the installation makes one."""
    words = ("tenant", slug, "Litware", f"help@{slug}.example", "--admin", "Ada Abbot")
    env = world.stack.env("identity") | {"PORTICO_NEW_PASSWORD": PASSWORD}
    command = [sys.executable, "-m", "identity.provision", *words, "--admin-email", f"ada@{slug}.example"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Tenant(uuid4(), slug, world.stack.origin, "")


def test_a_portal_made_by_command_is_set_up_once_it_has_what_it_needs_f007(
    open_window: OpenWindow, world: World
) -> None:
    """F007-F009, F013, F021: what is missing is named, and each with the way to it."""
    tenant = made_by_command(world, f"litware-{uuid4().hex[:6]}")
    ada = desk(open_window, tenant)
    ada.open(f"{tenant.root}/console/setup")
    for check in ("The portal has a logo: not yet", "The company's address is known: not yet"):
        expect(ada.page.get_by_text(check)).to_be_visible()
    ada.press("Set up the portal")
    expect(ada.page.get_by_role("alert")).to_be_visible()
    ada.look()
    ada.follow("Company, and what contacts see first")
    expect(ada.page.get_by_label("After the login, contacts see")).to_have_value("details")
    ada.page.get_by_label("Address").fill("1 Wharf Road\nLondon")
    ada.page.get_by_label("Phone").fill("+44 20 7946 0000")
    ada.press("Save")
    ada.page.wait_for_url(re.compile("done=saved"))
    ada.look()
    ada.open(f"{tenant.root}/console/settings")
    picture = FilePayload(name="logo.png", mimeType="image/png", buffer=logo.png("N", "#1f5fbf"))
    ada.page.get_by_label("Logo").set_input_files(picture)
    ada.page.get_by_role("button", name="Save", exact=True).click()
    ada.page.wait_for_url(re.compile("done=saved"))
    ada.look()
    ada.open(f"{tenant.root}/console/setup")
    expect(ada.page.get_by_text("The portal has a logo: not yet")).to_have_count(0)
    ada.press("Set up the portal")
    expect(ada.page.get_by_role("status").first).to_contain_text("Your portal is set up.")
    ada.look()
