"""Forms as browsers send them: what was typed is never lost, and files reach storage without script.

A file in a plain form goes the way a script would send it: an upload session, the bytes straight to storage,
the check. The browser's parts are spooled to disk beyond a megabyte, so memory stays bounded.
"""

from base64 import b64encode
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import structlog
from starlette.datastructures import FormData, UploadFile

from gateway.client import AWAY, Refused
from gateway.limits import capped
from gateway.pages.visit import Visit, together
from kit.problems import Conflict, Unavailable

log = structlog.get_logger()

CHUNK = 64 * 1024
TEXT_BYTES = 1024 * 1024
"""What the fields of a form may have besides its files."""
KEY_LENGTH = 100
LOGO_BYTES = 256 * 1024


@dataclass(frozen=True)
class Form:
    """A form that was sent, or one still empty."""

    values: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    sent: frozenset[str] = frozenset()
    key: str = ""
    action: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    problem: dict[str, str] | None = None
    status: int = 200
    attached: list[dict[str, Any]] = field(default_factory=list)
    logo: str | None = None
    """A small picture that was sent along, in base64."""

    @property
    def document_ids(self) -> list[str]:
        """The files that came with it, checked and kept."""
        return [document["id"] for document in self.attached]

    @property
    def if_match(self) -> dict[str, str]:
        """The version the page was drawn from, as a header."""
        return {"if-match": f'"{self.values.get("version", "")}"'}

    @property
    def context(self) -> dict[str, Any]:
        """What its template takes."""
        return {"values": self.values, "errors": self.errors, "problem": self.problem, "attached": self.attached}

    def anew(self, *names: str) -> dict[str, str]:
        """Fields chosen anew. What only stood there on the page (`was_...`) may be older than the record."""
        stood = {name: self.values[f"was_{name}"] for name in names if f"was_{name}" in self.sent}
        return {name: self.values[name] for name in names if name in self.sent and self.values[name] != stood.get(name)}

    def wrong(self, name: str, sentence: str) -> "Form":
        """The same form with a field that is not right."""
        return replace(self, errors={**self.errors, name: sentence}, status=422)

    def refused(self, refused: Refused) -> "Form":
        """The same form with why it was not taken. Raises what is no matter of the form."""
        if refused.status in (401, 404):
            raise refused
        return self.said_no(refused)

    def said_no(self, refused: Refused) -> "Form":
        """The same, where even a 401 or 404 is about what the form held."""
        known = {*self.values, *self.lists, "logo"}
        fields = {name: sentence for name, sentence in refused.fields.items() if name in known}
        return replace(self, errors=fields, problem=None if fields else refused.problem, status=refused.status)


class SwitchedMeanwhile(Conflict):
    """The page was drawn for one organisation and sent acting for another: nothing of one gets into the other."""

    title = "You act for another organisation by now, so nothing was sent. Switch back and send it again."


async def read_form(
    visit: Visit,
    fields: Sequence[str],
    lists: Sequence[str] = (),
    *,
    anywhere: bool = False,
    announced: Mapping[str, str] | None = None,
) -> Form:
    """The form that was sent, its files already in storage and those that could not be kept named in `errors`.

    `announced` is said of each file when its upload begins. Raises SwitchedMeanwhile, unless it is the same form
    `anywhere`.
    """
    settings = visit.parts.settings
    request = visit.request
    most = settings.form_files * settings.file_bytes + TEXT_BYTES
    request._receive = capped(request.scope, request._receive, most)
    async with request.form(max_files=settings.form_files + 1, max_fields=200) as sent:
        if not anywhere and _text(sent, "acting_for") not in ("", str(visit.session.caller.organisation_id)):
            raise SwitchedMeanwhile()
        form = Form(
            values={name: _text(sent, name) for name in fields},
            lists={name: [str(one) for one in sent.getlist(name)] for name in lists},
            sent=frozenset(sent),
            key=_key(sent),
            action=_text(sent, "action"),
            attached=await _known_documents(visit, sent.getlist("document_ids")),
        )
        files = [one for one in sent.getlist("files") if isinstance(one, UploadFile) and one.filename]
        return await _with_logo(await _with_files(visit, form, files, announced or {}), sent.get("logo"))


async def read_words(visit: Visit, fields: Sequence[str]) -> Form:
    """A form of somebody who need not be logged in: words alone, and not many."""
    request = visit.request
    request._receive = capped(request.scope, request._receive, TEXT_BYTES)
    async with request.form(max_files=0, max_fields=100) as sent:
        return Form(values={name: _text(sent, name) for name in fields}, sent=frozenset(sent), key=_key(sent))


async def read_upload(visit: Visit, fields: Sequence[str], most: int) -> tuple[Form, str, bytes]:
    """A form with one file in the field `file` that is no document: the form, the file's name and its bytes.

    Raises TooLarge.
    """
    request = visit.request
    request._receive = capped(request.scope, request._receive, most + TEXT_BYTES)
    async with request.form(max_files=1, max_fields=100, max_part_size=TEXT_BYTES) as sent:
        form = Form(values={name: _text(sent, name) for name in fields}, sent=frozenset(sent), key=_key(sent))
        file = sent.get("file")
        if isinstance(file, UploadFile) and file.filename:
            return form, file.filename, await file.read()
        return form, "", b""


def _text(sent: FormData, name: str) -> str:
    """A field's text, its lines ended as everywhere but in forms."""
    value = sent.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


async def _with_logo(form: Form, file: Any) -> Form:
    if not isinstance(file, UploadFile) or not file.filename:
        return form
    content = await file.read(LOGO_BYTES + 1)
    if len(content) > LOGO_BYTES:
        return replace(form, errors={"logo": f"A logo has at most {LOGO_BYTES // 1024} KB."}, status=422)
    return replace(form, logo=b64encode(content).decode())


def _key(sent: FormData) -> str:
    key = str(sent.get("idempotency_key", ""))
    return key if key.isprintable() and 8 <= len(key) <= KEY_LENGTH else str(uuid4())


async def _known_documents(visit: Visit, ids: Sequence[Any]) -> list[dict[str, Any]]:
    """Files that were uploaded before, as long as they are there and the visitor's to see."""
    wanted = [UUID(str(one)) for one in ids[:20] if _is_uuid(one)]
    found = await together(*(visit.widget("documents", f"/documents/{one}") for one in wanted))
    return [document for document in found if document]


def _is_uuid(text: Any) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


async def _with_files(visit: Visit, form: Form, files: Sequence[UploadFile], announced: Mapping[str, str]) -> Form:
    most = visit.parts.settings.form_files
    if len(files) > most:
        return replace(form, errors={"files": f"Send at most {most} files at once."}, status=422)
    wrong: list[str] = []
    kept = list(form.attached)
    for number, file in enumerate(files):
        try:
            kept.append(await _upload(visit, file, f"{form.key}-{number}", announced))
        except Refused as refused:
            wrong.append(f"{file.filename}: {_reason(refused)}")
    errors = {"files": " ".join(wrong)} if wrong else {}
    return replace(form, attached=kept, errors=errors, status=422 if wrong else 200)


def _reason(refused: Refused) -> str:
    return next(iter(refused.fields.values()), "") or refused.detail or refused.title


async def _upload(visit: Visit, file: UploadFile, key: str, announced: Mapping[str, str]) -> dict[str, Any]:
    """One file into storage: session, bytes, check. Raises Refused in the documents' own words."""
    size, limit = file.size or 0, visit.parts.settings.file_bytes
    if size > limit:
        raise Refused(413, {"title": f"This file is larger than {limit // 1024 // 1024} MB."}, {})
    if not size:
        raise Refused(422, {"title": "This file is empty. Choose another one."}, {})
    about: dict[str, Any] = {
        "file_name": file.filename,
        "content_type": file.content_type or "application/octet-stream",
        "size": size,
    }
    session = await visit.post("/documents/uploads", {**about, **announced}, f"{key}-upload")
    await _put(visit, session["upload"], file, size)
    document: dict[str, Any] = await visit.post(f"/documents/{session['document_id']}/commit", {}, f"{key}-commit")
    return document


async def _put(visit: Visit, upload: dict[str, Any], file: UploadFile, size: int) -> None:
    """The bytes to storage, a chunk at a time. Raises Unavailable when storage does not take them."""
    headers = {**upload["headers"], "content-length": str(size)}
    try:
        async with (
            aclosing(_chunks(file)) as chunks,
            visit.parts.services.session.request(
                upload["method"],
                upload["url"],
                data=chunks,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=60),
            ) as response,
        ):
            if response.status >= 300:
                log.warning("storage.refused", status=response.status)
                raise Unavailable()
    except AWAY as error:
        log.warning("storage.away", error=repr(error))
        raise Unavailable() from error


async def _chunks(file: UploadFile) -> AsyncGenerator[bytes, None]:
    await file.seek(0)
    while chunk := await file.read(CHUNK):
        yield chunk
