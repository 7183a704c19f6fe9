"""Importing organisations, contacts and leads from a file in the console: upload, columns, dry run, run, report."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console import people_words
from gateway.pages.console.about_people import filters_of, must
from gateway.pages.forms import Form, read_form, read_upload
from gateway.pages.languages import later as _
from gateway.pages.visit import Key, Staff, Visit, together
from kit.problems import NotFound

pages = APIRouter(prefix="/console/imports")

KINDS = {"organisations": _("Organisations"), "contacts": _("Contacts"), "leads": _("Leads")}
STATES = {
    "mapping": ("circle-question-mark", "is-warn", _("Columns to choose")),
    "checking": ("loader", "is-new", _("Being checked")),
    "checked": ("list-checks", "is-new", _("Checked")),
    "running": ("loader", "is-new", _("Being imported")),
    "done": ("circle-check", "is-ready", _("Imported")),
    "stopped": ("circle-x", "is-rejected", _("Stopped")),
}
"""F022: how far an import is: its sign, its colour, its word."""

RESULTS = ("failed", "created", "updated", "unchanged")
"""How rows fare; the first that any row does is what the page begins with."""

WORKING = ("checking", "running")
MOST_COLUMNS = 100


@pages.get("")
async def list_imports(visit: Staff) -> Response:
    """The form to send a file with, the columns that are understood, and what was imported before."""
    return await _list(visit, Form(values={"kind": _kind(visit), "pasted": ""}))


async def _list(visit: Visit, form: Form) -> Response:
    must(visit, "people.edit")
    kind = form.values["kind"]
    filters = filters_of(visit, "cursor")
    fields, before = await together(visit.get("/imports/fields", kind=kind), visit.get("/imports", **filters))
    return visit.page(
        "console/imports.html",
        form.status,
        kind=kind,
        kinds=KINDS,
        states=STATES,
        fields=fields,
        before=before,
        filters=filters,
        words=people_words,
        **form.context,
    )


def _kind(visit: Visit) -> str:
    asked = visit.request.query_params.get("kind", "contacts")
    return asked if asked in KINDS else "contacts"


@pages.post("")
async def upload(visit: Staff) -> Response:
    """F022, F026: send the file, or what was pasted; it is checked at once, as far as its columns are known."""
    must(visit, "people.edit")
    form, name, content = await read_upload(visit, ("kind", "pasted"), visit.parts.settings.import_bytes)
    if form.values["kind"] not in KINDS:
        raise NotFound()
    if not name:
        name, content = "pasted.csv", form.values["pasted"].encode()
    if not content:
        return await _list(visit, form.wrong("file", "Choose a file that is not empty, or paste its text."))
    headers = {"idempotency-key": form.key, "content-type": "text/csv"}
    query = {"kind": form.values["kind"], "file_name": name[-200:]}
    try:
        made = await visit.send("POST", "/imports", query=query, content=content, headers=headers)
    except Refused as refused:
        return await _list(visit, form.refused(refused))
    return visit.go(f"/console/imports/{made['id']}", done="import-checked")


@pages.get("/{import_id}")
async def read_import(import_id: Key, visit: Staff) -> Response:
    """How far it is, which column is what, and how the rows fare."""
    return await _page(visit, import_id, Form())


async def _page(visit: Visit, import_id: str, form: Form) -> Response:
    must(visit, "people.edit")
    here = f"/imports/{import_id}"
    one = await visit.get(here)
    filters = filters_of(visit, "result", "cursor")
    if filters["result"] not in RESULTS:
        filters["result"] = next((name for name in RESULTS if one[name]), "failed")
    rows, fields = await together(visit.get(f"{here}/rows", **filters), visit.get("/imports/fields", kind=one["kind"]))
    return visit.page(
        "console/import.html",
        form.status,
        one=one,
        rows=rows,
        filters=filters,
        chosen=form.lists.get("columns") or [column["field"] or "" for column in one["columns"]],
        fields=[field["name"] for field in fields["fields"]],
        kinds=KINDS,
        state=STATES[one["state"]],
        working=one["state"] in WORKING,
        words=people_words,
        **form.context,
    )


@pages.post("/{import_id}/columns")
async def choose_columns(import_id: Key, visit: Staff) -> Response:
    """Say which field each column is; the file is checked again."""
    must(visit, "people.edit")
    form = await read_form(visit, ("version",), lists=("columns",))
    chosen = {"columns": [name or None for name in form.lists["columns"][:MOST_COLUMNS]]}
    return await _then(visit, import_id, form, "PUT", "columns", chosen, "import-checked")


@pages.post("/{import_id}/run")
async def run(import_id: Key, visit: Staff) -> Response:
    """Import it, as it was checked."""
    must(visit, "people.edit")
    form = await read_form(visit, ("version",))
    return await _then(visit, import_id, form, "POST", "run", None, "import-begun")


async def _then(visit: Visit, import_id: str, form: Form, method: str, verb: str, json: Any, done: str) -> Response:
    try:
        await visit.send(method, f"/imports/{import_id}/{verb}", json=json, headers=form.if_match)
    except Refused as refused:
        return await _page(visit, import_id, replace(form.refused(refused), errors={}, problem=refused.problem))
    return visit.go(f"/console/imports/{import_id}", done=done)
