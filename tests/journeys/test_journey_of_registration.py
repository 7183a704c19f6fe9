"""J1: from a link on a website to an account: Ann registers, Sam maps her, and her login details arrive."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import web
from playwright.sync_api import expect
from windows import OpenWindow, Window
from world import PASSWORD, Tenant, World, until

from stack.testing import Mailbox

pytestmark = pytest.mark.xdist_group("stack")

MAPPERS = """UPDATE staff SET roles = '{agent,registration_mapper}'
    WHERE tenant_id = $1 AND name IN ('Sam Stone', 'Olga Off') RETURNING id"""
NONCE = re.compile(r'data-captcha="[^"]*"|name="idempotency_key" value="[^"]*"')


@pytest.fixture(autouse=True)
def rested(world: World, tenant: Tenant) -> None:
    """Everybody here comes from one address: what was tried from it before is forgotten."""
    rows(world, "DELETE FROM register_tries WHERE tenant_id = $1", tenant.id)


@pytest.fixture(scope="module", autouse=True)
def tenant(world: World, fed: Any) -> Tenant:
    """Contoso, whose staff map registrations: Sam, who is on duty, and Olga, who is not; Ada is, and maps none.

    Made before the browser, which keeps an event loop running in this thread.
    """
    tag = uuid4().hex[:6]
    made = world.tenant(f"contoso-{tag}", f"contoso-{tag}", "Contoso")
    world.organisation(made, "acme", "Acme Ltd")
    assert len(world.rows("identity", MAPPERS, made.id)) == 2
    return made


def rows(world: World, statement: str, *values: Any) -> list[dict[str, Any]]:
    """Look behind identity's back, in a thread of its own for the browser's sake."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(world.rows, "identity", statement, *values).result()


def choose(tenant: Tenant, **access: Any) -> None:
    """Ada sets who may register."""
    ada = tenant.login(f"ada@{tenant.slug}.example", audience="console")
    settings = ada.get("/portal-settings").json()
    wanted = {name: settings[name] for name in ("name", "accent", "support_email", "modules")} | {"access": access}
    answer = ada.put("/portal-settings", wanted, headers={"if-match": f'"{settings["version"]}"'})
    assert answer.status_code == 200, answer.text
    word = "Sign up" if access["register_mode"] == "open" else "Register now"
    until(lambda: word in web.get(f"{tenant.root}/login").text)


def test_a_wrong_or_revoked_key_leads_to_a_neutral_page_f001(
    open_window: OpenWindow, world: World, tenant: Tenant
) -> None:
    ada = tenant.login(f"ada@{tenant.slug}.example", audience="console")
    made = ada.post("/keys", {"name": "Website", "kind": "publishable"}).json()
    window = open_window()
    window.open(f"{tenant.origin}/account/login?api_key={made['secret']}")
    assert window.page.url == f"{tenant.root}/login"
    ada.post(f"/keys/{made['id']}/revoke")
    link = f"{tenant.origin}/account/login?api_key="
    until(lambda: web.get(link + made["secret"]).status_code == 404, seconds=10)
    pages = []
    for key in (made["secret"], "pk_" + "x" * 24):
        answer = window.open(link + key)
        assert answer.status == 404
        expect(window.page.get_by_text("There is no portal at this address.")).to_be_visible()
        pages.append(web.get(link + key).text)
    assert pages[0] == pages[1]
    assert "Contoso" not in pages[0]


@pytest.mark.parametrize("mode", ["pre_enabled", "mapped", "open"])
def test_register_now_tells_nothing_about_who_is_known_f034(tenant: Tenant, world: World, mode: str) -> None:
    """F034: the answers to a known and an unknown address, byte for byte apart from what is new in every page."""
    choose(tenant, register_mode=mode)
    world.contact(tenant, "acme", "Kim Known", f"kim@{tenant.slug}.example")
    answers = [register(tenant, f"{who}@{tenant.slug}.example") for who in (f"nobody-{mode}", "kim")]
    assert answers[0] == answers[1]
    assert answers[0][0] == 303


def register(tenant: Tenant, email: str) -> tuple[int, str, str, str]:
    """The whole of what a browser is answered: status, where to, and the page that comes then."""
    words = {"name": "Somebody", "email": email, "idempotency_key": uuid4().hex}
    words |= dict.fromkeys(("company", "phone", "message"), "")
    answer = web.post(f"{tenant.root}/register", data=words, headers={"origin": tenant.origin})
    page = web.get(tenant.origin + answer.headers["location"])
    return answer.status_code, answer.headers["location"], answer.text, NONCE.sub("", page.text)


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_ann_registers_sam_maps_her_and_her_login_details_arrive_j1(
    open_window: OpenWindow, world: World, tenant: Tenant, mailbox: Mailbox, scripts: bool
) -> None:
    """J1, F035-F039, F042: every step by its own mail, and the trail says who mapped her."""
    choose(tenant, register_mode="mapped")
    address = f"ann.{'js' if scripts else 'nojs'}@acme-{tenant.slug}.example"
    ann, sam = open_window(scripts=scripts), open_window(scripts=scripts)
    ask(ann, tenant, address)
    assert proven(world, tenant, address) is scripts
    confirm(ann, mailbox, address)
    map_her(sam, tenant, mailbox, address)
    assert mailbox.messages(f"olga@{tenant.slug}.example") == []
    assert mailbox.messages(f"ada@{tenant.slug}.example") == []
    [details] = letters(mailbox, address, "Your access to Contoso")
    assert address in str(details["text"])
    activate(ann, tenant, link_in(details, "/activate"))
    [line] = rows(
        world,
        "SELECT actor_name, place FROM audit WHERE tenant_id = $1 AND action = 'registration.mapped'"
        " AND subject_name = $2",
        *(tenant.id, f"Ann {address}"),
    )
    assert line == {"actor_name": "Sam Stone", "place": "console"}


def ask(window: Window, tenant: Tenant, address: str) -> None:
    """By the link on the website to the login, and from there to the form."""
    window.open(f"{tenant.origin}/account/login?api_key={tenant.pk}")
    window.follow("Register now")
    page = window.page
    page.get_by_label("Your name").fill(f"Ann {address}")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Company").fill("Acme")
    page.get_by_label("Anything we should know?").fill("The printer is mine.")
    window.press("Register")
    page.wait_for_url(f"{tenant.root}/register/sent", timeout=60_000)
    window.look()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()


def proven(world: World, tenant: Tenant, address: str) -> bool:
    """Did the captcha's solution come along?"""
    tried = "SELECT proven FROM register_tries WHERE tenant_id = $1 AND email_key = $2"
    [row] = rows(world, tried, tenant.id, address)
    return bool(row["proven"])


def letters(mailbox: Mailbox, to: str, subject: str) -> list[dict[str, object]]:
    """The letters of one subject that somebody has, once there is one."""
    return until(lambda: [one for one in mailbox.messages(to) if one["subject"] == subject])  # type: ignore[no-any-return]


def link_in(letter: dict[str, object], to: str) -> str:
    found = re.search(rf"https?://\S+/portal/[^/\s]+{to}/\S+", str(letter["text"]))
    assert found
    return found.group(0)


def confirm(window: Window, mailbox: Mailbox, address: str) -> None:
    """Opening the link changes nothing, the button does."""
    [letter] = letters(mailbox, address, "Confirm your e-mail address for Contoso")
    link = link_in(letter, "/register/confirm")
    for _ in range(2):
        window.open(link)
        expect(window.page.get_by_text(address)).to_be_visible()
    window.press("Yes, confirm it")
    window.page.wait_for_url(re.compile("/register/waiting$"))
    window.look()
    assert window.open(link).status == 404


def map_her(window: Window, tenant: Tenant, mailbox: Mailbox, address: str) -> None:
    """Sam follows his mail, chooses Acme and Create new contact."""
    [letter] = letters(mailbox, f"sam@{tenant.slug}.example", f"Ann {address} asks for access")
    window.open(link_in(letter, "/console/registrations"))
    window.log_in(f"sam@{tenant.slug}.example")
    page = window.page
    expect(page.get_by_text("The printer is mine.")).to_be_visible()
    window.follow("Acme Ltd")
    window.press("Map and send login details")
    expect(page.get_by_role("alert")).to_contain_text("Choose a contact, or create a new one.")
    window.look()
    page.get_by_label("Create new contact").check()
    window.press("Map and send login details")
    page.wait_for_url(re.compile("done=registration-mapped"))
    window.look()
    expect(page.get_by_role("definition").filter(has_text="Sam Stone")).to_be_visible()
    window.tab("Registrations")
    expect(page.get_by_role("row").filter(has_text=address)).to_contain_text("Mapped")


def activate(window: Window, tenant: Tenant, link: str) -> None:
    """F039, F040: she chooses her password and is in; from then on she signs in with it."""
    page = window.page
    assert link.startswith(f"{tenant.root}/activate/")
    window.open(link)
    for label in ("New password", "The same again"):
        page.get_by_label(label).fill(PASSWORD)
    window.press("Set the password and sign in")
    page.wait_for_url(re.compile(f"{tenant.root}/(\\?|$)"))
    window.look()
    expect(page.get_by_role("heading", name="Hello, Ann")).to_be_visible()
    assert window.open(link).status == 404


def test_who_does_not_map_registrations_has_no_such_pages_f037(open_window: OpenWindow, tenant: Tenant) -> None:
    ada = open_window()
    ada.open(f"{tenant.root}/console/login")
    ada.log_in(f"ada@{tenant.slug}.example")
    expect(ada.page.get_by_role("link", name="Registrations")).to_have_count(0)
    assert ada.open(f"{tenant.root}/console/registrations").status == 404
