"""The versions of a file, in portal and console alike."""

from typing import Any

from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Visit


async def read_version(visit: Visit, document_id: str) -> Form:
    """The form that brings one: its file stands in the old one's place when this returns without `errors`."""
    form = await read_form(visit, (), announced={"replaces": document_id})
    if not form.errors and len(form.attached) != 1:
        return form.wrong("files", "Choose the file that takes this one's place.")
    return form


async def earlier(visit: Visit, document: dict[str, Any]) -> Any:
    """The files a document had before, as far as its reader sees them; None where it is the first."""
    if document["number"] == 1:
        return None
    return await visit.widget("documents", f"/documents/{document['id']}/versions")
