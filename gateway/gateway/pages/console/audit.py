"""O+8: the audit trail in the console."""

from fastapi import APIRouter, Response

from gateway.pages.console import people_words
from gateway.pages.console.about_people import filters_of, must
from gateway.pages.visit import Staff

pages = APIRouter(prefix="/console")

FILTERS = ("action", "actor", "subject_id", "on_from", "on_to", "cursor")


@pages.get("/audit")
async def list_lines(visit: Staff) -> Response:
    """O+8: who did what to whom, newest first; asked for, whether every line is still as it was written."""
    must(visit, "audit.read")
    filters = filters_of(visit, *FILTERS)
    lines = await visit.get("/audit", **filters)
    verdict = await visit.get("/audit/verify") if "verify" in visit.request.query_params else None
    return visit.page("console/audit.html", lines=lines, verdict=verdict, filters=filters, words=people_words)
