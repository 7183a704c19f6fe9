"""Files in the portal: the list, and one with where it hangs."""

from fastapi import APIRouter, Response

from gateway.pages.visit import Contact, Key

pages = APIRouter()


@pages.get("/documents")
async def list_documents(visit: Contact) -> Response:
    """F113: every file one may see."""
    query = visit.request.query_params
    filters = {"q": query.get("q", "").strip(), "cursor": query.get("cursor", "")}
    documents = await visit.get("/documents", **filters)
    return visit.page("portal/documents.html", documents=documents, filters=filters)


@pages.get("/documents/{document_id}")
async def read_document(document_id: Key, visit: Contact) -> Response:
    """What is known of one file."""
    return visit.page("portal/document.html", document=await visit.get(f"/documents/{document_id}"))
