"""A case as a PDF: the gateway brings the letterhead and the language, cases what stands on it."""

from typing import Any

import pytest
from starlette.responses import Response

from gateway.testing import Portal, Services

ROOT = "/portal/northwind"
PATH = "/api/v1/cases/CASE-1042/print"


@pytest.fixture
def printing(services: Services) -> Services:
    """Cases that answer with a PDF."""
    services.answers[("POST", PATH)] = Response(b"%PDF-1.7", media_type="application/pdf")
    return services


async def test_a_print_leaves_on_the_tenants_letterhead_in_the_readers_language(
    portal: Portal, printing: Services
) -> None:
    headers = portal.browser() | {"accept-language": "ar"}
    answer = await portal.get(f"{ROOT}/cases/CASE-1042/print?internal=yes", headers=headers)
    assert (answer.status, await answer.text(), answer.content_type) == (200, "%PDF-1.7", "application/pdf")
    assert answer.headers["content-disposition"] == 'attachment; filename="CASE-1042.pdf"'
    sent: dict[str, Any] = printing.last(PATH).json
    assert (sent["name"], sent["language"], sent["rtl"]) == ("Northwind Telecom", "ar", True)
    assert (sent["words"]["Status"], "internal" in sent) == ("\u0627\u0644\u062d\u0627\u0644\u0629", False)


async def test_staff_choose_whether_internal_notes_are_on_it_f110(portal: Portal, printing: Services) -> None:
    for query, internal in (("", False), ("?internal=yes", True)):
        assert (await portal.staff("GET", f"{ROOT}/console/cases/CASE-1042/print{query}")).status == 200
        assert printing.last(PATH).json["internal"] is internal


async def test_a_case_that_is_not_there_has_no_print(portal: Portal, services: Services) -> None:
    assert (await portal.get(f"{ROOT}/cases/CASE-7/print")).status == 404
