"""Files in the portal: the list, adding some, and one with where it hangs."""

from fastapi import APIRouter, Response

from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Contact, Key, Visit, together

pages = APIRouter()

CASES_SHOWN = 10
"""How many of the cases that a file hangs on its page names."""


@pages.get("/documents")
async def list_documents(visit: Contact) -> Response:
    """F113: every file one may see."""
    return await _list(visit, Form(), adding="add" in visit.request.query_params)


async def _list(visit: Visit, form: Form, *, adding: bool) -> Response:
    query = visit.request.query_params
    filters = {"q": query.get("q", "").strip(), "cursor": query.get("cursor", "")}
    documents = await visit.get("/documents", **filters)
    return visit.page(
        "portal/documents.html", form.status, documents=documents, filters=filters, adding=adding, **form.context
    )


@pages.post("/documents")
async def add_documents(visit: Contact) -> Response:
    """F143: files of one's own. They are in storage when the form is read; it only says so."""
    form = await read_form(visit, ())
    if not form.errors and not form.attached:
        form = form.wrong("files", "Choose at least one file.")
    if form.errors:
        return await _list(visit, form, adding=True)
    return visit.go("/documents", done="documents-added")


@pages.get("/documents/{document_id}")
async def read_document(document_id: Key, visit: Contact) -> Response:
    """F156: what is known of one file, and the cases it hangs on."""
    document = await visit.get(f"/documents/{document_id}")
    links = [link["id"] for link in document["links"] if link["kind"] == "case"]
    cases = await together(*(visit.widget("cases", f"/cases/{case}") for case in links[:CASES_SHOWN]))
    return visit.page("portal/document.html", document=document, cases=[case for case in cases if case])
