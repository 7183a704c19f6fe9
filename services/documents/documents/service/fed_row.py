"""How one file of the CRM's is to fare: looked at first, and nothing of it written if it is refused."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from documents.errors import BeingChecked, EmptyFile, FileNeeded, FileTooLarge, UnknownRecord
from documents.models import Document
from documents.schemas import FileFacts
from documents.service.uploads import UPLOAD_LASTS
from kit.caller import Caller
from kit.db import AnyRow
from kit.ids import new_id, now
from kit.problems import Problem


class Where(NamedTuple):
    """The records that a row names."""

    case_id: UUID | None = None
    project_id: UUID | None = None


class Known(NamedTuple):
    """What the rows refer to, by what they call it; cases also by the name of the field, new versions on their way
    by the document's id."""

    documents: Mapping[str, AnyRow]
    versions: Mapping[UUID, Document]
    cases: Mapping[tuple[str, str], UUID]
    projects: Mapping[str, UUID]


class Batch(NamedTuple):
    """What holds for all rows. `limit` is in bytes; `parts`: files come in parts."""

    caller: Caller
    known: Known
    limit: int
    parts: bool


class Plan(NamedTuple):
    """What a row comes to: `coming` awaits its bytes, and `dropped` makes room for it; `found` is there already."""

    external_id: str
    row: FileFacts
    where: Where = Where()
    found: AnyRow | None = None
    coming: Document | None = None
    is_new: bool = False
    dropped: Document | None = None
    problem: Problem | None = None


def planned(batch: Batch, key: str, row: FileFacts) -> Plan:
    """What is to be done for a row, or why nothing is."""
    try:
        where, found = _where(batch.known, row), batch.known.documents.get(key)
        if found is not None and found[0].state == "ready":
            return _of_one_there(batch, Plan(key, row, where, found))
        before: Document | None = found[0] if found else None
        if before is not None and _is_still_that(batch, before, row):
            return Plan(key, row, where, coming=before)
        fresh = _announced(batch, row, external_id=key, case_id=where.case_id)
        return Plan(key, row, where, coming=fresh, is_new=True, dropped=before)
    except Problem as problem:
        return Plan(key, row, problem=problem)


def _where(known: Known, row: FileFacts) -> Where:
    """The records named. Raises UnknownRecord."""
    named = {field: getattr(row, field) for field in ("case_reference", "case_external_id", "project_reference")}
    found = {field: _record(known, field, name) for field, name in named.items() if name is not None}
    return Where(found.get("case_reference") or found.get("case_external_id"), found.get("project_reference"))


def _record(known: Known, field: str, name: str) -> UUID:
    record = known.projects.get(name) if field == "project_reference" else known.cases.get((field, name))
    if record is None:
        raise UnknownRecord(errors=[{"field": field, "detail": UnknownRecord.title}])
    return record


def _is_still_that(batch: Batch, before: Document, row: FileFacts) -> bool:
    """Is an upload that was announced before still the one to come? Raises BeingChecked."""
    if before.state == "checking" and (before.upload_id or (before.checking_until or now()) > now()):
        raise BeingChecked()
    in_one_piece_now = batch.parts and before.upload_id is None
    return before.state != "rejected" and row.size in (None, before.size) and not in_one_piece_now


def _of_one_there(batch: Batch, plan: Plan) -> Plan:
    """Its facts may change; with another content its next version is to come."""
    assert plan.found is not None
    document: Document = plan.found[0]
    if plan.row.sha256 in (None, document.sha256):
        return plan
    before = batch.known.versions.get(document.id)
    same = before is not None and plan.row.sha256 == before.announced_sha256
    if before is not None and _is_still_that(batch, before, plan.row) and same:
        return plan._replace(coming=before)
    fresh = _announced(batch, plan.row, version_of=document.id)
    return plan._replace(coming=fresh, is_new=True, dropped=before)


def _announced(batch: Batch, row: FileFacts, **more: Any) -> Document:
    """F152: what the CRM brings is on the portal where it says so, or where it is for the customers of a case."""
    file_name, size = _fits(row, batch.limit)
    facts = {"title": file_name, "description": "", "folder": None, "on_portal": False, "legal_hold": False}
    more |= {"case_visibility": "customer"}
    document = Document(id=new_id(), **more, **facts | row.values, file_name=file_name, size=size)
    keep_up(batch.caller, document, row)
    document.expires_at = now() + UPLOAD_LASTS
    return document


def keep_up(caller: Caller, document: Document, row: FileFacts) -> None:
    """What a file on its way takes from a row: whoever brings it now commits it, a later key of the CRM's too."""
    document.uploaded_by_id, document.uploaded_by_kind = _id(caller), caller.kind
    document.uploaded_by_name = caller.name
    document.file_name = row.file_name or document.file_name
    document.announced_sha256 = row.sha256 or document.announced_sha256
    if row.on_portal is not None:
        document.case_visibility = "customer" if row.on_portal else "internal"


def _id(caller: Caller) -> UUID:
    assert caller.id is not None
    return caller.id


def _fits(row: FileFacts, limit: int) -> tuple[str, int]:
    """The name and size of a file that may come. Raises FileNeeded, EmptyFile, FileTooLarge."""
    if row.file_name is None or row.size is None:
        missing = [name for name in ("file_name", "size") if getattr(row, name) is None]
        raise FileNeeded(errors=[{"field": name, "detail": FileNeeded.title} for name in missing])
    if row.size == 0:
        raise EmptyFile(errors=[{"field": "size", "detail": EmptyFile.title}])
    if row.size > limit:
        sentence = f"The file is too large: {limit // 1024**2} MB is the most."
        raise FileTooLarge(sentence, errors=[{"field": "size", "detail": sentence}])
    return row.file_name, row.size
