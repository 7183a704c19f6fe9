"""F052: the support window, at the login and in a session that is alive."""

from datetime import timedelta

import pytest

from identity.testing import Site
from kit.ids import now


@pytest.fixture
async def acme(site: Site) -> Site:
    await site.put_organisation("acme")
    await site.put_contact("ann")
    return site


def day(offset: int) -> str:
    return (now().date() + timedelta(days=offset)).isoformat()


async def window(site: Site, start: int | None, end: int | None) -> None:
    dates = {"support_start_on": day(start) if start is not None else None}
    await site.put_contact("ann", **dates, support_end_on=day(end) if end is not None else None)


async def after_the_end(site: Site, policy: str) -> None:
    admin = site.app.by(site.admin)
    current = (await admin.get("/portal-settings")).json()
    wanted = {name: current[name] for name in ("name", "accent", "support_email", "modules")}
    answer = await admin.put(
        "/portal-settings",
        wanted | {"access": {"after_window": policy}},
        headers={"if-match": f'"{current["version"]}"'},
    )
    assert answer.status_code == 200, answer.text


async def test_before_the_start_the_right_password_is_told_when(acme: Site) -> None:
    """F052, J2."""
    await window(acme, 1, 10)
    answer = await acme.log_in()
    assert answer.status_code == 403
    assert "Your access starts on" in answer.json()["detail"]


async def test_a_wrong_password_is_told_nothing_of_the_window(acme: Site) -> None:
    await window(acme, 1, 10)
    answer = await acme.log_in(password="something else entirely")
    assert answer.status_code == 401
    assert "access starts" not in answer.text


async def test_inside_the_window_it_works_and_after_the_end_every_session_is_over(acme: Site) -> None:
    """F052, J2."""
    await window(acme, -1, 0)
    token = await acme.token()
    assert (await acme.resolve(token)).status_code == 200
    await window(acme, -10, -1)
    assert (await acme.resolve(token)).status_code == 404
    answer = await acme.log_in()
    assert (answer.status_code, "ended on" in answer.json()["detail"]) == (403, True)


async def test_a_tenant_may_let_people_look_after_the_end(acme: Site) -> None:
    """F052: `read_only`: they come in, and whichever service they ask lets them look and nothing else."""
    await after_the_end(acme, "read_only")
    await window(acme, -10, -1)
    answer = await acme.resolve(await acme.token())
    assert answer.json()["caller"]["read_only"] is True
    await window(acme, -10, 10)
    assert (await acme.resolve(await acme.token())).json()["caller"]["read_only"] is False
