"""Where an organisation's own people sign in, in the console: added, tested, switched off, removed."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console.about_people import chosen_organisation, must, organisations_to_choose, ticked
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit, together

HERE = "/console/setup/providers"
pages = APIRouter(prefix=HERE)

ABOUT = ("issuer", "client_id", "client_secret")
FIELDS = (*ABOUT, "domains", "active", "organisation_id", "organisation_q")


@pages.get("")
async def list_providers(visit: Staff) -> Response:
    """F032: the organisations whose people sign in at a provider of their own."""
    return await _list(visit)


@pages.get("/new")
async def new_provider(visit: Staff) -> Response:
    """An empty form."""
    must(visit, "settings.edit")
    return await _new(visit, Form(values=dict.fromkeys(FIELDS, "") | {"active": "yes"}))


@pages.post("/new")
async def add_provider(visit: Staff) -> Response:
    """Keep it, if it answers and knows us."""
    form = await read_form(visit, FIELDS)
    if form.action == "find":
        return await _new(visit, form)
    chosen, _ = await chosen_organisation(visit, form.values["organisation_id"])
    if not chosen:
        return await _new(visit, form.wrong("organisation_id", "Choose whose people sign in there."))
    form = await _kept(visit, chosen, form)
    return (
        visit.go(HERE, done="provider-saved" if form.values["active"] else "saved")
        if form.status == 200
        else await _new(visit, form)
    )


@pages.get("/{organisation_id}")
async def edit_provider(organisation_id: Key, visit: Staff) -> Response:
    """The form as the provider is set; its secret is not shown."""
    found = await visit.get(_path(organisation_id))
    values = {name: str(found[name]) for name in ("issuer", "client_id")}
    values |= {"domains": " ".join(found["domains"]), "active": "yes" if found["active"] else "", "client_secret": ""}
    return _form(visit, found, Form(values=values))


@pages.post("/{organisation_id}")
async def change_provider(organisation_id: Key, visit: Staff) -> Response:
    """Keep what was changed, if the provider still answers and knows us."""
    form = await _kept(visit, organisation_id, await read_form(visit, FIELDS))
    if form.status == 200:
        return _saved(visit, form)
    return _form(visit, await visit.get(_path(organisation_id)), form)


@pages.post("/{organisation_id}/check")
async def check_provider(organisation_id: Key, visit: Staff) -> Response:
    """Does it answer, and know us, as it is set?"""
    await read_form(visit, ())
    said = await visit.send("POST", f"{_path(organisation_id)}/check", json={})
    if said["ok"]:
        return visit.go(HERE, done="provider-answers")
    return await _list(visit, {"slug": "", "title": said["sentence"], "detail": ""})


@pages.post("/{organisation_id}/active")
async def switch(organisation_id: Key, visit: Staff) -> Response:
    """Switch it off, or on again: what is set stays."""
    form = await read_form(visit, ("active",))
    found = await visit.get(_path(organisation_id))
    wanted = {name: found[name] for name in ("issuer", "client_id", "domains")} | ticked(form, "active")
    await visit.send("PUT", _path(organisation_id), json=wanted)
    return visit.go(HERE, done="provider-on" if wanted["active"] else "provider-off")


@pages.get("/{organisation_id}/remove")
async def ask_to_remove(organisation_id: Key, visit: Staff) -> Response:
    """The question first."""
    return visit.page("console/provider_remove.html", provider=await visit.get(_path(organisation_id)))


@pages.post("/{organisation_id}/remove")
async def remove_provider(organisation_id: Key, visit: Staff) -> Response:
    """Nobody signs in there any more."""
    await read_form(visit, ())
    await visit.send("DELETE", _path(organisation_id))
    return visit.go(HERE, done="provider-removed")


def _saved(visit: Visit, form: Form) -> Response:
    return visit.go(HERE, done="provider-saved" if form.values["active"] else "saved")


def _path(organisation_id: str) -> str:
    return f"/organisations/{organisation_id}/identity-provider"


async def _kept(visit: Visit, organisation_id: str, form: Form) -> Form:
    """The form once it is kept; else with the sentence that says what is wrong."""
    asked: dict[str, Any] = {name: form.values[name] for name in ABOUT if form.values[name].strip()}
    try:
        if form.values["active"]:
            said = await visit.send("POST", f"{_path(organisation_id)}/check", json=asked)
            if not said["ok"]:
                return form.wrong(said["field"], said["sentence"])
        await visit.send("PUT", _path(organisation_id), json=_wanted(form))
    except Refused as refused:
        return _named(form.refused(refused), refused)
    return form


def _wanted(form: Form) -> dict[str, Any]:
    domains = form.values["domains"].replace(",", " ").split()
    wanted: dict[str, Any] = {"issuer": form.values["issuer"], "client_id": form.values["client_id"]}
    return wanted | {"client_secret": form.values["client_secret"] or None, "domains": domains} | ticked(form, "active")


def _named(form: Form, refused: Refused) -> Form:
    """What is wrong with one of the domains, at the field that holds them all."""
    for name, sentence in refused.fields.items():
        if name.startswith("domains."):
            form = form.wrong("domains", sentence)
    return form


async def _list(visit: Visit, problem: dict[str, str] | None = None) -> Response:
    found = await visit.get("/identity-providers")
    return visit.page("console/providers.html", 422 if problem else 200, providers=found["items"], problem=problem)


async def _new(visit: Visit, form: Form) -> Response:
    chosen = await chosen_organisation(visit, form.values["organisation_id"])
    choices, settings = await together(
        organisations_to_choose(visit, form.values["organisation_q"], chosen), visit.get("/portal-settings")
    )
    new = {"redirect_uri": f"{settings['portal_url']}/account/oidc/callback"}
    return _form(visit, new, form, choices)


def _form(visit: Visit, provider: dict[str, Any], form: Form, choices: Any = ()) -> Response:
    values = form.values | {"client_secret": ""}
    context = form.context | {"values": values}
    return visit.page("console/provider_form.html", form.status, provider=provider, choices=choices, **context)
