"""F060: who is on duty, and oneself."""

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import read_form
from gateway.pages.visit import Staff, Visit, together

pages = APIRouter(prefix="/console")


@pages.get("/duty")
async def read_duty(visit: Staff) -> Response:
    """F060: who is on duty, and oneself."""
    return await _duty(visit)


@pages.post("/duty")
async def change_duty(visit: Staff) -> Response:
    """F060: go on duty, or off it."""
    form = await read_form(visit, ("on_duty",))
    on_duty = form.values["on_duty"] == "yes"
    try:
        await visit.send("PATCH", "/staff/me", json={"on_duty": on_duty})
    except Refused as refused:
        return await _duty(visit, refused)
    return visit.go("/console/duty", done="on-duty" if on_duty else "off-duty")


async def _duty(visit: Visit, refused: Refused | None = None) -> Response:
    """Oneself is asked for by name, too: the team's first page may end before."""
    caller = visit.session.caller
    team, namesakes = await together(
        visit.get("/staff", limit=100, cursor=visit.request.query_params.get("cursor")),
        visit.get("/staff", limit=100, q=caller.name),
    )
    me = next((one for one in namesakes["items"] if one["id"] == str(caller.id)), {"on_duty": False})
    status = refused.status if refused else 200
    return visit.page("console/duty.html", status, me=me, team=team, problem=refused and refused.problem)
