"""What a stack remembers between commands: its folder, its ports, its passwords."""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stack.ports import Ports
from stack.trouble import Trouble

CHECKOUT = Path(__file__).resolve().parents[2]
SECRETS = ("postgres", "rabbitmq", "erlang_cookie", "s3_access_key", "s3_secret_key", "smtp")


@dataclass(frozen=True)
class State:
    """One stack's folder. Everything below it was made by us and may be deleted once the stack is down."""

    folder: Path

    @classmethod
    def of_checkout(cls) -> "State":
        """The folder named by PORTICO_STATE, else `.portico/` beside the README."""
        return cls.at(Path(os.environ.get("PORTICO_STATE") or CHECKOUT / ".portico").absolute())

    @classmethod
    def at(cls, folder: Path) -> "State":
        """Traversable by others, because as root PostgreSQL runs as another user below it."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
        except OSError as error:
            remedy = "set PORTICO_STATE to a folder of your own"
            raise Trouble(f"State cannot be kept in {folder} ({error.strerror}): {remedy}.") from None
        return cls(folder)

    def room(self, name: str) -> Path:
        """A subfolder nobody else reads."""
        room = self.folder / name
        room.mkdir(mode=0o700, parents=True, exist_ok=True)
        return room

    @property
    def tag(self) -> str:
        """Tells this folder from others where a name must be unique on the machine."""
        return hashlib.sha256(str(self.folder).encode()).hexdigest()[:10]

    def recall(self, name: str) -> Any:
        """What `remember` kept under this name, or None."""
        path = self.folder / f"{name}.json"
        try:
            return json.loads(path.read_text())
        except FileNotFoundError:
            return None
        except ValueError:
            raise Trouble(
                f"{path} cannot be read: restore it, or run `portico down` and move {self.folder} away."
            ) from None

    def remember(self, name: str, value: Any) -> None:
        """Keep a value whole or not at all, readable by the owner only."""
        path = self.folder / f"{name}.json"
        fresh = path.with_suffix(f".{os.getpid()}.tmp")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(value, indent=1))
        fresh.replace(path)

    @property
    def ports(self) -> Ports:
        """The block chosen by the last `up`."""
        if (base := self.recall("ports")) is None:
            raise Trouble("Nothing was started from this checkout yet: run `portico up`.")
        return Ports(int(base))

    def secret(self, name: str) -> str:
        """A password of this stack alone, generated once and never a default."""
        return str(self._secrets()[name])

    def _secrets(self) -> dict[str, str]:
        known: dict[str, str] = self.recall("secrets") or {}
        if missing := [name for name in SECRETS if name not in known]:
            with self.lock("secrets.lock"):
                known = self.recall("secrets") or {}
                known |= {name: secrets.token_hex(20) for name in missing if name not in known}
                self.remember("secrets", known)
        return known

    @contextmanager
    def lock(self, name: str, *, refusal: str | None = None) -> Iterator[None]:
        """Hold a lock that dies with this process; with a refusal, say it instead of waiting."""
        with (self.folder / name).open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0))
            except BlockingIOError:
                raise Trouble(refusal or "") from None
            yield
