"""The mailbox page at /_mail, for people and, as JSON, for tests. Development only."""

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from stack.mail.box import Box, Message

BOX = web.AppKey("box", Box)
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
# A mail's HTML is a stranger's: no script, no form, no outside picture, and framed by nobody but us.
MAIL_POLICY = (
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data: cid: http://localhost:*"
)
routes = web.RouteTableDef()


def application(box: Box) -> web.Application:
    """The mailbox as a web application."""
    app = web.Application()
    app[BOX] = box
    app.add_routes(routes)
    return app


def _page(name: str, **values: object) -> web.Response:
    return web.Response(text=_templates.get_template(name).render(values), content_type="text/html")


def _found(request: web.Request) -> Message:
    message = request.app[BOX].one(request.match_info["id"])
    if message is None:
        raise web.HTTPNotFound(text="There is no such mail: it may have been deleted.")
    return message


def _search(request: web.Request) -> list[Message]:
    try:
        limit = int(request.query.get("limit", "200"))
    except ValueError:
        raise web.HTTPBadRequest(text="limit must be a whole number.") from None
    return list(request.app[BOX].find(request.query.get("to", ""), limit))


@routes.get("/")
async def front(request: web.Request) -> web.Response:
    """The address people type."""
    raise web.HTTPFound("/_mail")


@routes.get("/_mail")
async def listing(request: web.Request) -> web.Response:
    """All mails, newest first."""
    return _page("list.html", mails=_search(request), to=request.query.get("to", ""))


@routes.get("/_mail/messages/{id}")
async def one(request: web.Request) -> web.Response:
    """One mail."""
    return _page("mail.html", mail=_found(request))


@routes.get("/_mail/messages/{id}/html")
async def html(request: web.Request) -> web.Response:
    """Its HTML alone, for the frame."""
    headers = {"Content-Security-Policy": MAIL_POLICY}
    return web.Response(text=_found(request).html, content_type="text/html", headers=headers)


@routes.get("/_mail/messages/{id}/source")
async def source(request: web.Request) -> web.Response:
    """The mail as it was sent."""
    raw = request.app[BOX].raw(_found(request).id)
    return web.Response(body=raw, content_type="text/plain", charset="utf-8")


@routes.post("/_mail/delete-all")
async def delete_from_page(request: web.Request) -> web.Response:
    """The button."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise web.HTTPForbidden(text="Use the button on the mailbox page.")
    request.app[BOX].delete_all()
    raise web.HTTPSeeOther("/_mail")


@routes.get("/_mail/api/messages")
async def api_list(request: web.Request) -> web.Response:
    """`?to=` narrows to one recipient, `?limit=` to the newest few."""
    return web.json_response({"items": [message.as_json() for message in _search(request)]})


@routes.get("/_mail/api/messages/{id}")
async def api_one(request: web.Request) -> web.Response:
    """One mail."""
    return web.json_response(_found(request).as_json())


@routes.delete("/_mail/api/messages")
async def api_delete(request: web.Request) -> web.Response:
    """Empty the box."""
    request.app[BOX].delete_all()
    return web.Response(status=204)
