"""The mails on disk: one .eml file each, so they survive a restart and open in any mail program."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

# The envelope is not part of a message; these two headers, put before its own, keep it.
FROM, TO = "X-Envelope-From", "X-Envelope-To"


@dataclass(frozen=True)
class Message:
    """One mail as a person or a test reads it."""

    id: str
    received_at: str
    envelope_from: str
    envelope_to: list[str]
    subject: str
    from_: str
    to: str
    text: str
    html: str
    attachments: list[str]
    headers: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """`from` is a word of Python's and a name of mail's."""
        return {key.rstrip("_"): value for key, value in asdict(self).items()}


@dataclass(frozen=True)
class Box:
    """A folder of mails."""

    folder: Path

    def keep(self, sender: str, recipients: list[str], content: bytes) -> str:
        """Write a mail whole, before it is acknowledged."""
        name = f"{time.time_ns():020d}-{uuid4().hex[:8]}"
        envelope = f"{FROM}: {sender}\r\n{TO}: {', '.join(recipients)}\r\n".encode()
        fresh = self.folder / f"{name}.tmp"
        fresh.write_bytes(envelope + content)
        fresh.replace(self.folder / f"{name}.eml")
        return name

    def find(self, to: str = "", limit: int = 200) -> Iterator[Message]:
        """The newest first, of one recipient if named."""
        found = 0
        for path in sorted(self.folder.glob("*.eml"), reverse=True):
            if found == limit:
                return
            if to.lower() in _recipients(path).lower():
                found += 1
                yield read(path)

    def one(self, name: str) -> Message | None:
        """A mail by its id."""
        path = self.folder / f"{name}.eml"
        return read(path) if name.replace("-", "").isalnum() and path.exists() else None

    def raw(self, name: str) -> bytes:
        """A mail as it came, envelope headers first."""
        return (self.folder / f"{name}.eml").read_bytes()

    def delete_all(self) -> None:
        """Empty the box."""
        for path in self.folder.glob("*.eml"):
            path.unlink(missing_ok=True)


def _recipients(path: Path) -> str:
    """Only the second line, so that a search does not parse every mail."""
    with path.open("rb") as file:
        file.readline()
        return file.readline().decode().removeprefix(f"{TO}: ")


def read(path: Path) -> Message:
    """Parse one file."""
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    received = datetime.fromtimestamp(int(path.stem.partition("-")[0]) / 1e9, tz=UTC)
    return Message(
        id=path.stem,
        received_at=received.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        envelope_from=str(mail.get(FROM, "")),
        envelope_to=[address.strip() for address in str(mail.get(TO, "")).split(",")],
        subject=str(mail.get("Subject", "")),
        from_=str(mail.get("From", "")),
        to=str(mail.get("To", "")),
        text=_body(mail, "plain"),
        html=_body(mail, "html"),
        attachments=[part.get_filename() or "unnamed" for part in mail.iter_attachments()],
        headers={key: str(value) for key, value in mail.items() if key not in (FROM, TO)},
    )


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
