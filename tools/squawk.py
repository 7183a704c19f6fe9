"""Asks squawk about the SQL of every service's migrations: `python -m tools.squawk`. Exceptions are in .squawk.toml."""

import subprocess
import sys
import tempfile
from pathlib import Path

from kit.migrations import as_sql

ROOT = Path(__file__).parent.parent
SERVICES = ("identity", "cases", "documents", "knowledge", "billing_view", "notifier")


def check(written: dict[str, str]) -> int:
    """Squawk's own status for these scripts, by name; what it finds it prints."""
    with tempfile.TemporaryDirectory() as folder:
        for name, sql in written.items():
            Path(folder, f"{name}.sql").write_text(sql)
        paths = [str(path) for path in sorted(Path(folder).iterdir())]
        squawk = Path(sys.executable).with_name("squawk")
        return subprocess.run([squawk, "--config", ROOT / ".squawk.toml", *paths], check=False).returncode


if __name__ == "__main__":
    sys.exit(check({service: as_sql(service) for service in SERVICES}))
