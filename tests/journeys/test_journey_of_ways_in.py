"""Vera makes her sign-in safe, and comes in by each way there is: the second step, a link by mail, a passkey."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import expect
from windows import OpenWindow, Window
from world import PASSWORD, World, until

pytestmark = pytest.mark.xdist_group("stack")

EMAIL = "vera@acme.example"


@pytest.fixture(scope="module")
def vera(world: World) -> World:
    """The world with Vera in it, and a tenant that offers links by mail."""
    world.contact(world.northwind, "acme", "Vera Voss", EMAIL)
    world.set_password(world.northwind, EMAIL)
    ada = world.as_("ada")
    settings = ada.get("/portal-settings").json()
    wanted = {name: settings[name] for name in ("name", "accent", "support_email", "modules")}
    answer = ada.put(
        "/portal-settings",
        wanted | {"access": {"magic_link": True}},
        headers={"if-match": f'"{settings["version"]}"'},
    )
    assert answer.status_code == 200, answer.text
    until(lambda: "Send me a link" in world.northwind.guest_page("/login"))
    return world


def code(secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * later)


def go(window: Window, name: str) -> None:
    """Follow a link that looks like a button, and look at where it leads."""
    before = window.page.url
    window.press(name)
    window.page.wait_for_url(lambda url: url != before)
    window.look()


def enrol(window: Window) -> tuple[str, list[str]]:
    """From the menu to the recovery codes."""
    page = window.page
    page.get_by_label("Account of Vera Voss").click()
    window.follow("Security")
    go(window, "Add an authenticator app")
    secret = page.locator("code.key").inner_text().replace(" ", "")
    page.get_by_label("Code").fill("000000")
    window.press("Add the app")
    expect(page.get_by_text("This code is not right").first).to_be_visible()
    window.look()
    page.get_by_label("Code").fill(code(secret, -1))
    window.press("Add the app")
    page.wait_for_selector(".codes")
    window.look()
    codes = page.locator(".codes code").all_inner_texts()
    go(window, "I have kept them")
    expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()
    return secret, codes


def begin(window: Window, world: World) -> None:
    """The login page, the password, the page that asks for a code."""
    page = window.page
    window.open(f"{world.northwind.root}/login?next=/cases")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    window.press("Sign in")
    page.wait_for_url(re.compile("/login/second"))
    window.look()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_vera_adds_a_second_step_and_ends_the_sessions_she_does_not_know(
    vera: World, open_window: OpenWindow, scripts: bool
) -> None:
    """F032: authenticator app, recovery codes, devices; J2's other device is out within five seconds."""
    other, window = open_window(scripts=scripts), open_window(scripts=scripts)
    for one in (other, window):
        one.open(f"{vera.northwind.root}/login")
        one.log_in(EMAIL)
    secret, codes = enrol(window)
    window.press("End all others")
    window.page.wait_for_url(re.compile("done=sessions-ended"))
    window.look()
    time.sleep(5)
    other.open(f"{vera.northwind.root}/cases")
    assert "/login" in other.page.url
    begin(other, vera)
    other.page.get_by_label("Code").fill("000000")
    other.press("Sign in")
    expect(other.page.get_by_text("This code is not right").first).to_be_visible()
    other.page.get_by_label("Code").fill(code(secret))
    other.press("Sign in")
    other.page.wait_for_url(f"{vera.northwind.root}/cases")
    other.look()
    third = open_window(scripts=scripts)
    begin(third, vera)
    third.page.get_by_label("Code").fill(codes[0])
    third.press("Sign in")
    third.page.wait_for_url(f"{vera.northwind.root}/cases")
    third.look()
    remove(window)


def remove(window: Window) -> None:
    """With the password, and not without."""
    page = window.page
    window.open(re.sub(r"\?.*", "", page.url))
    expect(page.get_by_text("9 recovery codes are left.")).to_be_visible()
    go(window, "Remove the app")
    page.get_by_label("Your password").fill("not hers at all")
    window.press("Remove the app")
    expect(page.get_by_text("The present password is not right.").first).to_be_visible()
    window.look()
    page.get_by_label("Your password").fill(PASSWORD)
    window.press("Remove the app")
    page.wait_for_url(re.compile("done=app-removed"))
    window.look()


def test_vera_comes_in_by_a_link(vera: World, open_window: OpenWindow) -> None:
    """The tenant's option `magic_link`, without script."""
    window = open_window(scripts=False)
    page = window.page
    window.open(f"{vera.northwind.root}/login")
    window.follow("Send me a link")
    page.get_by_label("E-mail address").fill(EMAIL)
    window.press("Send me a link")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    window.look()
    subject = "Your link to Northwind Telecom"
    until(lambda: any(mail["subject"] == subject for mail in vera.stack.messages(EMAIL)))
    [mail] = [mail for mail in vera.stack.messages(EMAIL) if mail["subject"] == subject]
    link = re.search(r"https?://\S+/magic/\S+", str(mail["text"]))
    assert link
    window.open(link.group())
    window.press("Sign in")
    page.wait_for_url(f"{vera.northwind.root}/")
    window.look()
    window.open(link.group())
    expect(page.get_by_text("This link was used already").first).to_be_visible()


def test_vera_comes_in_by_a_passkey_with_both_factors_in_it(vera: World, open_window: OpenWindow) -> None:
    """F032: made, used in another session without a user name, and removed."""
    window = open_window()
    page = window.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device = kind | {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    window.open(f"{vera.northwind.root}/login")
    window.log_in(EMAIL)
    window.open(f"{vera.northwind.root}/account/security")
    page.get_by_label("Name of the passkey").fill("Vera's laptop")
    window.press("Add a passkey")
    page.wait_for_url(re.compile("done=passkey-added"))
    window.look()
    page.get_by_label("Account of Vera Voss").click()
    window.press("Sign out")
    page.wait_for_url(re.compile("/login"))
    window.press("Sign in with a passkey")
    page.wait_for_url(f"{vera.northwind.root}/")
    window.look()
    window.open(f"{vera.northwind.root}/account/security")
    window.press("Remove Vera's laptop")
    page.wait_for_url(re.compile("done=passkey-removed"))
    window.look()
    page.get_by_label("Account of Vera Voss").click()
    window.press("Sign out")
    page.wait_for_url(re.compile("/login"))
    window.press("Sign in with a passkey")
    expect(page.get_by_text("This passkey does not open this portal").first).to_be_visible()
    window.look()


def test_without_script_a_passkey_says_that_it_needs_it(vera: World, open_window: OpenWindow) -> None:
    window = open_window(scripts=False)
    window.open(f"{vera.northwind.root}/login")
    expect(window.page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(window.page.get_by_role("button", name="Sign in with a passkey")).to_be_disabled()
