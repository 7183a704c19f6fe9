"""Asks squawk about the SQL of every service's migrations: `python -m tools.squawk`.

What is never asked, and what one migration may do, stands here with the reasons.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kit.migrations import as_sql

SERVICES = ("identity", "cases", "documents", "knowledge", "billing_view", "notifier")
OLDEST = "15.0"
"""The oldest PostgreSQL that is supported."""

NEVER = {
    "prefer-bigint-over-int": "versions, counts, sizes within their limits: none comes near two thousand million",
    "prefer-text-field": "the one varchar is Alembic's own table, made by Alembic",
    "require-statement-timeout": "long work is no harm while nobody waits, and lock_timeout is set",
}
# By migration: the rule it breaks, and why that holds nobody up.
MAY: dict[str, dict[str, str]] = {
    "cases-0002": {
        "require-concurrent-index-creation": "a copy of who is who: only the worker writes it, and it can wait",
    },
    "cases-0004": {
        "require-concurrent-index-creation": "over a column made in the same transaction, and over copies of people",
    },
    "documents-0003": {
        "require-concurrent-index-creation": "no row is in a folder yet: one look through the table, and uploads wait",
    },
    "documents-0005": {
        "require-concurrent-index-creation": "one look through the table, for which uploads wait",
        "ban-drop-function": "made anew in the same transaction, under the same name",
    },
    "documents-0007": {
        "require-concurrent-index-creation": "on rows of a kind that none is of yet: one look through the table",
    },
    "documents-0008": {
        "require-concurrent-index-creation": "over a column made in the same transaction: nothing is in it yet",
        "ban-drop-function": "made anew in the same transaction, under the same name",
    },
    "documents-0006": {
        "require-concurrent-index-creation": "on rows of a kind that none is of yet: one look through the table",
        "require-concurrent-index-deletion": "its place is taken in the same transaction",
        "constraint-missing-not-valid": "as above; ids made at random, so none is there twice",
        "disallowed-unique-constraint": "the same: who reads waits for the index, once",
    },
    "documents-0012": {
        "require-concurrent-index-creation": "over columns made in the same transaction, and copies the worker writes",
    },
    "documents-0015": {
        "require-concurrent-index-creation": "300,000 files are indexed in a second, once, for which uploads wait",
    },
    "documents-0016": {
        "require-concurrent-index-creation": "over a column made and filled in the same transaction: uploads wait",
    },
    "cases-0005": {
        "require-concurrent-index-creation": "over columns made in the same transaction: nothing is in them yet",
    },
    "cases-0007": {
        "require-concurrent-index-creation": "every order of the list at once, before anybody has a case to wait for",
    },
    "cases-0008": {
        "require-concurrent-index-creation": "over a column made in the same transaction: one look through the table",
    },
    "cases-0010": {
        "require-concurrent-index-creation": "copies of people; of a million cases the open ones, in one look",
        "ban-drop-function": "made anew in the same transaction, under the same name",
    },
    "cases-0012": {
        "require-concurrent-index-creation": "measured at a million cases: 16 seconds for which writing waits, once",
        "require-concurrent-index-deletion": "their places are taken in the same transaction",
        "ban-drop-function": "made anew in the same transaction, under the same name, and called as before",
    },
    "identity-0002": {
        "ban-drop-not-null": "a link makes no password yet; who compares with the column finds no match",
        "ban-drop-function": "made anew in the same transaction, with more columns, under the same name",
    },
    "identity-0004": {
        "require-concurrent-index-creation": "tries of the last hour: a small table, cleared every ten minutes",
    },
    "identity-0007": {
        "require-concurrent-index-creation": "the trail: a million lines are indexed in a second or two, once",
        "ban-drop-function": "made anew in the same transaction, under the same name",
    },
    "notifier-0002": {
        "ban-drop-constraint": "made anew in the same transaction, and wider",
        "constraint-missing-not-valid": "only the worker writes mails: no request waits while they are looked through",
    },
}


def migrations(service: str) -> dict[str, str]:
    """A service's migrations as they run: each in a transaction of its own, none waiting long for a lock."""
    patience, *transactions = as_sql(service).split("BEGIN;")
    return {f"{service}-{number:04}": f"{patience}BEGIN;{sql}" for number, sql in enumerate(transactions, 1)}


def check(name: str, sql: str, may: Iterable[str] = ()) -> int:
    """Squawk's own status for one migration; what it finds it prints."""
    squawk = [Path(sys.executable).with_name("squawk"), f"--pg-version={OLDEST}"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.sql")
        path.write_text(sql)
        return subprocess.run(
            [*squawk, *(f"--exclude={rule}" for rule in (*NEVER, *may)), path], check=False
        ).returncode


def check_all() -> list[str]:
    """The migrations that squawk finds fault with."""
    written = {name: sql for service in SERVICES for name, sql in migrations(service).items()}
    return [name for name, sql in written.items() if check(name, sql, MAY.get(name, ()))]


if __name__ == "__main__":
    sys.exit(", ".join(check_all()) or None)
