"""F155: small pictures, drawn by a process that is shut in, and shown to those who see the file."""

import io
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import text

from documents import sweeper
from documents.settings import DocumentsSettings
from documents.storage import Storage
from documents.sweeper import Sweeper
from documents.thumbnails import Thumbnails, drawn
from kit.db import Database
from kit.failpoints import FailpointReached
from kit.testing import Served, contact, guest, staff

Doing = Callable[..., Awaitable[Any]]
BROKEN = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200)


def png(width: int = 800, height: int = 400) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), "#0b6e4f").save(made, "PNG")
    return made.getvalue()


def pdf(pages: int = 1) -> bytes:
    made, document = io.BytesIO(), pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    document.save(made)
    return made.getvalue()


@pytest.fixture
def drawing(settings: DocumentsSettings, database: Database, storage: Storage) -> Thumbnails:
    return Thumbnails(settings, database, storage)


async def all_drawn(drawing: Thumbnails, tenant: UUID, *documents: str) -> None:
    """These alone: other tests leave files that are due, too."""
    for document in documents:
        await drawing.draw(tenant, UUID(document))


async def test_pictures_and_pdf_files_get_a_small_picture_and_others_an_icon_f155(
    documents: Served, tenant: UUID, acme: UUID, uploaded: Doing, drawing: Thumbnails, database: Database
) -> None:
    ann = documents.by(contact(tenant, acme))
    files = {"photo.png": png(), "plan.pdf": pdf(), "notes.txt": b"words\n", "broken.png": BROKEN}
    made = {name: (await uploaded(ann, content, name))["id"] for name, content in files.items()}
    await all_drawn(drawing, tenant, *made.values())
    shown = {name: (await ann.get(f"/documents/{key}")).json()["thumbnail"] for name, key in made.items()}
    assert shown == {"photo.png": True, "plan.pdf": True, "notes.txt": False, "broken.png": False}
    answer = await ann.get(f"/documents/{made['photo.png']}/thumbnail")
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("image/webp", "nosniff")
    assert Image.open(io.BytesIO(answer.content)).size == (320, 160)
    assert (await ann.get(f"/documents/{made['notes.txt']}/thumbnail")).status_code == 404
    async with database.transaction(None) as tx:
        due = {row[0] for row in await tx.execute(text("SELECT tenant_id FROM thumbnails_due(100000)"))}
    assert tenant not in due


async def test_a_small_picture_is_for_those_who_see_the_file_and_no_others_f155(
    documents: Served, tenant: UUID, acme: UUID, uploaded: Doing, drawing: Thumbnails
) -> None:
    owner, sam = contact(tenant, acme), staff(tenant, "documents.publish", "settings.edit")
    made = await uploaded(documents.by(owner), png())
    await all_drawn(drawing, tenant, made["id"])
    path = f"/documents/{made['id']}/thumbnail"
    for stranger in (contact(tenant, acme), contact(UUID(int=1), acme), guest(tenant), staff(UUID(int=1))):
        assert (await documents.by(stranger).get(path)).status_code == 404
    hide = {"if-match": f'"{made["version"]}"'}
    await documents.by(sam).patch(f"/documents/{made['id']}", {"on_portal": False}, headers=hide)
    assert [(await documents.by(one).get(path)).status_code for one in (owner, sam)] == [404, 200]
    off = {"quota_bytes": None, "tell_id": None, "thumbnails": False}
    assert (await documents.by(sam).put("/documents/settings", off, headers={"if-match": '"0"'})).status_code == 200
    assert (await documents.by(sam).get(path)).status_code == 404
    assert (await documents.by(sam).get(f"/documents/{made['id']}")).json()["thumbnail"] is False


async def test_a_page_shows_the_first_pages_and_how_a_text_begins_and_nothing_runs(
    documents: Served, tenant: UUID, acme: UUID, uploaded: Doing, drawing: Thumbnails
) -> None:
    """F156: pages are pictures of ours, at most five; a text is cut; both are for those who see the file."""
    owner = contact(tenant, acme)
    ann, words = documents.by(owner), "Grüße <b>\r\n" + "x" * 30_000
    files = {"photo.png": png(3000, 1500), "plan.pdf": pdf(7), "notes.txt": words.encode("cp1252")}
    made = {name: (await uploaded(ann, content, name))["id"] for name, content in files.items()}
    await all_drawn(drawing, tenant, *made.values())
    shown = {name: (await ann.get(f"/documents/{key}?text=true")).json() for name, key in made.items()}
    assert [one["preview_pages"] for one in shown.values()] == [1, 5, 0]

    begins = shown["notes.txt"]
    assert begins["text"].startswith("Grüße <b>\nx")
    assert (len(begins["text"]), begins["text_cut"], shown["plan.pdf"]["text"]) == (20_000, True, None)
    pages = [await ann.get(f"/documents/{made['plan.pdf']}/preview/{number}") for number in (1, 5, 6)]
    assert [page.status_code for page in pages] == [200, 200, 422]
    assert Image.open(io.BytesIO(pages[1].content)).format == "WEBP"
    assert pages[0].headers["content-security-policy"].endswith("sandbox")
    photo = await ann.get(f"/documents/{made['photo.png']}/preview/1")
    assert Image.open(io.BytesIO(photo.content)).size == (1200, 600)
    for stranger in (contact(tenant, acme), contact(UUID(int=1), acme), guest(tenant), staff(UUID(int=1))):
        assert (await documents.by(stranger).get(f"/documents/{made['plan.pdf']}/preview/1")).status_code == 404


async def test_the_sweeper_knows_small_pictures_and_takes_those_whose_row_was_never_written(
    documents: Served,
    tenant: UUID,
    acme: UUID,
    uploaded: Doing,
    drawing: Thumbnails,
    settings: DocumentsSettings,
    database: Database,
    storage: Storage,
    bucket: Any,
    failing_at: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeper, "AGE", timedelta(0))
    made = await uploaded(documents.by(contact(tenant, acme)), png())
    failing_at("documents.thumbnail.between")
    with pytest.raises(FailpointReached):
        await all_drawn(drawing, tenant, made["id"])
    failing_at("")
    await all_drawn(drawing, tenant, made["id"])
    assert len(bucket.keys(tenant)) == 5
    await Sweeper(settings, database, storage).reconcile()
    assert len(bucket.keys(tenant)) == 3


async def test_a_file_made_to_harm_ends_its_process_and_nothing_else(tmp_path: Path) -> None:
    """A picture of 60,000 by 60,000 pixels in a few bytes, and one that is no picture at all."""
    bomb = bytearray(png(1, 1))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    for content in (bytes(bomb), b"GIF89a" + bytes(40), b"%PDF-1.7\n" + bytes(100)):
        (tmp_path / "file").write_bytes(content)
        assert await drawn(tmp_path / "file", tmp_path / "picture") != 0
        assert not (tmp_path / "picture").exists()


def test_the_process_that_draws_has_no_more_than_its_limits_and_no_network_where_linux_allows() -> None:
    tried = """
import socket, resource
from documents.drawing import LARGEST, MEMORY, SECONDS
from kit.confined import shut_in
shut_in(seconds=SECONDS, memory=MEMORY, largest=LARGEST)
print(resource.getrlimit(resource.RLIMIT_AS)[0] <= 1024**3, resource.getrlimit(resource.RLIMIT_CPU)[0] <= 10)
try:
    bytearray(2 * 1024**3)
except MemoryError:
    print("no more memory")
"""
    said = subprocess.run([sys.executable, "-I", "-c", tried], capture_output=True, text=True, check=True, env={})
    assert said.stdout.split("\n")[:2] == ["True True", "no more memory"]
