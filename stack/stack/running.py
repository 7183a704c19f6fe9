"""The gateway and six services as processes of this checkout, for tests that cross them or break them."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from stack import container, mail, postgres, processes, s3, services
from stack.parts import PARTS
from stack.ports import DEPLOYABLES
from stack.services import Site
from stack.state import State
from stack.trouble import Trouble


@dataclass(frozen=True)
class RunningStack:
    """Addresses, and the means to end and start its processes. Parts only where no other test uses them."""

    site: Site
    fragile: bool = False

    @property
    def state(self) -> State:
        """Where logs and records are."""
        return self.site.state

    @property
    def origin(self) -> str:
        """The portal's address for browsers."""
        return self.site.origin

    @property
    def superuser(self) -> str:
        """PostgreSQL's, to look behind the services' backs."""
        return postgres.url(self.state)

    @property
    def storage(self) -> s3.Storage:
        """The bucket of this stack."""
        return self.site.storage

    @property
    def smtp(self) -> mail.Smtp:
        """Where the notifier hands mail over."""
        return mail.smtp(self.state)

    def url(self, name: str) -> str:
        """A process's own API."""
        return self.site.url(name)

    def ops_url(self, name: str) -> str:
        """Its probes and metrics."""
        return f"http://127.0.0.1:{self.state.ports[f'{name}-ops']}"

    def env(self, name: str) -> dict[str, str]:
        """What a process is told."""
        return self.site.environment(name)

    def log(self, name: str) -> str:
        """All a process has said so far."""
        return processes.log_path(self.state, name).read_text(errors="replace")

    def log_lines(self, name: str) -> list[dict[str, Any]]:
        """What it has said as JSON."""
        return [json.loads(line) for line in self.log(name).splitlines() if line.startswith("{")]

    def messages(self, to: str) -> list[dict[str, Any]]:
        """The mails to somebody, newest first."""
        return mail.messages(mail.need_mailbox(self.state), to=to)

    def kill(self, name: str) -> None:
        """As a power cut would."""
        container.kill(self.state, self._own(name))
        processes.kill(self.state, name)

    def stop(self, name: str) -> None:
        """As an operator would: SIGTERM, drain."""
        part = PARTS.get(self._own(name))
        part.stop(self.state) if part else services.stop(self.state, name)

    def start(self, name: str, **extra: str) -> None:
        """Start a stopped process, or restart one to be told something else (PORTICO_FAILPOINTS=...)."""
        if part := PARTS.get(self._own(name)):
            part.start(self.state, lambda word: None)
        else:
            services.start(replace(self.site, extra={**self.site.extra, **extra}), name)

    def alive(self, name: str) -> bool:
        """The process is there, ready or not."""
        return processes.find(self.state, name) is not None

    def start_all(self) -> None:
        """All that is not up, side by side."""
        with ThreadPoolExecutor(max_workers=len(DEPLOYABLES)) as pool:
            list(pool.map(self.start, DEPLOYABLES))

    def stop_all(self) -> None:
        """The processes; parts are whoever's who started them."""
        services.stop_all(self.state)

    def _own(self, name: str) -> str:
        if name in PARTS and not self.fragile:
            raise Trouble(f"{name} is shared with other tests: use the fixture fragile_stack to end parts.")
        if name in PARTS and PARTS[name].given():
            raise Trouble(f"{name} was given by the environment: unset its address, so that tests may end their own.")
        return name
