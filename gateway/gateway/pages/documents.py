"""Files in the portal: the list and its folders, adding some, and one with where it hangs."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from gateway.pages.forms import Form, read_form
from gateway.pages.languages import later as _
from gateway.pages.placing import PLACED, placed, with_a_file
from gateway.pages.versions import earlier, read_version
from gateway.pages.visit import Contact, Key, Visit, together

pages = APIRouter()

CASES_SHOWN = 10
"""How many of the cases that a file hangs on its page names."""
FOLDERS = [("", _("All")), ("public", _("Public")), ("private", _("Private")), ("mine", _("My Documents"))]
"""F149-F151: the folders, as the address and the page name them."""


@pages.get("/documents")
async def list_documents(visit: Contact) -> Response:
    """F113, F139, F149-F151: every file one may see, or those of one folder."""
    return await _list(visit, Form(), adding="add" in visit.request.query_params)


async def _list(visit: Visit, form: Form, *, adding: bool) -> Response:
    query = visit.request.query_params
    folder = query.get("folder", "")
    filters = {"q": query.get("q", "").strip(), "cursor": query.get("cursor", "")}
    filters["folder"] = folder if folder in dict(FOLDERS) else ""
    filters["project"] = project_of(visit)
    shown, asked = await together(_found(visit, filters), _asked(visit))
    found = shown | {"asked": asked}
    return visit.page(
        "portal/documents.html", form.status, filters=filters, folders=FOLDERS, adding=adding, **found, **form.context
    )


def project_of(visit: Visit) -> str:
    """F183: the project that a link led from, by the address."""
    try:
        return str(UUID(visit.request.query_params.get("project", "")))
    except ValueError:
        return ""


async def _found(visit: Visit, filters: dict[str, str]) -> dict[str, Any]:
    """The files of the page; My Documents by their projects, unless something is searched for."""
    if filters["folder"] != "mine" or filters["q"] or filters["project"]:
        asked = {name: value for name, value in filters.items() if name != "project"}
        on_it = {"kind": "project", "id": filters["project"]} if filters["project"] else {}
        return {"documents": await visit.get("/documents", **asked, **on_it), "projects": None}
    found = await visit.get("/documents/projects", cursor=filters["cursor"])
    groups: dict[str, dict[str, Any]] = {}
    for row in found["items"]:
        groups.setdefault(row["project"]["id"], row["project"] | {"documents": []})["documents"].append(row["document"])
    return {"documents": {"items": [], "next": found["next"]}, "projects": list(groups.values())}


@pages.post("/documents")
async def add_documents(visit: Contact) -> Response:
    """F143, F146: files of one's own. They are in storage when the form is read; what they are is said of them here."""
    project = project_of(visit)
    form = with_a_file(await read_form(visit, PLACED, announced={"project_id": project} if project else None))
    if not form.errors:
        form = await placed(visit, form, "" if project else "private")
    if form.errors or form.problem:
        return await _list(visit, form, adding=True)
    return visit.go("/documents", done="documents-added", **({"project": project} if project else {}))


@pages.get("/documents/recent")
async def recent_documents(visit: Contact) -> Response:
    """F085: the five newest; the home page shows them, too."""
    documents, asked = await together(visit.get("/documents", limit=5), _asked(visit))
    return visit.page("portal/recent.html", documents=documents, asked=asked)


async def _asked(visit: Visit) -> Any:
    """What the team still waits for."""
    return await visit.widget("documents", "/documents/requests", state="open", limit=10)


@pages.get("/documents/{document_id}")
async def read_document(document_id: Key, visit: Contact) -> Response:
    """F156: what is known of one file, and the cases it hangs on."""
    return await _document(visit, document_id, Form())


async def _document(visit: Visit, document_id: str, form: Form) -> Response:
    document = await visit.get(f"/documents/{document_id}", text="true")
    links = [link["id"] for link in document["links"] if link["kind"] == "case"]
    versions = await earlier(visit, document)
    cases = await visit.widget("cases", "/cases", id=links[:CASES_SHOWN], limit=CASES_SHOWN) if links else None
    shown = cases["items"] if cases else []
    return visit.page(
        "portal/document.html", form.status, document=document, cases=shown, versions=versions, errors=form.errors
    )


@pages.post("/documents/{document_id}/versions")
async def bring_version(document_id: Key, visit: Contact) -> Response:
    """F156: another file takes this one's place; the old one stays as a version before."""
    form = await read_version(visit, document_id)
    if form.errors:
        return await _document(visit, document_id, form)
    return visit.go(f"/documents/{document_id}", done="version-added")
