"""A case on paper: what its reader sees of it and no more, whatever was written on it (F106, F110, F122)."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pypdfium2
import pytest

from cases.flow import DEPTH, WORD, breakable, tree
from kit.caller import Caller
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff
from kit.text import rendered

SetDesk = Callable[..., Awaitable[None]]
WICKED = """#import "@preview/cetz:0.2.2": * #sys.inputs `#read("/etc/passwd")` $x$ *bold* _em_ @ref <label>

- one
  - two

```
#panic("no")
```

| a | b |
|---|---|
| 1 | [2](https://x.example) |
"""


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme, name="Ann Archer")


@pytest.fixture
def sam(tenant: UUID) -> Caller:
    return staff(tenant, "cases.answer", name="Sam Stone")


async def printed(client: As, reference: str, **head: Any) -> str:
    """The text of the PDF, as a reader of it finds it."""
    answer = await client.post(f"/cases/{reference}/print", head)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="{reference}.pdf"'
    document = pypdfium2.PdfDocument(answer.content)
    return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\u200b", "")


async def opened(client: As, **new: Any) -> str:
    answer = await client.post("/cases", {"subject": "Router", "body": "Dark."} | new)
    assert answer.status_code == 201, answer.text
    reference: str = answer.json()["reference"]
    return reference


async def test_a_print_holds_what_its_reader_sees_and_staff_choose_what_is_internal_f110(
    cases: Served, ann: Caller, sam: Caller, set_desk: SetDesk
) -> None:
    await set_desk(status_words={"new": "Received"})
    hers, his = cases.by(ann), cases.by(sam)
    reference = await opened(hers, category="Network")
    for body, visibility in (("We look into it.", "customer"), ("He calls often.", "internal")):
        await his.post(f"/cases/{reference}/notes", {"body": body, "visibility": visibility})
    words = {"Priority": "Wichtigkeit", "Normal": "Mittel"}
    text = await printed(hers, reference, internal=True, name="Northwind", accent="#0b6e4f", words=words)
    seen = ("Northwind", reference, "Received", "Network", "Ann Archer", "Dark.", "We look into it.", "Support")
    assert [word for word in (*seen, "Wichtigkeit", "Mittel") if word not in text] == []
    assert "calls often" not in text
    assert "calls often" not in await printed(his, reference)
    whole = await printed(his, reference, internal=True)
    assert [word for word in ("calls often", "Internal note", "New") if word not in whole] == []


async def test_who_may_not_see_a_case_gets_no_print_of_it(cases: Served, ann: Caller, tenant: UUID, acme: UUID) -> None:
    reference = await opened(cases.by(ann))
    others = contact(tenant, acme), contact(tenant, new_id()), staff(new_id()), guest(tenant), key(tenant, "crm.write")
    for other in others:
        refused = await cases.by(other).post(f"/cases/{reference}/print", {})
        missing = await cases.by(other).post("/cases/CASE-999999/print", {})
        assert (refused.status_code, refused.text) == (missing.status_code, missing.text)
        assert refused.status_code == 404


async def test_what_was_written_is_never_markup_and_arabic_runs_from_the_right(
    cases: Served, ann: Caller, sam: Caller
) -> None:
    """Words of Typst stay words, a long word is broken, what nests too deep is flat, and a broken logo is left out."""
    hers = cases.by(ann)
    long = "x" * 199
    reference = await opened(hers, subject=long, body=WICKED + "\n\n" + "> " * 15 + "deep")
    await hers.post(
        f"/cases/{reference}/notes", {"body": "\u0627\u0644\u0631\u0627\u0648\u062a\u0631 12 \u0645\u0638\u0644\u0645"}
    )
    text = await printed(hers, reference)
    wanted = ('#import "@preview/cetz:0.2.2": *', '#read("/etc/passwd")', "@ref <label>", '#panic("no")', "deep")
    assert [word for word in wanted if word not in text] == []
    assert "root:" not in text
    assert long in text.replace("\r", "").replace("\n", "")
    arabic = {"language": "ar", "rtl": True, "words": {"Status": "\u0627\u0644\u062d\u0627\u0644\u0629"}}
    assert await printed(hers, reference, **arabic)
    refused = await hers.post(f"/cases/{reference}/print", {"logo": "iVBORw0KGgpub25zZW5zZQ=="})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/cannot-be-printed")
    assert await printed(hers, reference, logo="bm8gcGljdHVyZQ=="), "what is no picture at all is left out"
    for wrong in ({"accent": "red"}, {"language": "../x"}, {"zone": "Nowhere"}, {"words": {"a": "b" * 81}}):
        assert (await hers.post(f"/cases/{reference}/print", wrong)).status_code == 422


def test_a_tree_holds_texts_alone_and_ends_at_a_depth() -> None:
    nodes = tree(rendered("**a** <script>b</script>\n\n" + "> " * 15 + "deep"))
    assert nodes[0] == {"t": "p", "c": [{"t": "strong", "c": ["a"]}, " <script>b</script>"]}

    def depth(node: Any) -> int:
        return 0 if isinstance(node, str) else 1 + max(map(depth, node["c"]), default=0)

    assert max(map(depth, nodes)) <= DEPTH
    assert breakable("a\x00\x1bb") == "ab"
    assert max(map(len, breakable("y" * 500).split("\u200b"))) == WORD
