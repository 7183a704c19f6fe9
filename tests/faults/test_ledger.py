"""Nothing acknowledged is lost and nothing is done twice, whatever dies, and nobody has to lend a hand.

After every fault each acknowledged write is there exactly once and every event was heard once by everybody. The
mails are counted at the end: one whose sending was cut waits two minutes for its lease, so those faults come first.
"""

import time
from collections import Counter

import pytest
from ledger import Ledger, Story
from letters import letters, named
from supervisor import Supervisor
from world import World, until

from stack.running import RunningStack
from stack.services import SERVICES

pytestmark = pytest.mark.xdist_group("faults")

# Timers commit too, and begin before the first request: those failpoints wait for a later pass.
KILLS = [
    ("notifier", "send.before", 3),
    ("notifier", "send.after", 3),
    ("notifier", "commit.before", 40),
    ("notifier", "commit.after", 40),
    ("notifier", "handled.after", 4),
    ("notifier", "ack.before", 4),
    ("notifier", "ack.after", 4),
    ("cases", "commit.before", 12),
    ("cases", "commit.after", 12),
    ("cases", "publish.before", 3),
    ("cases", "publish.after", 3),
    ("gateway", "forward.before", 4),
    ("gateway", "forward.after", 4),
]
HEARD = {
    "notifier": {"case.opened.v1": "cases", "case.note_added.v1": "entries WHERE kind = 'note'"},
    "documents": {"case.opened.v1": "cases", "case.note_added.v1": "entries WHERE kind = 'note'"},
}
ON_DUTY = ("sam@northwind.example", "ada@northwind.example")
STORY_MAILS = {
    *(("ann@acme.example", template) for template in ("case_received", "case_answered")),
    *((staff, template) for staff in ON_DUTY for template in ("case_arrived", "case_note")),
}


@pytest.mark.parametrize(("name", "failpoint", "turn"), KILLS)
def test_a_process_killed_at_a_failpoint_loses_nothing_and_repeats_nothing(
    fragile_stack: RunningStack, world: World, ledger: Ledger, name: str, failpoint: str, turn: int
) -> None:
    fragile_stack.start(name, PORTICO_FAILPOINTS=f"{failpoint}=kill@{turn}")
    with Supervisor(fragile_stack) as supervisor, ledger.being_written():
        until(lambda: supervisor.restarts[name])
    holds(world, ledger)


def test_a_gateway_killed_under_its_writers_loses_nothing_and_logs_nobody_out(
    fragile_stack: RunningStack, world: World, ledger: Ledger
) -> None:
    with Supervisor(fragile_stack) as supervisor, ledger.being_written():
        time.sleep(0.7)
        fragile_stack.kill("gateway")
        until(lambda: supervisor.restarts["gateway"])
    holds(world, ledger)


def test_a_killed_postgresql_loses_nothing(fragile_stack: RunningStack, world: World, ledger: Ledger) -> None:
    with Supervisor(fragile_stack) as supervisor, ledger.being_written():
        time.sleep(0.7)
        fragile_stack.kill("postgres")
        until(lambda: supervisor.restarts["postgres"])
        assert set(supervisor.restarts) == {"postgres"}
    holds(world, ledger)


def test_a_killed_rabbitmq_keeps_no_writer_waiting_and_loses_nothing(
    fragile_stack: RunningStack, world: World, ledger: Ledger
) -> None:
    with Supervisor(fragile_stack) as supervisor, ledger.being_written(pause=2):
        time.sleep(0.7)
        fragile_stack.kill("rabbitmq")
        fragile_stack.start("rabbitmq")
        assert not supervisor.restarts
    holds(world, ledger)


def test_a_rabbitmq_stopped_for_half_a_minute_keeps_no_writer_waiting_and_loses_nothing(
    fragile_stack: RunningStack, world: World, ledger: Ledger
) -> None:
    fragile_stack.stop("rabbitmq")
    away = Counter(ledger.answers)
    with Supervisor(fragile_stack) as supervisor:
        with ledger.being_written(pause=5):
            time.sleep(30)
        assert set(ledger.answers - away) == {201}, "a request waited for the broker"
        fragile_stack.start("rabbitmq")
        assert not supervisor.restarts
        holds(world, ledger)


def test_every_notice_was_mailed_and_never_under_two_message_ids(world: World, ledger: Ledger) -> None:
    until(lambda: not unsent(world), 180)
    rows = world.rows(
        "notifier", "SELECT id, about, recipient, template FROM mails WHERE data ->> 'subject' LIKE 'Story %'"
    )
    made = Counter((row["about"], row["recipient"], row["template"]) for row in rows)
    assert made == {(story.reference, *notice): 1 for story in ledger.stories for notice in STORY_MAILS}
    assert arrived(world, ledger) == {(str(row["id"]), row["recipient"]) for row in rows}


def holds(world: World, ledger: Ledger) -> None:
    """The ledger agrees with what is there, once everything has come to rest."""
    until(lambda: at_rest(world), 90, every=0.5)
    assert kept(world) == sorted(ledger.stories)


def at_rest(world: World) -> bool:
    waiting = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM inbox WHERE state <> 'done') AS n"
    return heard(world) == said(world) and all(world.rows(name, waiting)[0]["n"] == 0 for name in SERVICES)


def heard(world: World) -> dict[str, dict[str, int]]:
    """How many events of each type each service has handled."""
    statement = "SELECT type, count(*) AS n FROM inbox WHERE state = 'done' AND type = ANY($1) GROUP BY type"
    return {
        name: {row["type"]: row["n"] for row in world.rows(name, statement, list(types))}
        for name, types in HEARD.items()
    }


def said(world: World) -> dict[str, dict[str, int]]:
    """How many there must have been."""
    return {
        name: {
            event: rows
            for event, table in types.items()
            if (rows := world.rows("cases", f"SELECT count(*) AS n FROM {table}")[0]["n"])
        }
        for name, types in HEARD.items()
    }


def kept(world: World) -> list[Story]:
    """Every case there is, and what was said on it: one too many would show as well as one too few."""
    statement = """
        SELECT c.id::text, c.subject, 'CASE-' || c.number AS reference,
               array_remove(array_agg(e.body ORDER BY e.created_at), NULL) AS notes
        FROM cases AS c
        LEFT JOIN entries AS e ON e.tenant_id = c.tenant_id AND e.case_id = c.id AND e.kind = 'note'
        WHERE c.subject LIKE 'Story %' GROUP BY c.tenant_id, c.id"""
    return sorted(
        Story(row["subject"], row["id"], row["reference"], tuple(row["notes"]))
        for row in world.rows("cases", statement)
    )


def unsent(world: World) -> int:
    return int(world.rows("notifier", "SELECT count(*) AS n FROM mails WHERE state <> 'sent'")[0]["n"])


def arrived(world: World, ledger: Ledger) -> set[tuple[str, str]]:
    """Message-ID and recipient of what is in the box of the stories: a mail sent again keeps both."""
    box = letters(world, [story.reference for story in ledger.stories])
    return {(named(headers, "Message-ID"), str(headers["X-Envelope-To"])) for headers in box}
