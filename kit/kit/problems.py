"""Errors as RFC 9457 problem+json: a stable type, a status, a sentence a person can act on."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

import orjson

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """What went wrong, named by its class. A subclass sets `status` and `title`."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad request"

    def __init__(
        self, detail: str = "", *, errors: Sequence[dict[str, str]] = (), headers: dict[str, str] | None = None
    ):
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = list(errors)
        self.headers = headers or {}

    @classmethod
    def slug(cls) -> str:
        """`CaseIsClosed` is `/problems/case-is-closed`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class NotFound(Problem):
    """Missing, or not for this caller: nobody can tell which."""

    status, title = 404, "There is nothing here, or it is not yours to see."


class NotAllowed(Problem):
    """The caller may see the thing but may not do this to it."""

    status, title = 403, "You may not do this."


class CallerRefused(Problem):
    """No caller, or one this service does not believe."""

    status, title = 401, "Log in, or send a valid key."


class Invalid(Problem):
    """The request was understood and its content is wrong; `errors` says where."""

    status, title = 422, "Some of what was sent is not right."


class Conflict(Problem):
    """The request does not fit the state the thing is in."""

    status, title = 409, "This does not fit the current state."


class VersionMissing(Problem):
    """A record that two may edit is changed only with If-Match."""

    status, title = 428, "Send If-Match with the version you are changing."


class VersionStale(Problem):
    """Somebody else changed the record first."""

    status, title = 412, "This was changed by somebody else in the meantime. Load it again and repeat your change."


class Unavailable(Problem):
    """A part this answer needs is away; trying again later helps."""

    status, title = 503, "A part of the portal is away for the moment. Try again shortly."


def body(slug: str, status: int, title: str, detail: str, errors: Sequence[dict[str, str]] = ()) -> bytes:
    """The problem document, serialised."""
    document: dict[str, Any] = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}
    if errors:
        document["errors"] = errors
    return orjson.dumps(document)


def _described(description: str) -> dict[str, Any]:
    error = {"field": {"type": "string"}, "detail": {"type": "string"}}
    schema = {
        "title": "Problem",
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": {"type": "object", "properties": error, "required": list(error)}},
        },
    }
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": _described("What was sent is refused; `detail` says why."),
    "5XX": _described("A part of the portal is away, or something went wrong in it."),
}
"""How every route refuses, for OpenAPI documents."""
