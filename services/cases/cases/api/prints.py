"""A case as a PDF: what its reader sees of it, and no more."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from fastapi import Response

from cases import queries
from cases.api.shown import case_view
from cases.errors import CannotBePrinted, CaseNotFound
from cases.flow import breakable, tree
from cases.policy import sees_internal
from cases.printing import SECONDS
from cases.schemas.cases import CaseView, TimelineEntry
from cases.schemas.keys import CaseKey
from cases.schemas.printing import Letterhead
from kit.confined import confined
from kit.edge import Caller, Tx, of_module, router
from kit.ids import now

api = router(tags=["cases"], dependencies=[of_module("cases")])

ENTRIES, LETTERS = 500, 400_000
"""How many lines of its timeline a print has, and how many characters of theirs; the newest stay."""
AT_ONCE = asyncio.Semaphore(2)
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "logo.png", b"\xff\xd8\xff": "logo.jpg"}
_FIELDS = {"assignee_id": "Assigned to", "category_id": "Category", "group_id": "Group"}


@api.post("/cases/{case}/print", response_class=Response)
async def print_case(case: CaseKey, head: Letterhead, caller: Caller, tx: Tx) -> Response:
    """A case as a PDF, with what the caller sees of it; staff choose whether their `internal` notes are on it."""
    row = await queries.one(tx, caller, case)
    if row is None:
        raise CaseNotFound()
    entries, earlier = await queries.timeline(tx, caller, row.id, None, ENTRIES)
    view = case_view(caller, row, entries, earlier)
    data = Sheet(view, head, internal=head.internal and sees_internal(caller)).data()
    content = await drawn(data, head.logo)
    headers = {"content-disposition": f'attachment; filename="{view.reference}.pdf"', "cache-control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


async def drawn(data: dict[str, Any], logo: bytes | None) -> bytes:
    """The PDF, made by a process that is shut in. Raises CannotBePrinted."""
    name = next((file for begins, file in _SIGNATURES.items() if logo and logo.startswith(begins)), None)
    with TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "data.json").write_bytes(orjson.dumps(data | {"logo": name}))
        if logo and name:
            (here / name).write_bytes(logo)
        async with AT_ONCE:
            status = await confined("cases.printing", folder=here, seconds=2 * SECONDS)
        if status != 0:
            raise CannotBePrinted()
        return await asyncio.to_thread((here / "case.pdf").read_bytes)


class Sheet:
    """A case in the shape that `printed.typ` draws: texts and nothing but texts."""

    def __init__(self, view: CaseView, head: Letterhead, *, internal: bool) -> None:
        self._view, self._head, self._internal = view, head, internal
        self._zone = ZoneInfo(head.zone)

    def data(self) -> dict[str, Any]:
        """All of it."""
        view, head = self._view, self._head
        said, whole = self._said()
        cut = not whole or view.next_timeline is not None
        return {
            "title": breakable(view.subject),
            "reference": view.reference,
            "name": breakable(head.name),
            "accent": head.accent,
            "lang": head.language,
            "region": None,
            "rtl": head.rtl,
            "facts": [[self._word(name), breakable(value)] for name, value in self._facts() if value],
            "cut": self._word("Only the newest part of the conversation is on this print.") if cut else None,
            "said": said,
            "printed": f"{self._word('Printed')} {self._when(now())}",
        }

    def _word(self, label: str) -> str:
        return self._head.words.get(label, label)

    def _when(self, moment: Any) -> str:
        return f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}" if moment else ""

    def _facts(self) -> Iterator[tuple[str, str]]:
        view = self._view
        yield "Status", self._word(view.status.label)
        yield "Priority", self._word(view.priority.capitalize())
        for name, value in (("Category", view.category), ("Department", view.department), ("Product", view.product)):
            yield name, value or ""
        yield "Organisation", view.organisation.name or ""
        yield "Opened by", view.opened_by.name
        yield "Handled by", view.assignee.name if view.assignee else self._word("Not assigned yet")
        for name, moment in (("Opened", view.created_at), ("Changed", view.updated_at), ("Closed", view.closed_at)):
            yield name, self._when(moment)
        yield "Affected", view.asset.label if view.asset else ""
        for answer in view.fields:
            if self._internal or not answer.staff_only:
                yield answer.label, _plain(answer.value)

    def _said(self) -> tuple[list[dict[str, Any]], bool]:
        """The opening and what came after it, oldest first, and whether nothing had to be left out."""
        view = self._view
        opening = self._note(view.opened_by.name, view.created_at, view.body_html)
        left, kept = LETTERS - len(view.body_html), []
        seen = [entry for entry in view.timeline if self._internal or entry.visibility == "customer"]
        for entry in reversed(seen):
            left -= len(entry.body_html)
            if left < 0:
                break
            kept.append(self._line(entry))
        return [opening, *reversed(kept)], len(kept) == len(seen)

    def _line(self, entry: TimelineEntry) -> dict[str, Any]:
        if entry.kind == "note":
            return self._note(entry.author.name, entry.created_at, entry.body_html, entry)
        told = f"{self._word('File')}: {entry.new}" if entry.kind == "file" else self._change(entry)
        shown = {"who": breakable(entry.author.name), "when": self._when(entry.created_at), "tag": breakable(told)}
        return {"kind": "change", "internal": False, "body": []} | shown

    def _change(self, entry: TimelineEntry) -> str:
        field = entry.field or ""
        name = _FIELDS.get(field, field.replace("_", " ").capitalize())
        old, new = (self._valued(field, value) for value in (entry.old, entry.new))
        return f"{self._word(name)}: {old} \u2192 {new}"

    def _valued(self, field: str, value: str | None) -> str:
        return self._word(value.capitalize() if field == "priority" else value) if value else "\u2013"

    def _note(self, who: str, when: Any, html: str, entry: TimelineEntry | None = None) -> dict[str, Any]:
        internal = entry is not None and entry.visibility == "internal"
        staff = entry is not None and entry.author.kind == "staff"
        tag = self._word("Internal note") if internal else self._word("Support") if staff else ""
        shown = {"who": breakable(who), "when": self._when(when), "tag": tag, "body": tree(html)}
        return {"kind": "note", "internal": internal} | shown


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "\u2713" if value else "\u2013"
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
