"""Documents in the console: the list with what customers see of it, adding some, and one with whom it is for."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.languages import later as _
from gateway.pages.placing import PLACED, placed, with_a_file
from gateway.pages.records import names_for, records_named
from gateway.pages.versions import earlier, read_version
from gateway.pages.visit import Key, Staff, Visit, together

pages = APIRouter(prefix="/console")

FOLDERS = [("", _("Any folder")), ("public", _("Public")), ("private", _("Private")), ("mine", _("On projects"))]
SHOWN = [("", _("Shown or hidden")), ("true", _("Shown")), ("false", _("Hidden"))]
PUBLISH = "documents.publish"


def filters_of(visit: Visit) -> dict[str, str]:
    """The list's filters, as the address has them."""
    query = visit.request.query_params
    found = {name: query.get(name, "").strip() for name in ("q", "folder", "on_portal", "cursor")}
    known = {"folder": dict(FOLDERS), "on_portal": dict(SHOWN)}
    return {name: value if value in known.get(name, (value,)) else "" for name, value in found.items()}


@pages.get("/documents")
async def list_documents(visit: Staff) -> Response:
    """F139, F140: every file, and whether customers see it."""
    return await _list(visit, Form(), adding="add" in visit.request.query_params)


async def _list(visit: Visit, form: Form, *, adding: bool) -> Response:
    filters = filters_of(visit)
    documents = await visit.get("/documents", **filters)
    choices = {"filters": filters, "folders": FOLDERS, "shown": SHOWN}
    return visit.page(
        "console/documents.html", form.status, documents=documents, adding=adding, **choices, **form.context
    )


@pages.post("/documents")
async def add_documents(visit: Staff) -> Response:
    """F143: files of the team's. They are hidden from customers until somebody who may shows them."""
    form = with_a_file(await read_form(visit, PLACED))
    if not form.errors:
        form = await placed(visit, form)
    if form.errors or form.problem:
        return await _list(visit, form, adding=True)
    return visit.go("/console/documents", done="documents-added")


@pages.get("/documents/{document_id}")
async def read_document(document_id: Key, visit: Staff) -> Response:
    """F156: one file, what is said of it, and who sees it."""
    return await _document(visit, document_id, None)


async def _document(
    visit: Visit, document_id: str, form: Form | None, found: list[tuple[str, str]] | None = None
) -> Response:
    document = await visit.get(f"/documents/{document_id}", text="true")
    form = form or Form(values={name: document[name] or "" for name in PLACED})
    folders = [("", _("On its records alone")), *FOLDERS[1:3]]
    versions, names = await together(earlier(visit, document), names_for(visit, document["shared_with"]))
    shown = {"document": document, "folders": folders, "versions": versions, "names": names}
    return visit.page("console/document.html", form.status, found=found or [], **shown, **form.context)


@pages.post("/documents/{document_id}")
async def change_document(document_id: Key, visit: Staff) -> Response:
    """F152: what is said of it, and its folder, as long as nobody changed it meanwhile."""
    form = await read_form(visit, (*PLACED, "version"))
    change: dict[str, Any] = {"title": form.values["title"], "description": form.values["description"]}
    if "folder" in form.sent:
        change["folder"] = form.values["folder"] or None
    try:
        await visit.send("PATCH", f"/documents/{document_id}", json=change, headers=form.if_match)
    except Refused as refused:
        return await _document(visit, document_id, form.refused(refused))
    return visit.go(f"/console/documents/{document_id}", done="saved")


@pages.post("/documents/{document_id}/versions")
async def bring_version(document_id: Key, visit: Staff) -> Response:
    """F156: another file takes this one's place; the old one stays as a version before."""
    form = await read_version(visit, document_id)
    if form.errors:
        return await _document(visit, document_id, replace(form, values={}))
    return visit.go(f"/console/documents/{document_id}", done="version-added")


@pages.post("/documents/{document_id}/portal")
async def publish_document(document_id: Key, visit: Staff) -> Response:
    """F140, F141: shown to customers or hidden from them, at once."""
    form = await read_form(visit, ("on_portal", "version", "back"))
    shown = form.values["on_portal"] == "yes"
    try:
        await visit.send("PATCH", f"/documents/{document_id}", json={"on_portal": shown}, headers=form.if_match)
    except Refused as refused:
        return await _document(visit, document_id, replace(form.refused(refused), values={}))
    done = "shown" if shown else "hidden"
    if form.values["back"] == "list":
        listed = {name: value for name, value in filters_of(visit).items() if value}
        return visit.go("/console/documents", **listed, done=done)
    return visit.go(f"/console/documents/{document_id}", done=done)


@pages.post("/documents/{document_id}/hold")
async def hold_document(document_id: Key, visit: Staff) -> Response:
    """A legal hold: the file stays, whatever the rules for removing say, until somebody lifts it."""
    form = await read_form(visit, ("legal_hold", "version"))
    change = {"legal_hold": form.values["legal_hold"] == "yes"}
    try:
        await visit.send("PATCH", f"/documents/{document_id}", json=change, headers=form.if_match)
    except Refused as refused:
        return await _document(visit, document_id, replace(form.refused(refused), values={}))
    return visit.go(f"/console/documents/{document_id}", done="saved")


@pages.post("/documents/{document_id}/links")
async def link_document(document_id: Key, visit: Staff) -> Response:
    """F158: whom it is for, and on which record it hangs: found by number, name or address."""
    form = await read_form(visit, ("kind", "id", "found"))
    try:
        found = await records_named(visit, form.values["kind"], form.values["found"] or form.values["id"])
        if len(found) != 1:
            form = form if found else form.wrong("id", "Nothing is called that. Write its number, name or address.")
            return await _document(visit, document_id, form, found)
        await visit.post(f"/documents/{document_id}/links", {"kind": form.values["kind"], "id": found[0][0]}, form.key)
    except Refused as refused:
        return await _document(visit, document_id, form.said_no(refused))
    return visit.go(f"/console/documents/{document_id}", done="linked")


@pages.post("/documents/{document_id}/unlink")
async def unlink_document(document_id: Key, visit: Staff) -> Response:
    """F158: off a record, or for somebody no more."""
    form = await read_form(visit, ("kind", "id"))
    record = "/".join(quote(form.values[name], safe="") for name in ("kind", "id"))
    try:
        await visit.send("DELETE", f"/documents/{document_id}/links/{record}")
    except Refused as refused:
        return await _document(visit, document_id, replace(form.refused(refused), values={}))
    return visit.go(f"/console/documents/{document_id}", done="unlinked")


@pages.get("/documents/{document_id}/remove")
async def ask_to_remove(document_id: Key, visit: Staff) -> Response:
    """The question first."""
    return visit.page("console/document_remove.html", document=await visit.get(f"/documents/{document_id}"))


@pages.post("/documents/{document_id}/remove")
async def remove_document(document_id: Key, visit: Staff) -> Response:
    """F141: gone for good, with the versions it had."""
    form = await read_form(visit, ("version",))
    try:
        await visit.send("DELETE", f"/documents/{document_id}", headers=form.if_match)
    except Refused as refused:
        return await _document(visit, document_id, replace(form.refused(refused), values={}))
    return visit.go("/console/documents", done="removed")
