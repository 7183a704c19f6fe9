"""What a file of 5 GiB costs on its way in and out (F143, F147, F157): sent in parts from bytes made meanwhile, broken
off at half and gone on with, its service and worker killed (-9), checked, and taken out again.

`python -m tests.load.files [MiB]`; against bare parts, put and got with no Portico, in the same run.
"""

import hashlib
import os
import random
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import urllib3

from stack import processes, s3
from stack.running import RunningStack
from stack.state import State
from tests.load.ground import portal_up, show
from tests.load.watch import Watch

sys.path.insert(0, str(Path(__file__).parent.parent))
from world import Client, World, until

MIB = 1024**2
SIZE = int(os.environ.get("PORTICO_BENCH_FILE_MIB", "5120")) * MIB
BARE = 1024 * MIB
"""Bytes that are put and got with nothing in between."""
PART = 16 * MIB
AT_ONCE, LINKS = 3, 100
WORKER = "documents-worker"
NAMES = ("gateway", "documents", WORKER, "s3")
# A sweeper that never rests: whatever it would do to a file on its way, it does it here.
BUSY = {"PORTICO_INLINE_WORKER": "false", "PORTICO_SWEEP_SECONDS": "2", "PORTICO_RECONCILE_SECONDS": "2"}
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
NOISE = random.Random(1).randbytes(PART)
POOL = urllib3.PoolManager(maxsize=AT_ONCE, timeout=urllib3.Timeout(60), retries=False)


@dataclass(frozen=True)
class Parts:
    """A file that is nowhere: each of its parts is made when it is asked for."""

    size: int

    @property
    def count(self) -> int:
        return -(-self.size // PART)

    def part(self, number: int) -> bytes:
        """One part, numbered from 1; no two are the same."""
        head = (FILM if number == 1 else b"") + number.to_bytes(8, "big")
        return head + NOISE[len(head) : min(PART, self.size - (number - 1) * PART)]

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for number in range(1, self.count + 1):
            digest.update(self.part(number))
        return digest.hexdigest()


def run(state: State, size: int = SIZE) -> None:
    """Send, kill, resume, check, take out, and print."""
    with portal_up(state) as stack:
        for start in (_start_service, _start_worker):
            start(stack)
        world, watch = World(stack), Watch(state, NAMES)
        try:
            with watch.going_on():
                _bare(stack, watch, Parts(min(size, BARE)))
                _through(stack, world.as_("ann"), watch, Parts(size))
        finally:
            processes.stop(state, WORKER)
            s3.empty_and_drop(stack.storage, stack.storage.bucket)
    _print(watch, size)


def _start_service(stack: RunningStack) -> None:
    stack.start("documents", **BUSY)


def _start_worker(stack: RunningStack) -> None:
    env = stack.env("documents") | BUSY | {"PORTICO_OPS_PORT": str(stack.state.ports["gateway"] + 92)}
    argv = [sys.executable, "-m", "documents.worker"]
    processes.spawn(stack.state, WORKER, argv, env, cwd=stack.state.folder)


def _bare(stack: RunningStack, watch: Watch, whole: Parts) -> None:
    """The same parts to the same storage, by the same links, and nobody asked."""
    client, bucket = stack.storage.client(), stack.storage.bucket
    upload_id = client._create_multipart_upload(bucket, "bare", {})

    def link(number: int) -> str:
        part: dict[str, str | list[str] | tuple[str]] = {"partNumber": str(number), "uploadId": upload_id}
        lasts = timedelta(hours=1)
        return str(client.get_presigned_url("PUT", bucket, "bare", expires=lasts, extra_query_params=part))

    with watch.step("bare: parts put", whole.size):
        _put(whole, ((number, link(number)) for number in range(1, whole.count + 1)))
    with watch.step("bare: joined"):
        client._complete_multipart_upload(
            bucket, "bare", upload_id, client._list_parts(bucket, "bare", upload_id).parts
        )
    with watch.step("bare: got", whole.size):
        _got(str(client.presigned_get_object(bucket, "bare")))
    client.remove_object(bucket, "bare")


def _through(stack: RunningStack, ann: Client, watch: Watch, whole: Parts) -> None:
    half = whole.count // 2
    announced = {"file_name": "walk through.mp4", "size": whole.size, "in_parts": True, "sha256": whole.sha256()}
    with watch.step("announced"):
        told = _ok(ann.post("/documents/uploads", announced))
    upload = f"/documents/uploads/{told['document_id']}"
    with watch.step("parts put, to half", half * PART):
        _put(whole, _links(ann, upload, range(1, half + 1)))
    _break_off(next(_links(ann, upload, [half + 1]))[1], whole.part(half + 1))
    with watch.step("service killed, and up again"):
        stack.kill("documents")
        _start_service(stack)
    with watch.step("asked what has arrived"):
        arrived = {one["number"] for one in _ok(ann.get(upload))["arrived"]}
    assert arrived == set(range(1, half + 1)), sorted(arrived)[-3:]
    missing = [number for number in range(1, whole.count + 1) if number not in arrived]
    with watch.step("parts put, the rest", whole.size - half * PART):
        _put(whole, _links(ann, upload, missing))
    _checked(stack, watch, ann, told["document_id"], whole)
    _taken_out(watch, ann, told["document_id"], whole, str(announced["sha256"]))


def _checked(stack: RunningStack, watch: Watch, ann: Client, document_id: str, whole: Parts) -> None:
    """Committed; the worker is killed in the middle of its check, and the next one begins anew."""
    path = f"/documents/{document_id}"
    with watch.step("committed"):
        state = _ok(ann.post(f"{path}/commit"))["state"]
    assert state == "checking", "smaller than PORTICO_UPLOAD_LIMIT? That is checked at once."
    with watch.step("check begun, worker killed"):
        until(lambda: _reads(stack), 120)
        processes.kill(stack.state, WORKER)
    _start_worker(stack)
    with watch.step("lease over, joined, checked", whole.size):
        until(lambda: _ok(ann.get(path))["state"] == "ready", 3_600, every=0.5)


def _reads(stack: RunningStack) -> bool:
    """Is the worker at work on more than its rounds?"""
    process = processes.find(stack.state, WORKER)
    return process is not None and process.cpu_percent(1.0) > 30


def _taken_out(watch: Watch, ann: Client, document_id: str, whole: Parts, sha256: str) -> None:
    path = f"/documents/{document_id}/download"
    with watch.step("got, hashed", whole.size):
        found = _got(ann.get(path).headers["location"])
    assert found == sha256, "what came out is not what went in"
    middle = whole.count // 2
    ranged = {"range": f"bytes={(middle - 1) * PART}-{middle * PART - 1}"}
    with watch.step("a range of 16 MiB from the middle", PART):
        answer = POOL.request("GET", ann.get(path).headers["location"], headers=ranged)
    assert (answer.status, answer.data) == (206, whole.part(middle)), answer.status


def _links(ann: Client, upload: str, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Links to parts, a hundred at a time, asked for when the ones before are used up."""
    waiting = list(numbers)
    while waiting:
        asked, waiting = waiting[:LINKS], waiting[LINKS:]
        for one in _ok(ann.post(f"{upload}/parts", {"numbers": asked}))["items"]:
            yield one["number"], one["upload"]["url"]


def _put(whole: Parts, links: Iterable[tuple[int, str]]) -> None:
    """Put parts, a few at once; no more of the file is in memory than these."""

    def put(link: tuple[int, str]) -> None:
        answer = POOL.request("PUT", link[1], body=whole.part(link[0]))
        assert answer.status == 200, answer.data[:300]

    _each(put, links)


def _each(put: Callable[[tuple[int, str]], None], links: Iterable[tuple[int, str]]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = set()
        for link in links:
            running.add(pool.submit(put, link))
            while len(running) >= AT_ONCE:
                running = {one for one in running if not (one.done() and one.result() is None)}
                time.sleep(0.002)
        for one in running:
            one.result()


def _break_off(url: str, content: bytes) -> None:
    """A connection that ends in the middle of a part."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        head = f"PUT {address.path}?{address.query} HTTP/1.1\r\nHost: {address.netloc}\r\n"
        connection.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode())
        connection.sendall(content[: len(content) // 2])


def _got(url: str) -> str:
    """The SHA-256 of what a link brings, as a stream."""
    digest, answer = hashlib.sha256(), POOL.request("GET", url, preload_content=False)
    for chunk in answer.stream(MIB):
        digest.update(chunk)
    answer.release_conn()
    return digest.hexdigest()


def _ok(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text[:300]
    found: dict[str, Any] = answer.json()
    return found


def _print(watch: Watch, size: int) -> None:
    bare = {one.what: one.size / one.seconds for one in watch.steps if one.what.startswith("bare") and one.size}
    put, got = bare["bare: parts put"], bare["bare: got"]
    rows = [
        [
            one.what,
            f"{one.seconds:.2f}",
            f"{one.size / one.seconds / 1e6:.0f}" if one.size else "",
            f"{one.size / one.seconds / (put if 'put' in one.what else got):.2f}" if one.size else "",
            *(f"{one.cpu[name]:.2f}" for name in NAMES),
        ]
        for one in watch.steps
    ]
    rows.append(["most memory (RSS), MB", "", "", "", *(f"{watch.most.get(name, 0):.0f}" for name in NAMES)])
    head = ["what", "seconds", "MB/s", "of bare", *(f"{name}, CPU s" for name in NAMES)]
    show(f"A file of {size // MIB:,} MiB", head, rows)


if __name__ == "__main__":
    from tests.load.ground import parts_up

    with parts_up() as up:
        run(up, int(sys.argv[1]) * MIB if len(sys.argv) > 1 else SIZE)
