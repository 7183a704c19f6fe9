"""compose.yaml: read as Compose reads it, and in step with the chart."""

import json
import re
import subprocess
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
import yaml
from joserfc import jwt
from joserfc.jwk import OKPKey

from .rendered import DEPLOYABLES, ROOT, SERVICES, named, render

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
RUNS: dict[str, dict[str, Any]] = COMPOSE["services"]
# Only where an installation has them: a collector, a virus scanner, a mail server that wants a login, a way in.
OPTIONAL = {"PORTICO_OTLP_URL", "PORTICO_CLAMD", "SSL_CERT_FILE", "PORTICO_SMTP_USERNAME", "PORTICO_SMTP_PASSWORD"}
OPTIONAL |= {"PORTICO_TRUSTED_PROXIES"}


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What tools/compose-env.sh writes, run in a folder of its own."""
    folder = tmp_path_factory.mktemp("compose")
    (folder / "tools").mkdir()
    copy(ROOT / "tools" / "compose-env.sh", folder / "tools")
    subprocess.run([folder / "tools" / "compose-env.sh"], check=True, capture_output=True)
    again = subprocess.run([folder / "tools" / "compose-env.sh"], check=False, capture_output=True, text=True)
    assert again.returncode == 1, "a second run must leave the first one's passwords alone"
    assert (folder / ".env").stat().st_mode & 0o077 == 0
    return read_env(folder / ".env")


def read_env(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}


def filled(value: Any, env: dict[str, str]) -> str:
    """A value as Compose fills it in."""
    pattern = r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}"
    return re.sub(pattern, lambda hit: env.get(hit[1]) or hit[2] or "", str(value))


def test_it_runs_every_deployable_and_every_migration() -> None:
    ours = set(DEPLOYABLES) | {f"migrate-{service}" for service in SERVICES}
    assert set(RUNS) - ours == {"postgres", "rabbitmq", "s3", "mail"}
    assert ours <= set(RUNS)


def test_every_variable_is_written_by_the_script_or_has_a_default(env: dict[str, str]) -> None:
    wanted = set(re.findall(r"\$\{(\w+)(?::\?[^}]*)?\}", (ROOT / "compose.yaml").read_text()))
    assert wanted <= set(env)


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_a_process_is_told_the_same_as_in_the_chart(name: str) -> None:
    (container,) = named(render("4.3.1", "external"), "Deployment", f"portico-{name}")["spec"]["template"]["spec"][
        "containers"
    ]
    in_chart = {variable["name"] for variable in container["env"]} - OPTIONAL
    in_compose = set(RUNS[name]["environment"]) - OPTIONAL
    # Compose gives a service's worker what its HTTP process has; a worker opens no app port.
    assert in_chart ^ in_compose <= {"PORTICO_PORT", "PORTICO_INLINE_WORKER"}
    assert ["python", "-m", *RUNS[name]["command"]] == container["command"]


def test_everything_waits_for_something_that_exists() -> None:
    for name, run in RUNS.items():
        for other, condition in run.get("depends_on", {}).items():
            assert other in RUNS, name
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in RUNS[other], f"{name} waits for the health of {other}, which says nothing"


def test_our_containers_have_nothing_to_gain_and_nothing_to_write() -> None:
    for name in (*DEPLOYABLES, *(f"migrate-{service}" for service in SERVICES)):
        run = RUNS[name]
        assert run["read_only"] is True, name
        assert run["cap_drop"] == ["ALL"], name
        assert run["security_opt"] == ["no-new-privileges:true"], name


def test_no_port_faces_the_network() -> None:
    assert all(port.startswith("127.0.0.1:") for run in RUNS.values() for port in run.get("ports", []))


def test_the_databases_script_is_given_the_passwords_that_the_addresses_carry(env: dict[str, str]) -> None:
    given = RUNS["postgres"]["environment"]
    for service in SERVICES:
        module = service.replace("-", "_")
        for role, url in (
            ("app", RUNS[service]["environment"]["PORTICO_DATABASE_URL"]),
            ("migrator", RUNS[f"migrate-{service}"]["environment"]["PORTICO_MIGRATOR_URL"]),
        ):
            password = filled(given[f"{module}_{role}_password".upper()], env)
            assert filled(url, env) == f"postgresql://{module}_{role}:{password}@postgres:5432/portico_{module}"


def test_the_storage_server_reads_its_keys(env: dict[str, str]) -> None:
    (identity,) = json.loads(filled(COMPOSE["configs"]["s3"]["content"], env))["identities"]
    told = RUNS["documents"]["environment"]
    assert identity["credentials"] == [
        {
            "accessKey": filled(told["PORTICO_S3_ACCESS_KEY"], env),
            "secretKey": filled(told["PORTICO_S3_SECRET_KEY"], env),
        }
    ]


def test_what_the_gateway_signs_the_services_believe(env: dict[str, str]) -> None:
    private = OKPKey.import_key(json.loads(filled(RUNS["gateway"]["environment"]["PORTICO_CALLER_PRIVATE_KEY"], env)))
    public = OKPKey.import_key(json.loads(filled(RUNS["cases"]["environment"]["PORTICO_CALLER_PUBLIC_KEY"], env)))
    token = jwt.encode({"alg": "Ed25519"}, {"sub": "ann"}, private, algorithms=["Ed25519"])
    assert jwt.decode(token, public, algorithms=["Ed25519"]).claims == {"sub": "ann"}
    assert public.is_private is False


def test_each_env_file_has_passwords_of_its_own(env: dict[str, str]) -> None:
    secrets = [value for name, value in env.items() if name.endswith(("PASSWORD", "KEY")) and value]
    assert len(secrets) == len(set(secrets))
    assert all(len(value) >= 20 for value in secrets)
