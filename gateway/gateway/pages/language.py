"""Choosing a language, from the foot of any page."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.pages.kept import keep_language
from gateway.pages.languages import languages
from gateway.pages.visit import form_of
from gateway.sessions import below_root

pages = APIRouter()


@pages.post("/language")
async def choose_language(request: Request) -> Response:
    """Remember it, and back to the page it was chosen on."""
    form = await form_of(request)
    root, back = request.scope.get("root_path", ""), str(form.get("next", ""))
    response = RedirectResponse(f"{root}{back if below_root(back) else '/'}", 303)
    if (chosen := str(form.get("language", ""))) in languages():
        keep_language(response, chosen)
    return response
