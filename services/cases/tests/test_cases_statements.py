"""What the dearest routes cost in statements; the word of it travels with COMMIT and costs none."""

from collections.abc import Awaitable
from typing import Any

from yard import Yard

from cases.queries import kept
from cases.queries.lists import _composed
from cases.schemas.lists import CaseFilters
from kit.testing import contact, staff

MOST = 4
RECORD = {"subject": "Router down", "contact_external_id": "ann", "body": "Since noon."}
CRMS = "/cases/by-external-id/crm-1"


async def test_no_writing_route_takes_more_than_four_statements(yard: Yard, statements: list[str]) -> None:
    """F102, F108, F111: a note that names somebody, a case of the CRM that changes, a note that becomes a case."""
    sam, ann = yard.cases.by(staff(yard.tenant, id=yard.sam_caller.id)), yard.as_contact(yard.ann_id, modules={"cases"})
    spent: dict[str, int] = {}

    async def spend(name: str, answering: Awaitable[Any]) -> dict[str, Any]:
        statements.clear()
        answer = await answering
        assert answer.status_code < 300, f"{name}: {answer.text}"
        spent[name] = len(statements)
        found: dict[str, Any] = answer.json()
        return found

    case = await spend("open", ann.post("/cases", {"subject": "Printer", "body": "It blinks."}))
    once = {"headers": {"idempotency-key": "printer"}}
    await spend("open once", ann.post("/cases", {"subject": "Printer", "body": "It blinks."}, **once))
    assert spent["open once"] == spent["open"], "an Idempotency-Key travels with BEGIN and COMMIT"
    other = await spend("open another", ann.post("/cases", {"subject": "Printer", "body": "It blinks."}))
    address, text = f"/cases/{case['reference']}", "Look at this, @Cleo Cole: @Sam Stone has it."
    note = await spend("note that names two", ann.post(f"{address}/notes", {"body": "Hello @Sam Stone"}))
    await spend("staff's note that names two", sam.post(f"{address}/notes", {"body": text}))
    split = {"note_id": note["id"], "subject": "Scanner"}
    await spend("split", sam.post(f"{address}/split", split))
    await spend("follow", sam.post(f"{address}/watchers", {"person_id": str(yard.ann_id)}))
    await spend("merge", sam.post(f"{address}/merge", {"into": other["reference"]}))
    await spend("fed, new", yard.crm.put(CRMS, RECORD))
    told = RECORD | {"subject": "Router up", "priority": "high", "status": "closed"}
    await spend("fed, with told fields", yard.crm.put(CRMS, told))
    assert {name: many for name, many in spent.items() if many > MOST} == {}
    assert (await sam.get(f"/cases/{other['reference']}")).json()["watchers"], "nobody follows who was named"


async def test_statements_are_composed_once_for_all_who_see_alike_f103(yard: Yard) -> None:
    """F116: two contacts share the statement of a list and differ in its parameters; who sees farther has another."""
    ann, cleo = (contact(yard.tenant, yard.acme, modules=frozenset({"cases"})) for _ in range(2))
    manager = contact(yard.tenant, yard.acme, modules=frozenset({"cases"}), scopes={"cases": "organisation"})
    over = contact(yard.tenant, yard.acme, modules=frozenset({"cases"}), scopes={"cases": "hierarchy"})
    lists = [kept.of_a_list(_composed, each, CaseFilters(scope="mine")) for each in (ann, cleo, manager, over)]
    (page, _, hers), (same, _, his), (farther, _, _), (several, _, _) = lists
    assert page is same
    assert (hers["caller_id"], his["caller_id"]) == (ann.id, cleo.id)
    assert len({id(page), id(farther), id(several)}) == 3
    shut = contact(yard.tenant, yard.acme, modules=frozenset())
    assert kept.of_a_list(_composed, shut, CaseFilters(scope="mine"))[0] is not page
