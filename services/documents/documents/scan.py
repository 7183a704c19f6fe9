"""A file's way through clamd, by its INSTREAM command. Blocking: it runs in the thread that reads the file."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import structlog

from documents.errors import ScannerAway
from documents.settings import DocumentsSettings

log = structlog.get_logger()

Verdict = Literal["clean", "not_scanned", "infected"]
TIMEOUT = 60
"""Seconds clamd may be silent."""


@dataclass(frozen=True)
class Clamd:
    """Where clamd listens, and how many bytes it takes."""

    host: str
    port: int
    limit: int

    @classmethod
    def of(cls, settings: DocumentsSettings) -> "Clamd | None":
        """The one that is configured, if one is."""
        return cls.at(settings.clamd, settings.clamd_limit) if settings.clamd else None

    @classmethod
    def at(cls, address: str, limit: int) -> "Clamd":
        """Out of `host:port`."""
        host, _, port = address.rpartition(":")
        return cls(host.strip("[]"), int(port), limit)

    @contextmanager
    def scan(self) -> Iterator["Scan"]:
        """Scan one file. Raises ScannerAway when clamd does not answer."""
        try:
            with socket.create_connection((self.host, self.port), TIMEOUT) as connection:
                connection.sendall(b"zINSTREAM\0")
                yield Scan(connection)
        except OSError as error:
            log.error("documents.scanner_away", error=repr(error))
            raise ScannerAway() from error


class Scan:
    """One file under scan."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._hung_up = False

    def feed(self, chunk: bytes) -> None:
        """Hand over the next bytes, their length in front."""
        if not self._hung_up:
            try:
                self._connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            except (BrokenPipeError, ConnectionResetError):
                # It has heard enough (more than its limit, say), and its reply tells why.
                self._hung_up = True

    def verdict(self) -> Verdict:
        """End the file and hear what was found."""
        self.feed(b"")
        reply = b"".join(iter(lambda: self._connection.recv(4096), b"")).rstrip(b"\0").decode(errors="replace")
        if reply.endswith(" FOUND"):
            log.warning("documents.infected", found=reply)
            return "infected"
        if reply.endswith(": OK"):
            return "clean"
        if "size limit exceeded" in reply:
            log.warning("documents.not_scanned", reply=reply)
            return "not_scanned"
        log.error("documents.scanner_failed", reply=reply)
        raise ScannerAway()
