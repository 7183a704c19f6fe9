"""Files before a real clamd: what it knows is gone at once and for good, what it passes is marked clean."""

import shutil
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kit.testing import Served, contact

Doing = Callable[..., Awaitable[Any]]
# In two pieces, so that no scanner takes this file for what it tests.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A clamd that knows one virus; where it listens."""
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/opt/homebrew/sbin")
    if program is None:
        pytest.fail("There is no clamd: install it (Debian: apt install clamav-daemon).")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "test.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    configured = {"TCPSocket": port, "TCPAddr": "127.0.0.1", "DatabaseDirectory": folder, "Foreground": "yes"}
    (folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in configured.items()))
    process = subprocess.Popen([program, "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL)
    try:
        _until_it_answers(port, folder)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _until_it_answers(port: int, folder: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(b"zPING\0")
                if connection.recv(16).startswith(b"PONG"):
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"clamd did not start with {folder / 'clamd.conf'}")


async def test_the_virus_test_file_is_quarantined_and_never_seen_and_others_are_clean(
    served_with: Callable[..., AbstractAsyncContextManager[Served]],
    tenant: UUID,
    acme: UUID,
    arrived: Doing,
    uploaded: Doing,
    bucket: Any,
    clamd: str,
) -> None:
    """J8: alone, and in the middle of something longer; nothing of it is left in the storage."""
    async with served_with(clamd=clamd) as scanned:
        ann = scanned.by(contact(tenant, acme))
        assert (await uploaded(ann, b"Only words\n", "notes.txt"))["scan"] == "clean"
        for content in (EICAR, b"Dear all,\n" * 5_000 + EICAR):
            document_id = await arrived(ann, content, "eicar.txt")
            for _ in range(2):
                refused = await ann.post(f"/documents/{document_id}/commit")
                assert (refused.status_code, refused.json()["type"]) == (422, "/problems/file-infected")
            assert (await ann.get(f"/documents/{document_id}")).json()["state"] == "rejected"
            assert (await ann.get(f"/documents/{document_id}/download")).status_code == 409
        assert (await ann.get("/documents")).json()["total"]["count"] == 1
        assert (await ann.get("/documents/zip")).status_code == 200
        assert len(bucket.keys(tenant)) == 1
