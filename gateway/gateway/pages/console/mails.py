"""Mails in the console: to whom, and how they fared."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.visit import Staff, Visit, together
from kit.problems import Unavailable

pages = APIRouter(prefix="/console")


@pages.get("/mails")
async def list_mails(visit: Staff) -> Response:
    """The newest first."""
    query = visit.request.query_params
    filters: dict[str, Any] = {"to": query.get("to", "").strip(), "cursor": query.get("cursor", "")}
    filters["state"] = query.getlist("state")
    mails, outgoing = await together(visit.get("/mails", **filters), _outgoing(visit))
    return visit.page("console/mails.html", mails=mails, outgoing=outgoing, filters=filters)


async def _outgoing(visit: Visit) -> Any:
    """F202: whether the outgoing server answers; None where nobody can say."""
    try:
        return await visit.get("/mails/outgoing")
    except (Refused, Unavailable):
        return None
