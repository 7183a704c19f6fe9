"""The gateway and the six services as processes of this machine, each with the environment it needs and no more."""

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from stack import databases, keys, mail, postgres, processes, rabbitmq, s3
from stack.databases import Database
from stack.ports import DEPLOYABLES, OF_PART, sentence, taken
from stack.state import State
from stack.trouble import Trouble
from stack.web import ask

SERVICES = DEPLOYABLES[1:]
BUCKET = "portico-documents"
START_SECONDS = 90
# What a person may set for all processes at once.
PASSED_ON = (*processes.INHERITED, "PORTICO_LOG_LEVEL", "PORTICO_OTLP_URL", "PORTICO_CLAMD")


def module(name: str) -> str:
    """What Python imports: `billing-view` is the folder and the image, `billing_view` the package."""
    return name.replace("-", "_")


@dataclass(frozen=True)
class Site:
    """What one set of processes runs on: whose databases, queues and bucket."""

    state: State
    databases: Mapping[str, Database]
    amqp: str
    storage: s3.Storage
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Where browsers find the portal."""
        return os.environ.get("PORTICO_PORTAL_ORIGIN") or f"http://localhost:{self.state.ports['gateway']}"

    def url(self, name: str) -> str:
        """Where a process's own API answers."""
        return f"http://127.0.0.1:{self.state.ports[name]}"

    def environment(self, name: str) -> dict[str, str]:
        """Everything a process is told."""
        told = self._common(name) | (self._gateway() if name == "gateway" else self._service(name))
        return {key: value for key in PASSED_ON if (value := os.environ.get(key))} | {
            # Two arenas keep a threaded Python a third smaller.
            "MALLOC_ARENA_MAX": "2",
            "PYTHONUNBUFFERED": "1",
            **{f"PORTICO_{key}": value for key, value in told.items()},
            **self.extra,
        }

    def _common(self, name: str) -> dict[str, str]:
        ports = self.state.ports
        return {
            "SERVICE": name,
            "HOST": "127.0.0.1",
            "PORT": str(ports[name]),
            "OPS_PORT": str(ports[f"{name}-ops"]),
            "AMQP_URL": self.amqp,
            "PORTAL_ORIGIN": self.origin,
        }

    def _gateway(self) -> dict[str, str]:
        where = {f"{module(name).upper()}_URL": self.url(name) for name in SERVICES}
        return {**where, "CALLER_PRIVATE_KEY": keys.pair(self.state)["private"], **self._s3_public()}

    def _service(self, name: str) -> dict[str, str]:
        own = {"documents": self._s3, "notifier": self._smtp, "identity": self._secrets}.get(name, dict)
        return {
            "DATABASE_URL": self.databases[name].app_url,
            "CALLER_PUBLIC_KEY": keys.pair(self.state)["public"],
            "INLINE_WORKER": "true",
            **own(),
        }

    def _s3_public(self) -> dict[str, str]:
        """The gateway names it in its content security policy: browsers upload there."""
        return {"S3_PUBLIC_URL": os.environ.get("PORTICO_S3_PUBLIC_URL") or self.storage.url}

    def _s3(self) -> dict[str, str]:
        return {
            "S3_URL": self.storage.url,
            "S3_ACCESS_KEY": self.storage.access_key,
            "S3_SECRET_KEY": self.storage.secret_key,
            "S3_REGION": self.storage.region,
            "S3_BUCKET": self.storage.bucket,
            **self._s3_public(),
        }

    def _secrets(self) -> dict[str, str]:
        return {"MAIL_KEYS": keys.sealing(self.state, "mail"), "VAULT_KEYS": keys.sealing(self.state, "vault")}

    def _smtp(self) -> dict[str, str]:
        server = mail.smtp(self.state)
        return {
            "SMTP_HOST": server.host,
            "SMTP_PORT": str(server.port),
            "SMTP_USERNAME": server.username,
            "SMTP_PASSWORD": server.password,
            "SMTP_TLS": server.tls,
            "MAIL_KEYS": keys.sealing(self.state, "mail"),
            "MAIL_FROM": os.environ.get("PORTICO_MAIL_FROM") or "Portico <portal@portico.example>",
        }


def site(state: State) -> Site:
    """The portal of this checkout."""
    superuser = postgres.url(state)
    return Site(
        state,
        {name: databases.urls(superuser, module(name)) for name in SERVICES},
        rabbitmq.url(state),
        s3.with_bucket(s3.storage(state), BUCKET),
    )


def ready(state: State, name: str) -> bool:
    """The process says it can do its work."""
    try:
        ask("GET", f"http://127.0.0.1:{state.ports[f'{name}-ops']}/readyz", seconds=5)
    except OSError:
        return False
    return True


def start(site: Site, name: str) -> None:
    """Start a process unless it runs with this very environment, and wait until it is ready."""
    state, argv, env = site.state, [sys.executable, "-m", f"{module(name)}.main"], site.environment(name)
    if processes.find(state, name) is not None and not processes.same(state, name, argv, env):
        stop(state, name)
    if processes.find(state, name) is None:
        if port := taken(state.ports, OF_PART[name], patience=3):
            raise sentence(state.ports, port, "end that process and call again.")
        processes.spawn(state, name, argv, env, cwd=state.folder)
    processes.await_answer(state, name, lambda: ready(state, name), START_SECONDS)


def run(site: Site, name: str, *words: str) -> str:
    """A command of a service's own, told what its process is; what it says at the end. Raises Trouble."""
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, env=site.environment(name), capture_output=True, text=True, check=False)
    said = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()[-1:]
    if done.returncode:
        raise Trouble(f"{' '.join(words)} failed: {''.join(said)} (`portico doctor` says what is missing)")
    return "".join(said)


def stop(state: State, name: str, grace: float = 10) -> bool:
    """Let it drain, then end it."""
    return processes.stop(state, name, grace=grace)


def stop_all(state: State) -> None:
    """All of them at once."""
    with ThreadPoolExecutor(max_workers=len(DEPLOYABLES)) as pool:
        list(pool.map(lambda name: stop(state, name), DEPLOYABLES))
