"""A service's HTTP process: its routes, its errors, and the worker inside it where one machine wants that."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from kit import problems, telemetry
from kit.access import Access
from kit.away import AWAY, is_away
from kit.caller import Verifier
from kit.db import Database
from kit.invalid import sentence
from kit.problems import Invalid, Problem, Unavailable
from kit.settings import ServiceSettings
from kit.worker import Worker

log = structlog.get_logger()

BODY_LIMIT = 2 * 1024 * 1024
"""Bytes a JSON request may have: a full batch of records fits."""

_SAID = {
    400: "What was sent could not be read. Send JSON in UTF-8, with the header Content-Type: application/json.",
    404: "There is nothing at this address. Look for a misspelt word in it.",
    405: "This address is not used with this method; the header Allow names those that are.",
}
"""What the framework says in two words."""
_NO_OBJECT = ("model_attributes_type", "model_type", "dict_type")
_TITLES = {400: "Bad request", 404: "Not found", 405: "Method not allowed", 413: "Too large", 415: "Wrong media type"}


def service_app(settings: ServiceSettings, routers: Sequence[APIRouter], worker: Worker, database: Database) -> FastAPI:
    """The whole HTTP process of a service."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if settings.inline_worker:
            worker.start()
        yield
        await worker.stop()
        await database.close()

    app = FastAPI(
        title=f"Portico {settings.service}",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry={"operation_spans": False, "metrics": False, "logs": False},
    )
    app.state.database = database
    app.state.verifier = Verifier(settings.caller_public_key, settings.service)
    for router in routers:
        # Included, each route would be built once more at the first request, and looked for router by router.
        app.router.routes.extend(router.routes)
    answer_problems(app)
    # Inside of Access, which answers for it: as a setting of the app it would stand around everything.
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=BODY_LIMIT)
    app.add_middleware(Access)
    return app


def response(problem: Problem) -> Response:
    """The answer for a problem."""
    content = problems.body(problem.slug(), problem.status, problem.title, problem.detail, problem.errors)
    return Response(content, problem.status, media_type=problems.MEDIA_TYPE, headers=problem.headers)


def answer_problems(app: FastAPI) -> None:
    """Answer every error of this app as problem+json."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    for away in (*AWAY, DBAPIError):
        # Handled here and not with Exception below, which is raised again beyond the access log: that would say 500.
        app.add_exception_handler(away, _on_away)
    app.add_exception_handler(Exception, _on_anything)


async def _on_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return response(error)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [_wrong(row) for row in error.errors()]
    if errors[0] == _NOT_ONE and "json" not in request.headers.get("content-type", ""):
        return response(Invalid("Send a JSON object, with the header Content-Type: application/json.", errors=errors))
    return response(Invalid(f"{errors[0]['field']}: {errors[0]['detail']}", errors=errors))


_NOT_ONE = {"field": "body", "detail": "is not a JSON object"}


def _wrong(row: dict[str, Any]) -> dict[str, str]:
    if row["type"] in _NO_OBJECT:
        return {"field": _field(row["loc"]), "detail": _NOT_ONE["detail"]}
    field = "body" if row["type"] == "json_invalid" else _field(row["loc"])
    return {"field": field, "detail": sentence(row)}


def _field(location: Sequence[object]) -> str:
    return ".".join(str(part) for part in location if part not in ("body", "query", "path", "header")) or "body"


async def _on_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = _TITLES.get(error.status_code, "Request refused")
    said = _SAID.get(error.status_code, str(error.detail))
    content = problems.body(title.lower().replace(" ", "-"), error.status_code, title, said)
    return Response(content, error.status_code, media_type=problems.MEDIA_TYPE, headers=dict(error.headers or {}))


async def _on_away(_: Request, error: Exception) -> Response:
    if not is_away(error):
        raise error
    return response(Unavailable(headers={"retry-after": "2"}))


async def _on_anything(request: Request, error: Exception) -> Response:
    if is_away(error):
        return response(Unavailable(headers={"retry-after": "2"}))
    log.error("request.failed", path=request.url.path, error=repr(error), exc_info=error)
    content = problems.body("internal-error", 500, "Something went wrong here.", "It was recorded; try again later.")
    return Response(content, 500, media_type=problems.MEDIA_TYPE)


def begin(settings: ServiceSettings) -> Database:
    """What main and worker both begin with: logs, traces, the pool."""
    telemetry.start(settings)
    return Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool)
