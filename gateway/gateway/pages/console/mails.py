"""Mails in the console: to whom, and how they fared."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.pages.visit import Staff

pages = APIRouter(prefix="/console")


@pages.get("/mails")
async def list_mails(visit: Staff) -> Response:
    """The newest first."""
    query = visit.request.query_params
    filters: dict[str, Any] = {"to": query.get("to", "").strip(), "cursor": query.get("cursor", "")}
    filters["state"] = query.getlist("state")
    mails = await visit.get("/mails", **filters)
    return visit.page("console/mails.html", mails=mails, filters=filters)
