"""F094-F096, F101: categories, departments, products, groups and templates of a desk, in the console."""

import re
from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console.about_people import must, ticked
from gateway.pages.console.desk_words import KINDS, NEW, NOUNS
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit, together
from kit.problems import NotFound

pages = APIRouter(prefix="/console/desk")

QUESTIONS = 15
"""The most that a category asks."""
PLAIN = ("name", "position", "archived", "version")
OWN = {
    "categories": ("group_id",),
    "departments": (),
    "products": (),
    "groups": (),
    "templates": ("subject", "body", "category_id", "product_id", "priority"),
}
"""The fields of a noun besides its name and place."""
QUESTION = (
    "key",
    "label",
    "kind",
    "help",
    "choices",
    "minimum",
    "maximum",
    "pattern",
    "required",
    "staff_only",
    "place",
)


def _serve(noun: str) -> None:
    """The pages of one noun."""

    async def read_all(visit: Staff) -> Response:
        must(visit, "settings.edit")
        found = await visit.get(f"/desk/{noun}")
        return visit.page("console/desk_list.html", noun=noun, rows=found["items"], nouns=NOUNS, new=NEW[noun])

    async def begin(visit: Staff) -> Response:
        must(visit, "settings.edit")
        return await _page(visit, noun, None, Form(values={"position": "0"}))

    async def make(visit: Staff) -> Response:
        must(visit, "settings.edit")
        form = await _sent(visit, noun)
        try:
            await visit.post(f"/desk/{noun}", wanted(noun, form), form.key)
        except Refused as refused:
            return await _page(visit, noun, None, form.refused(refused))
        return visit.go(f"/console/desk/{noun}", done="saved")

    async def edit(row_id: Key, visit: Staff) -> Response:
        must(visit, "settings.edit")
        row = await _row(visit, noun, row_id)
        return await _page(visit, noun, row, _form(noun, row))

    async def change(row_id: Key, visit: Staff) -> Response:
        must(visit, "settings.edit")
        form = await _sent(visit, noun)
        try:
            await visit.send("PATCH", f"/desk/{noun}/{row_id}", json=wanted(noun, form), headers=form.if_match)
        except Refused as refused:
            row = await _row(visit, noun, row_id)
            return await _page(visit, noun, row, form.refused(refused))
        return visit.go(
            f"/console/desk/{noun}/{row_id}" if noun == "categories" else f"/console/desk/{noun}", done="saved"
        )

    for path, method, page in (
        (f"/{noun}", "GET", read_all),
        (f"/{noun}/new", "GET", begin),
        (f"/{noun}/new", "POST", make),
        (f"/{noun}/{{row_id}}", "GET", edit),
        (f"/{noun}/{{row_id}}", "POST", change),
    ):
        pages.add_api_route(path, page, methods=[method])


async def _row(visit: Visit, noun: str, row_id: str) -> dict[str, Any]:
    found = await visit.get(f"/desk/{noun}")
    row = next((one for one in found["items"] if one["id"] == row_id), None)
    if row is None:
        raise NotFound()
    return dict(row)


async def _page(visit: Visit, noun: str, row: dict[str, Any] | None, form: Form) -> Response:
    """The form of one, with what it may refer to."""
    asked = {"categories": ["/desk/groups"], "templates": ["/desk/categories", "/desk/products"], "groups": ["/staff"]}
    paths = asked.get(noun, [])
    answers = await together(*(visit.get(path, **({"limit": 100} if path == "/staff" else {})) for path in paths))
    rows = {path.rsplit("/", 1)[1]: answer["items"] for path, answer in zip(paths, answers, strict=True)}
    return visit.page(
        "console/desk_form.html",
        form.status,
        noun=noun,
        row=row,
        rows=rows,
        lists=form.lists,
        nouns=NOUNS,
        new=NEW[noun],
        kinds=KINDS,
        questions=min(_asked(form) + 1, QUESTIONS),
        **form.context,
    )


def _form(noun: str, row: dict[str, Any]) -> Form:
    """A row, as its form shows it."""
    values = {name: str(row[name] if row[name] is not None else "") for name in (*PLAIN, *OWN[noun])}
    values["archived"] = "yes" if row["archived"] else ""
    for number, question in enumerate(row.get("form", [])):
        values |= {f"q{number}_{name}": _shown(question, name, number) for name in QUESTION}
    return Form(values=values, lists={"member_ids": row.get("member_ids", [])})


def _shown(question: dict[str, Any], name: str, number: int) -> str:
    value = str(number + 1) if name == "place" else question[name]
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list):
        return "\n".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value if value is not None else "")


def _asked(form: Form) -> int:
    return len(
        {name.split("_", 1)[0] for name, value in form.values.items() if re.match(r"q\d+_label", name) and value}
    )


async def _sent(visit: Visit, noun: str) -> Form:
    questions = range(QUESTIONS) if noun == "categories" else range(0)
    fields = [f"q{number}_{name}" for number in questions for name in QUESTION]
    return await read_form(visit, (*PLAIN, *OWN[noun], *fields), lists=("member_ids",))


def wanted(noun: str, form: Form) -> dict[str, Any]:
    """A row, as its form says it."""
    values = form.values
    row: dict[str, Any] = {"name": values["name"], "position": values["position"] or 0, **ticked(form, "archived")}
    row |= {name: values[name] if name in ("subject", "body") else values[name] or None for name in OWN[noun]}
    if noun == "groups":
        row["member_ids"] = form.lists["member_ids"]
    if noun == "categories":
        row["form"] = questions_of(values)
    return row


def questions_of(values: dict[str, str]) -> list[dict[str, Any]]:
    """The questions that have a label, by the numbers people gave them. One whose label is taken away is gone."""
    numbers = [number for number in range(QUESTIONS) if values[f"q{number}_label"].strip()]
    numbers.sort(key=lambda number: (_place(values[f"q{number}_place"]), number))
    return [_question({name: values[f"q{number}_{name}"].strip() for name in QUESTION}) for number in numbers]


def _place(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 9 else QUESTIONS


def _question(said: dict[str, str]) -> dict[str, Any]:
    many = said["kind"] in ("choice", "choices")
    return {
        "key": said["key"] or key_of(said["label"]),
        **{name: said[name] for name in ("label", "help", "pattern")},
        "kind": said["kind"] or "text",
        "choices": [line.strip() for line in said["choices"].splitlines() if line.strip()] if many else [],
        **{name: said[name] or None for name in ("minimum", "maximum")},
        **{name: said[name] == "yes" for name in ("required", "staff_only")},
    }


def key_of(label: str) -> str:
    """What answers are kept by, made of the question's first words: it stays when the question is put otherwise."""
    key = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40]
    return key if re.match(r"[a-z]", key) else f"q_{key}"[:40].rstrip("_") if key else "q"


for _noun in NOUNS:
    _serve(_noun)
