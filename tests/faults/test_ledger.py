"""Nothing acknowledged is lost and nothing is done twice, whatever dies, and nobody has to lend a hand.

After every fault each acknowledged write is there exactly once and every event was heard once by everybody. The
mails are counted at the end: one whose sending was cut waits two minutes for its lease, so those faults come first.
"""

import time
from collections import Counter
from email.utils import parseaddr

import pytest
from ledger import Ledger, Story
from supervisor import Supervisor
from world import World, until

from stack import mail
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
]
HEARD = {
    "notifier": {"case.opened.v1": "cases", "case.note_added.v1": "entries WHERE kind = 'note'"},
    "documents": {"case.opened.v1": "cases", "case.note_added.v1": "entries WHERE kind = 'note'"},
}
STORY_MAILS = {
    ("ann@acme.example", "case_received"): 1,
    ("ann@acme.example", "case_answered"): 1,
    ("sam@northwind.example", "case_arrived"): 1,
    ("sam@northwind.example", "case_note"): 1,
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
    rows = world.rows("notifier", "SELECT id, about, recipient, template FROM mails")
    made = Counter((row["about"], row["recipient"], row["template"]) for row in rows)
    assert made == {
        (story.reference, *notice): many for story in ledger.stories for notice, many in STORY_MAILS.items()
    }
    assert arrived(world) == {(str(row["id"]), row["recipient"]) for row in rows}


def holds(world: World, ledger: Ledger) -> None:
    """The ledger agrees with what is there, once everything has come to rest."""
    until(lambda: at_rest(world), 90, every=0.5)
    for story in ledger.stories:
        assert kept(world, story) == {"cases": 1, "answers": 1, "words": 1, "notes": 2}, story
    assert heard(world) == said(world)


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


def kept(world: World, story: Story) -> dict[str, int]:
    statement = """
        SELECT count(DISTINCT c.id) AS cases, count(e.id) AS notes,
               count(*) FILTER (WHERE e.body = $3) AS answers, count(*) FILTER (WHERE e.body = $4) AS words
        FROM cases AS c JOIN entries AS e ON e.case_id = c.id AND e.kind = 'note'
        WHERE c.subject = $1 AND 'CASE-' || c.number = $2"""
    [row] = world.rows("cases", statement, story.subject, story.reference, story.answer, story.word)
    return row


def unsent(world: World) -> int:
    return int(world.rows("notifier", "SELECT count(*) AS n FROM mails WHERE state <> 'sent'")[0]["n"])


def arrived(world: World) -> set[tuple[str, str]]:
    """Message-ID and recipient of what is in the box; a mail sent again after a cut has the same."""
    box = mail.messages(mail.need_mailbox(world.stack.state), limit="100000")
    return {(message_id(letter["headers"]), parseaddr(letter["to"])[1]) for letter in box}


def message_id(headers: dict[str, str]) -> str:
    return headers["Message-ID"].strip("<>").partition("@")[0]
