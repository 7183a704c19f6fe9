"""Pictures of one's own cases, and the same in words (F080-F082)."""

import pytest

from gateway.pages.charts import EDGE, HEIGHT, WIDTH, lines, ring
from gateway.testing import Portal, Services

ROOT = "/portal/northwind"
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]


def test_a_ring_closes_and_begins_with_what_is_most_urgent_f080() -> None:
    parts = ring(
        [{"priority": "low", "count": 1}, {"priority": "urgent", "count": 2}, {"priority": "high", "count": 0}]
    )
    assert [(part["priority"], part["count"]) for part in parts] == [("urgent", 2), ("low", 1)]
    assert sum(part["share"] for part in parts) == pytest.approx(100, abs=0.1)
    assert parts[1]["from"] == parts[0]["share"]
    assert ring([]) == []


def test_a_line_stays_inside_its_picture_and_leaves_out_months_without_any_f081() -> None:
    resolved = [
        {"month": "2026-01", "priority": "high", "count": 1, "hours": 10.0},
        {"month": "2026-12", "priority": "high", "count": 3, "hours": 0.0},
    ]
    [line] = lines(MONTHS, resolved)["lines"]
    assert line["points"] == [(EDGE, EDGE), (WIDTH - EDGE, HEIGHT - EDGE)]
    assert lines(MONTHS, [])["lines"] == []


async def test_the_page_draws_them_with_tables_beside_f080_f081(portal: Portal, services: Services) -> None:
    charts = {
        "open": [{"priority": "urgent", "count": 3}],
        "months": MONTHS,
        "resolved": [{"month": "2026-03", "priority": "low", "count": 7, "hours": 1234.5}],
    }
    services.answers[("GET", "/api/v1/cases/charts")] = (200, charts)
    text = await (await portal.get(f"{ROOT}/cases/charts")).text()
    assert text.count("<svg viewBox") == 2
    assert "1,234.5" in text
    assert 'scope="row">2026-03' in text


async def test_without_cases_the_page_says_so_f080(portal: Portal, services: Services) -> None:
    nothing = {"open": [], "months": MONTHS, "resolved": []}
    services.answers[("GET", "/api/v1/cases/charts")] = (200, nothing)
    text = await (await portal.get(f"{ROOT}/cases/charts")).text()
    assert "Nothing open" in text
    assert "Nothing resolved yet" in text
