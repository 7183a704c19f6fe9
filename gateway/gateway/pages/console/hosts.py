"""F005: the tenant's own host names in the console: claimed, proven, given up."""

import re

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Staff, Visit
from kit.problems import NotFound

pages = APIRouter(prefix="/console/setup/hosts")

_NAME = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,20}")


@pages.get("")
async def list_hosts(visit: Staff) -> Response:
    """The names, each with the record that proves it."""
    return await _page(visit, Form())


@pages.post("")
async def claim_host(visit: Staff) -> Response:
    """Say that a name is the tenant's."""
    form = await read_form(visit, ("host",))
    try:
        await visit.post("/hosts", {"host": form.values["host"]}, form.key)
    except Refused as refused:
        return await _page(visit, form.refused(refused))
    return visit.go("/console/setup/hosts", done="host-claimed")


@pages.post("/check")
async def check_host(visit: Staff) -> Response:
    """Look for its record now."""
    form = await read_form(visit, ("host",))
    try:
        await visit.send("POST", f"/hosts/{_segment(form)}/check")
    except Refused as refused:
        return await _page(visit, _kept_apart(form, refused))
    return visit.go("/console/setup/hosts", done="host-proven")


@pages.get("/release")
async def ask_to_release(visit: Staff) -> Response:
    """The question first: a name that is given up leads nowhere at once."""
    await visit.get("/hosts")
    return visit.page("console/host_release.html", host=visit.request.query_params.get("host", "")[:253])


@pages.post("/release")
async def release_host(visit: Staff) -> Response:
    """Give it up."""
    form = await read_form(visit, ("host",))
    try:
        await visit.send("DELETE", f"/hosts/{_segment(form)}")
    except Refused as refused:
        return await _page(visit, _kept_apart(form, refused))
    return visit.go("/console/setup/hosts", done="host-released")


def _segment(form: Form) -> str:
    """The name as one segment of an address. Raises NotFound for what could lead a call elsewhere."""
    if not _NAME.fullmatch(form.values["host"]):
        raise NotFound()
    return form.values["host"]


def _kept_apart(form: Form, refused: Refused) -> Form:
    """Why it was not taken, above the list: the field below is for another name."""
    refusal = form.refused(refused)
    return Form(problem=refused.problem, status=refusal.status)


async def _page(visit: Visit, form: Form) -> Response:
    found = await visit.get("/hosts")
    return visit.page("console/hosts.html", form.status, hosts=found["items"], **form.context)
