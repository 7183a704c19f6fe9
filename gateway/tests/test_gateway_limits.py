"""Budgets, and where a request really comes from."""

from ipaddress import ip_network

import pytest

from gateway.clients import address_of
from gateway.limits import Budget, TooManyRequests
from gateway.pages.languages import asked_locale

PROXIES = [ip_network("10.0.0.0/8")]


def test_a_budget_is_spent_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 100.0
    monkeypatch.setattr("gateway.limits.time.monotonic", lambda: clock)
    budget = Budget(per_second=0.5, burst=2)
    budget.take("a")
    budget.take("a")
    with pytest.raises(TooManyRequests) as refused:
        budget.take("a")
    assert refused.value.headers == {"retry-after": "2"}
    budget.take("b")
    clock += 2
    budget.take("a")


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_say_who_a_client_is(peer: str, told: str, address: str) -> None:
    scope = {"client": (peer, 1), "headers": [(b"x-forwarded-for", told.encode())]}
    assert address_of(scope, list(PROXIES)) == address


@pytest.mark.parametrize(
    ("asked", "locale"), [("en-GB,en;q=0.9", "en-GB"), ("xx,en-US;q=0.5", "en-US"), ("../../etc", "en"), ("", "en")]
)
def test_a_page_is_written_in_a_language_it_has(asked: str, locale: str) -> None:
    assert asked_locale(asked) == locale
