"""The pages as one app: routes by noun, and what is wrong said as a page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from gateway.client import Refused
from gateway.pages import (
    account,
    articles,
    asked,
    case_talk,
    cases,
    charts,
    colleagues,
    company,
    console,
    details,
    documents,
    elsewhere,
    errors,
    home,
    invoices,
    landing,
    language,
    opening,
    organisations,
    passkeys,
    passwords,
    pin,
    printing,
    projects,
    register,
    requests,
    saved,
    search,
    security,
    steps,
    ways_in,
)
from gateway.pages.visit import LoginNeeded, PasswordFirst, login_of, password_of
from gateway.parts import Parts
from kit.problems import NotFound, Problem

log = structlog.get_logger()


PAGES = (
    account.pages,
    organisations.pages,
    details.pages,
    colleagues.pages,
    ways_in.pages,
    passwords.pages,
    register.pages,
    requests.pages,
    steps.pages,
    security.pages,
    passkeys.pages,
    pin.pages,
    company.pages,
    home.pages,
    landing.pages,
    search.pages,
    opening.pages,
    charts.pages,
    saved.pages,
    printing.pages,
    printing.console,
    cases.pages,
    case_talk.pages,
    asked.pages,
    documents.pages,
    articles.pages,
    invoices.pages,
    projects.pages,
    language.pages,
    *console.PAGES,
)


class NotThatWay(Problem):
    """A page that is only sent to, or only read."""

    status, title = 405, "This address is not used that way."


class NotReadable(Problem):
    """A form that cannot be read as one."""

    status, title = 400, "What was sent could not be read. Load the page again and repeat it."


def pages_app(parts: Parts) -> FastAPI:
    """All pages of portal and console."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        parts.live.start()
        yield
        await parts.live.stop()
        await parts.services.close()

    app = FastAPI(
        lifespan=lifespan,
        openapi_url=None,
        redirect_slashes=False,
        # The gateway's outermost layer has the span: it covers what is forwarded, too.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.parts = parts
    app.state.paths = {getattr(route, "path", "") for router in PAGES for route in router.routes}
    for router in PAGES:
        # Included, each route would be built once more at the first request, and looked for router by router.
        app.router.routes.extend(router.routes)
    for error in (Problem, Refused, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(error, _answer)
    return app


async def _answer(request: Request, error: Exception) -> Response:
    if isinstance(error, LoginNeeded) or (isinstance(error, Refused) and error.status == 401):
        return login_of(request)
    if isinstance(error, Refused) and error.status == 404 and (offered := await elsewhere.offer(request)):
        return offered
    if isinstance(error, PasswordFirst):
        return password_of(request)
    return errors.page(request.scope, _problem(error))


def _problem(error: Exception) -> Problem | Refused:
    if isinstance(error, (Problem, Refused)):
        return error
    if isinstance(error, RequestValidationError):
        return NotFound()
    if isinstance(error, HTTPException):
        return {404: NotFound, 405: NotThatWay}.get(error.status_code, NotReadable)()
    log.error("request.failed", error=repr(error), exc_info=error)
    return errors.InternalError()
