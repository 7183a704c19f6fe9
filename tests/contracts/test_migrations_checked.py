"""Migrations are read by squawk in tools/lint.sh: here, that it would find what holds up a running portal."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from kit.migrations import as_sql

ROOT = Path(__file__).parent.parent.parent
BEGIN = "SET lock_timeout = '1s';\nBEGIN;\n"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_squawk", ROOT / "tools" / "squawk.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


squawk = load()


@pytest.mark.parametrize("service", squawk.SERVICES)
def test_migrations_can_be_written_as_sql_with_their_patience_and_their_walls(service: str) -> None:
    written = as_sql(service)
    assert written.index("SET lock_timeout = '1s'") < written.index("CREATE TABLE")
    assert "FORCE ROW LEVEL SECURITY" in written
    assert written.rstrip().endswith("COMMIT;")


def test_every_service_with_migrations_is_checked() -> None:
    folders = {path.parent.name.replace("-", "_") for path in (ROOT / "services").glob("*/migrations")}
    assert folders == set(squawk.SERVICES)
    assert "tools.squawk" in (ROOT / "tools" / "lint.sh").read_text()


def test_what_the_services_have_passes(capfd: pytest.CaptureFixture[str]) -> None:
    assert squawk.check_all() == [], capfd.readouterr().out


def test_every_exception_is_still_needed_and_says_why() -> None:
    for name, rules in squawk.MAY.items():
        sql = squawk.migrations(name.rsplit("-", 1)[0])[name]
        for rule, reason in rules.items():
            assert reason
            assert squawk.check(name, sql, set(rules) - {rule}) != 0, f"{name} breaks {rule} no more"


def test_each_migration_is_looked_at_by_itself() -> None:
    for service in squawk.SERVICES:
        revisions = list((ROOT / "services" / service.replace("_", "-") / "migrations" / "versions").glob("0*.py"))
        written = squawk.migrations(service)
        assert len(written) == len(revisions)
        for sql in written.values():
            assert sql.count("BEGIN;") == sql.count("COMMIT;") == sql.count("SET lock_timeout") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX cases_body ON cases (tenant_id, body);",
        "ALTER TABLE cases ADD COLUMN rating text NOT NULL;",
        "ALTER TABLE cases ALTER COLUMN subject TYPE varchar(20);",
        "ALTER TABLE cases RENAME COLUMN subject TO title;",
        "ALTER TABLE cases DROP COLUMN body;",
    ],
)
def test_it_refuses_what_a_running_portal_could_not_live_with(statement: str) -> None:
    assert squawk.check("planted", f"{BEGIN}{statement}\nCOMMIT;\n") != 0


def test_it_refuses_a_lock_without_patience() -> None:
    statement = "ALTER TABLE cases ADD COLUMN rating text;"
    assert squawk.check("planted", f"BEGIN;\n{statement}\nCOMMIT;\n") != 0
    assert squawk.check("planted", f"{BEGIN}{statement}\nCOMMIT;\n") == 0
