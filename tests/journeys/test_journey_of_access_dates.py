"""J2: Ada lets Dora in, with dates; the end is told in time. And a first password, on a screen for ten seconds."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from agent import link
from playwright.sync_api import Error, expect
from windows import OpenWindow, Window
from world import PASSWORD, World, until

from identity.service.renewals import look_for_renewals
from kit.db import Database

pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.timeout(600)]

ADA = "ada@northwind.example"
DORA = "dora@acme.example"
FINN = "finn@acme.example"
OWN = "a wholly new one"


def day(offset: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=offset)).isoformat()


def crm(world: World, email: str, **more: Any) -> Any:
    """The CRM says what it knows of a contact of Acme."""
    name = email.split("@")[0]
    sent = {"name": f"{name.title()} Doe", "email": email, "organisation_external_id": "acme"} | more
    return world.northwind.crm.put(f"/contacts/by-external-id/{name}", sent)


def sign_in(window: Window, world: World, email: str, password: str) -> None:
    window.open(f"{world.northwind.root}/login")
    window.page.get_by_label("E-mail address").fill(email)
    window.page.get_by_label("Password").fill(password)
    window.press("Sign in")
    window.page.wait_for_load_state("load")
    window.look()


def ada(open_window: OpenWindow, world: World, email: str, *, scripts: bool = True) -> Window:
    """Ada, on the page of a contact."""
    window = open_window(scripts=scripts)
    window.open(f"{world.northwind.root}/console/login")
    window.log_in(ADA)
    contact_id = crm(world, email).json()["id"]
    window.open(f"{world.northwind.root}/console/contacts/{contact_id}")
    return window


def choose(window: Window) -> None:
    """A password, twice."""
    window.page.get_by_label("New password").fill(OWN)
    window.page.get_by_label("The same again").fill(OWN)


def test_access_comes_and_goes_with_its_dates(open_window: OpenWindow, world: World) -> None:
    """J2, F022-F026, F029, F040, F051, F052."""
    an_address_belongs_to_one_person(world)
    assert crm(world, DORA).status_code == 201
    desk = ada(open_window, world, DORA)
    desk.page.get_by_label("First day").fill(day(1))
    desk.page.get_by_label("Last day").fill(day(30))
    desk.press("Give access")
    expect(desk.page.get_by_role("status").first).to_contain_text("may come in now")
    desk.look()
    desk.press("Send the welcome letter")
    expect(desk.page.get_by_role("status").first).to_contain_text("on its way")
    dora = open_window()
    before_the_first_day_the_day_is_told(dora, world)
    assert crm(world, DORA, support_start_on=day(-1)).status_code == 200
    sign_in(dora, world, DORA, OWN)
    assert dora.page.url == f"{world.northwind.root}/"
    the_end_of_support_is_told(dora, world)
    after_the_last_day_she_is_out(dora, world)
    whoever_wants_no_mail_gets_none(desk, world)


def an_address_belongs_to_one_person(world: World) -> None:
    """F023, F025, F026: no address, no access; a lead's address is the lead's."""
    lead = {"name": "Lea Lead", "email": "lea@new.example", "company": "New Ltd"}
    assert world.northwind.crm.put("/leads/by-external-id/lea", lead).status_code in (200, 201)
    assert crm(world, "lea@new.example", portal_enabled=True).status_code == 409
    nothing = {"name": "Nora", "organisation_external_id": "acme", "portal_enabled": True}
    assert world.northwind.crm.put("/contacts/by-external-id/nora", nothing).status_code == 422


def before_the_first_day_the_day_is_told(window: Window, world: World) -> None:
    [letter] = until(lambda: world.stack.messages(DORA), 60)
    assert DORA in letter["text"]
    address = next(one for one in re.findall(r"https?://\S+", letter["text"]) if "/activate/" in one)
    window.open(address)
    choose(window)
    window.press("Set the password and sign in")
    expect(window.page.get_by_role("main")).to_contain_text("Your access starts on")
    window.look()
    sign_in(window, world, DORA, OWN)
    expect(window.page.get_by_role("alert")).to_contain_text("Your access starts on")


def the_end_of_support_is_told(window: Window, world: World) -> None:
    """F087: sixty days before it on the first page, and by one letter to her and one to the support address."""
    notice = window.page.locator("#support-end")

    def shown(offset: int, times: int) -> None:
        assert crm(world, DORA, support_end_on=day(offset)).status_code == 200
        until(lambda: window.page.goto(f"{world.northwind.root}/") and notice.count() == times, 8)
        window.look()

    shown(61, 0)
    shown(60, 1)
    expect(notice).to_contain_text("Your support ends on")
    expect(notice.locator("time")).to_have_attribute("datetime", day(60))
    for _ in range(2):
        with ThreadPoolExecutor(1) as aside:  # the browser has this thread's event loop
            aside.submit(lambda: asyncio.run(identitys_timer(world))).result()
    ours = "support@northwind.example"
    until(lambda: letters_about(world, DORA, "Your support ends on") and letters_about(world, ours, "Support of Dora"))
    assert len(letters_about(world, DORA, "Your support ends on")) == 1
    assert len(letters_about(world, ours, "Support of Dora")) == 1


async def identitys_timer(world: World) -> None:
    """What identity's worker does every ten minutes."""
    database = Database(world.stack.site.databases["identity"].app_url, pool_size=1)
    try:
        await look_for_renewals(database)
    finally:
        await database.close()


def letters_about(world: World, to: str, words: str) -> list[Any]:
    return [mail for mail in world.stack.messages(to) if mail["subject"].startswith(words)]


def after_the_last_day_she_is_out(window: Window, world: World) -> None:
    assert crm(world, DORA, support_end_on=day(-1), support_start_on=day(-9)).status_code == 200

    def out() -> bool:
        window.page.goto(f"{world.northwind.root}/cases")
        return urlsplit(window.page.url).path.endswith("/login")

    until(out, 6)
    window.looked_at.add(urlsplit(f"{world.northwind.root}/cases").path)
    window.look()
    sign_in(window, world, DORA, OWN)
    expect(window.page.get_by_role("alert")).to_contain_text("Your access ended on")


def whoever_wants_no_mail_gets_none(desk: Window, world: World) -> None:
    """F051."""
    assert crm(world, DORA, email_opt_out=True, support_end_on=None).status_code == 200
    desk.page.reload()
    desk.look()
    expect(desk.page.get_by_role("note")).to_contain_text("wants no e-mail")
    expect(desk.page.get_by_role("button", name=re.compile("welcome letter"))).to_have_count(0)
    contact_id = urlsplit(desk.page.url).path.rsplit("/", 1)[1]
    answer = world.as_("ada").post(f"/contacts/{contact_id}/welcome")
    assert [one["kind"] for one in answer.json()["warnings"]] == ["opted_out"]
    assert len(letters_about(world, DORA, "Your access")) == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_a_first_password_is_seen_once(open_window: OpenWindow, world: World, scripts: bool) -> None:
    """F030, F033, J1, J2."""
    email = FINN if scripts else f"no{FINN}"
    assert crm(world, email, portal_enabled=True).status_code == 201
    desk = ada(open_window, world, email, scripts=scripts)
    contact = desk.page.url
    show_first_passwords(desk, world)
    desk.open(contact)
    desk.press("Show a first password")
    password = desk.page.locator("[data-secret]").inner_text()
    desk.looked_at.add(urlsplit(desk.page.url).path)
    desk.page.reload()
    assert password not in desk.page.content()
    desk.look()
    desk.open(contact)
    desk.press("Show a first password")
    password = desk.page.locator("[data-secret]").inner_text()
    desk.page.wait_for_url(contact, timeout=15_000)
    going_back_does_not_bring_it_back(desk, password)
    a_password_of_ones_own_comes_first(open_window(scripts=scripts), world, email, password)


def going_back_does_not_bring_it_back(desk: Window, password: str) -> None:
    """With script the page left no trace in the history; without, the browser has it nowhere to show again."""
    if desk.scripts:
        desk.page.go_back()
        assert password not in desk.page.content()
    else:
        with pytest.raises(Error, match="ERR_CACHE_MISS"):
            desk.page.go_back()


def show_first_passwords(desk: Window, world: World) -> None:
    """Ada's choice, in the settings."""
    desk.open(f"{world.northwind.root}/console/settings")
    desk.page.get_by_label("Show first passwords").check()
    desk.press("Save these choices")
    expect(desk.page.get_by_role("status").first).to_contain_text("Saved")


def a_password_of_ones_own_comes_first(window: Window, world: World, email: str, password: str) -> None:
    sign_in(window, world, email, password)
    assert urlsplit(window.page.url).path.endswith("/account/password")
    window.page.goto(f"{world.northwind.root}/cases")
    assert urlsplit(window.page.url).path.endswith("/account/password")
    window.looked_at.add(urlsplit(f"{world.northwind.root}/cases").path)
    window.page.get_by_label("Present password").fill(password)
    choose(window)
    window.press("Change the password")
    expect(window.page.get_by_role("heading", name=re.compile("^Hello, "))).to_be_visible()
    window.look()


def test_a_forgotten_password_is_replaced_without_saying_who_is_known(open_window: OpenWindow, world: World) -> None:
    """F045, F046."""
    email = "gina@acme.example"
    assert crm(world, email, portal_enabled=True).status_code == 201
    window = open_window()
    said = [ask(window, world, address) for address in ("nobody@acme.example", email)]
    assert said[0] == said[1]
    [letter] = until(lambda: world.stack.messages(email), 60)
    window.open(link(letter["text"]))
    choose(window)
    window.press("Set the password")
    expect(window.page.get_by_role("status").first).to_contain_text("Your password is set")
    sign_in(window, world, email, OWN)
    assert window.page.url == f"{world.northwind.root}/"
    assert world.stack.messages("nobody@acme.example") == []
    assert PASSWORD != OWN


def ask(window: Window, world: World, email: str) -> str:
    window.open(f"{world.northwind.root}/login")
    window.follow("Forgot your password?")
    window.page.get_by_label("E-mail address or user name").fill(email)
    window.press("Send me a link")
    expect(window.page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    window.look()
    return window.page.get_by_role("main").inner_text()
