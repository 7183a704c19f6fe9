"""F142, F145: who hears of a file that a customer added."""

from typing import Any
from uuid import UUID

import pytest

from contracts import DocumentChanged
from kit.ids import new_id


def added(house: Any, by: str = "ann", tell_id: UUID | None = None, **other: Any) -> DocumentChanged:
    who = house.actor(by)
    values: dict[str, Any] = {
        "document_id": new_id(),
        "external_id": None,
        "change": "added",
        "title": "Floor plan",
        "description": "",
        "file_name": "plan.pdf",
        "content_type": "application/pdf",
        "size": 9,
        "sha256": "0" * 64,
        "folder": "private",
        "on_portal": True,
        "records": [],
        "organisation_id": house.organisation,
        "uploaded_by": who,
        "changed_by": who,
        "tell_id": tell_id,
    }
    return DocumentChanged(**values | other)


async def test_the_user_named_in_the_settings_is_told_of_an_upload_f145(house: Any) -> None:
    await house.hear(added(house, tell_id=house.ada))
    assert await house.told() == {("ada", "document_added")}


async def test_the_team_on_duty_is_told_of_a_flagged_contacts_file_and_nobody_twice_f142(house: Any) -> None:
    await house.contact("ann", notify_team=True, version=2)
    await house.hear(added(house))
    assert await house.told() == {("sam", "document_added")}
    event_id = new_id()
    for _ in range(2):
        await house.hear(added(house, tell_id=house.sam), event_id=event_id)
    mails = await house.rows("SELECT id FROM mails")
    assert len(mails) == 2


@pytest.mark.parametrize("other", [{}, {"change": "shown"}, {"by": "sam"}])
async def test_other_files_and_other_changes_are_no_reason_for_a_mail_f142_f145(
    house: Any, other: dict[str, Any]
) -> None:
    tell = {"tell_id": house.ada} if other else {}
    await house.hear(added(house, **tell, **other))
    assert await house.told() == set()


async def test_the_named_user_reads_the_tenants_words_and_the_team_the_usual_ones_f145(house: Any) -> None:
    await house.contact("ann", notify_team=True, version=2)
    await house.hear(added(house, tell_id=house.ada, tell_text="Look at it within the day."))
    mails = await house.rows("SELECT recipient_name AS name, data FROM mails")
    told = {mail["name"]: mail["data"]["notice"] for mail in mails}
    assert sorted(told.values()) == ["", "Look at it within the day."]
    assert await house.told() == {("ada", "document_added"), ("sam", "document_added")}


async def test_the_letter_leads_to_the_document_in_the_console_f145(house: Any) -> None:
    event = added(house, tell_id=house.ada)
    await house.hear(event)
    [mail] = await house.rows("SELECT data, about FROM mails")
    assert mail["about"] == "Floor plan"
    assert mail["data"]["place"] == f"documents/{event.document_id}"
