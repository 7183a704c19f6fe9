"""Files just uploaded, put in their place: what they are, and in which folder they go. Portal and console alike."""

from dataclasses import replace

from gateway.client import Refused
from gateway.pages.forms import Form
from gateway.pages.visit import Visit

PLACED = ("title", "description", "folder")


async def placed(visit: Visit, form: Form, usual: str = "") -> Form:
    """F143, F148: say of the form's files what was written of them. The `usual` folder they are in already."""
    said = {name: value for name in PLACED if (value := form.values[name].strip())}
    if not said or said == {"folder": usual}:
        return form
    try:
        await visit.post("/documents/placements", {"document_ids": form.document_ids, **said}, f"{form.key}-place")
    except Refused as refused:
        return replace(form.refused(refused), attached=form.attached)
    return form


def with_a_file(form: Form) -> Form:
    """The form, wrong where no file came with it."""
    return form if form.errors or form.attached else form.wrong("files", "Choose at least one file.")
