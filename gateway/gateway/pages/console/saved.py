"""F103: views in the console: of the queue, one's own and those that are shared among staff."""

from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import QueryParams

from gateway.pages import saved
from gateway.pages.console import cases
from gateway.pages.forms import Form
from gateway.pages.visit import Staff

pages = APIRouter(prefix="/console")


def _asked(query: QueryParams) -> dict[str, Any]:
    filters = cases.filters_of(query)
    return cases.asked_of(filters) | {"columns": filters["columns"], "scope": None}


@pages.get("/views")
async def list_views(visit: Staff) -> Response:
    """The views one may use; with `query`, a form for that one."""
    values = {"query": visit.request.query_params.get("query", "")}
    return await saved.page(visit, "console/views.html", Form(values=dict.fromkeys(saved.FIELDS, "") | values))


@pages.post("/views")
async def keep_view(visit: Staff) -> Response:
    """Keep a new one, or change or take away the one it names."""
    return await saved.keep(visit, "/console", _asked, "console/views.html")
