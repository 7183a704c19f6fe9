"""Who is told of what, and who is not."""

from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event

from contracts import PUBLIC
from kit.db import Database
from kit.ids import new_id
from notifier import service
from notifier.handlers import hears


async def waiting(house: Any) -> list[str]:
    return [row["error"] for row in await house.rows("SELECT error FROM inbox WHERE state = 'waiting'")]


async def test_a_new_case_brings_a_receipt_and_tells_who_is_on_duty_f126_f127(house: Any) -> None:
    await house.hear(house.opened())
    assert await house.told() == {("ann", "case_received"), ("sam", "case_arrived")}


async def test_a_case_that_has_an_owner_tells_the_owner_and_not_the_others_f126(house: Any) -> None:
    await house.hear(house.opened(assignee_id=house.ada))
    assert await house.told() == {("ann", "case_received"), ("ada", "case_arrived")}


async def test_who_goes_off_duty_is_told_no_more_f060_f127(house: Any) -> None:
    await house.staff("sam", on_duty=False, version=2)
    await house.hear(house.opened())
    assert await house.told() == {("ann", "case_received")}


async def test_a_case_whose_owner_has_left_tells_who_is_on_duty(house: Any) -> None:
    await house.staff("ada", active=False, version=2)
    await house.hear(house.opened(assignee_id=house.ada))
    assert await house.told() == {("ann", "case_received"), ("sam", "case_arrived")}


async def test_a_case_that_staff_open_tells_the_contact_and_not_its_opener(house: Any) -> None:
    await house.hear(house.opened(by="sam"))
    assert await house.told() == {("ann", "case_opened_for_you")}


async def test_an_answer_of_staff_goes_to_the_contact_and_the_watchers_f111(house: Any) -> None:
    await house.hear(house.noted("sam", watcher_ids=[house.bob]))
    assert await house.told() == {("ann", "case_answered"), ("bob", "case_answered")}


async def test_a_note_of_the_contact_goes_to_the_owner_and_the_watchers_never_back_f111_f127(house: Any) -> None:
    await house.hear(house.noted("ann", assignee_id=house.ada, watcher_ids=[house.bob, house.ann]))
    assert await house.told() == {("ada", "case_note"), ("bob", "case_answered")}


async def test_a_note_on_a_case_of_nobody_goes_to_who_is_on_duty_f127(house: Any) -> None:
    await house.hear(house.noted("ann"))
    assert await house.told() == {("sam", "case_note")}


async def test_who_has_left_an_organisation_hears_nothing_more_of_its_cases(house: Any) -> None:
    """Neither as the case's contact nor as somebody who watches it; the others hear as before."""
    await house.contact("ann", organisation_id=new_id(), version=2)
    await house.hear(house.noted("sam", watcher_ids=[house.bob]))
    assert await house.told() == {("bob", "case_answered")}


async def test_who_acts_for_several_organisations_hears_of_the_cases_of_each(house: Any) -> None:
    own = new_id()
    await house.contact("ann", organisation_id=own, organisation_ids=[own, house.organisation], version=2)
    await house.hear(house.noted("sam"))
    assert await house.told() == {("ann", "case_answered")}


async def test_an_internal_note_reaches_no_contact_even_one_that_watches_f110(house: Any) -> None:
    await house.hear(house.noted("sam", "internal", assignee_id=house.ada, watcher_ids=[house.bob]))
    assert await house.told() == {("ada", "case_note")}


async def test_an_internal_note_of_the_owner_tells_nobody_f110(house: Any) -> None:
    await house.hear(house.noted("ada", "internal", assignee_id=house.ada))
    assert await house.told() == set()


async def test_a_watcher_of_the_staff_reads_the_words_for_staff_f111(house: Any) -> None:
    await house.hear(house.noted("sam", watcher_ids=[house.ada]))
    assert await house.told() == {("ann", "case_answered"), ("ada", "case_note")}


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("ann", {("ada", "case_closed_by")}),
        ("ada", {("ann", "case_closed")}),
        ("sam", {("ann", "case_closed"), ("ada", "case_closed_by")}),
    ],
)
async def test_a_closed_case_tells_contact_and_owner_but_not_who_closed_it_f126(
    house: Any, by: str, told: set[tuple[str, str]]
) -> None:
    await house.hear(house.closed(by, assignee_id=house.ada))
    assert await house.told() == told


async def test_who_is_given_a_case_hears_of_it_and_of_no_other_change_f126(house: Any) -> None:
    await house.hear(house.changed("sam", "priority", assignee_id=house.ada))
    assert await house.told() == set()
    await house.hear(house.changed("sam", "assignee_id", assignee_id=house.ada))
    await house.hear(house.changed("sam", "assignee_id", assignee_id=house.sam))
    await house.hear(house.changed("sam", "assignee_id"))
    assert await house.told() == {("ada", "case_assigned")}


@pytest.mark.parametrize("changed", [{"email_opt_out": True}, {"portal_enabled": False}])
async def test_a_contact_who_opted_out_or_may_not_come_in_gets_no_row_f051(house: Any, changed: dict[str, Any]) -> None:
    reason = "opted_out" if "email_opt_out" in changed else "not_active"
    before = service.WITHHELD.labels(reason)._value.get()
    await house.contact("ann", version=2, **changed)
    await house.hear(house.noted("sam"))
    assert await house.told() == set()
    assert service.WITHHELD.labels(reason)._value.get() == before + 1


async def test_contacts_get_no_mail_about_a_module_that_is_off_f018(house: Any) -> None:
    await house.portal(modules=["documents"], version=2)
    await house.hear(house.opened())
    assert await house.told() == {("sam", "case_arrived")}


async def test_an_event_ahead_of_its_contact_waits_and_is_told_when_the_copy_comes(house: Any) -> None:
    house.ann = new_id()
    await house.hear(house.opened())
    assert await house.told() == set()
    assert "RecipientUnknown" in (await waiting(house))[0]
    await house.contact("ann", email=house.address("anna"))
    await house.rows("UPDATE inbox SET next_at = now() WHERE state = 'waiting'")
    await house.inbox.retry_due()
    assert await house.told() == {("anna", "case_received"), ("sam", "case_arrived")}
    assert await waiting(house) == []


async def test_an_event_ahead_of_the_portal_waits_too(house: Any) -> None:
    await house.rows("DELETE FROM portals")
    await house.hear(house.opened())
    assert "PortalUnknown" in (await waiting(house))[0]


async def test_each_event_heard_twice_makes_each_mail_once(house: Any) -> None:
    events = [
        house.opened(),
        house.noted("sam"),
        house.closed("sam"),
        house.changed("ada", "assignee_id", assignee_id=house.sam),
    ]
    for event in events:
        once = await house.hear(event)
        before = await house.mails()
        await house.hear(event, event_id=once)
        assert await house.mails() == before


async def test_even_an_inbox_that_forgot_makes_no_mail_twice(house: Any) -> None:
    once = await house.hear(house.opened())
    before = await house.mails()
    await house.rows("DELETE FROM inbox")
    await house.hear(house.opened(), event_id=once)
    assert await house.mails() == before


async def test_one_address_gets_one_mail_however_many_contacts_have_it(house: Any) -> None:
    await house.contact("bob", email=house.address("ann").upper(), version=2)
    await house.hear(house.noted("sam", watcher_ids=[house.bob]))
    assert await house.told() == {("ann", "case_answered")}


async def test_an_older_version_changes_no_copy(house: Any) -> None:
    await house.contact("ann", version=5, email=house.address("new"))
    await house.contact("ann", version=4, email=house.address("old"))
    await house.staff("sam", version=5, on_duty=False)
    await house.staff("sam", version=4)
    await house.portal(version=5, name="Renamed")
    await house.portal(version=4, name="Before")
    assert [row["name"] for row in await house.rows("SELECT name FROM portals")] == ["Renamed"]
    await house.hear(house.opened())
    assert await house.told() == {("new", "case_received")}


async def test_it_knows_whether_there_is_a_logo_to_show_f009(house: Any) -> None:
    """Who said so before there was such a field said nothing: then the name stands there, and no broken picture."""
    for version, said, known in ((2, {"has_logo": True}, True), (3, {"has_logo": False}, False), (4, {}, False)):
        await house.portal(version=version, **said)
        assert [row["has_logo"] for row in await house.rows("SELECT has_logo FROM portals")] == [known]


async def test_it_tells_nobody_of_another_tenant(house: Any, database: Database) -> None:
    other = type(house)(database)
    await other.move_in()
    await house.hear(house.opened())
    assert await other.told() == set()


async def test_an_event_costs_four_statements_at_most(house: Any, database: Database) -> None:
    seen: list[str] = []
    sqlalchemy_event.listen(
        database._engine.sync_engine, "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement)
    )
    await house.hear(house.noted("ann", watcher_ids=[house.bob]))
    assert len(seen) == 3, seen


def test_it_hears_what_people_are_told_of_and_what_the_changes_feed_tells() -> None:
    assert set(hears.table) == PUBLIC.keys() | {
        *("access.issued.v1", "contact.changed.v1", "staff.changed.v1", "portal_settings.changed.v1"),
        *("case.opened.v1", "case.note_added.v1", "case.changed.v1", "case.closed.v1"),
        *("case.reopened.v1", "case.promise_missed.v1", "case.rated.v1"),
        *("project.comment_added.v1", "document.changed.v1", "support_end.neared.v1"),
    }


async def test_a_group_is_told_before_the_rest_of_the_desk_f101_f127(house: Any) -> None:
    """Those of the group who are on duty; nobody else, unless nobody of the group is on duty."""
    await house.staff("ada", on_duty=True, version=2)
    await house.hear(house.opened(group_id=new_id(), group_member_ids=[house.ada]))
    assert await house.told() == {("ann", "case_received"), ("ada", "case_arrived")}


async def test_a_group_with_nobody_on_duty_leaves_it_to_whoever_is_f127(house: Any) -> None:
    await house.hear(house.opened(group_id=new_id(), group_member_ids=[house.ada]))
    assert await house.told() == {("ann", "case_received"), ("sam", "case_arrived")}


async def test_what_is_said_on_a_groups_case_stays_with_the_group_f101_f111_f127(house: Any) -> None:
    """Its members on duty, else all of them; nobody else of the staff, and never who wrote it."""
    shared = {"group_member_ids": [house.ada]}
    await house.hear(house.noted("ann", **shared))
    await house.hear(house.noted("sam", "internal", **shared))
    await house.hear(house.reopened("ann", **shared))
    await house.hear(house.missed(**shared))
    assert {name for name, _ in await house.told()} == {"ada"}
    assert len(await house.mails()) == 4
    await house.hear(house.noted("ann", group_member_ids=[house.ada, house.sam]))
    await house.hear(house.noted("sam", "internal", group_member_ids=[house.ada, house.sam]))
    assert [row["recipient"].split("-")[0] for row in await house.mails()].count("sam") == 1
    assert len(await house.mails()) == 5


async def test_a_note_on_a_groups_case_that_somebody_has_goes_to_them_alone_f101(house: Any) -> None:
    await house.hear(house.noted("ann", assignee_id=house.sam, group_member_ids=[house.ada]))
    assert await house.told() == {("sam", "case_note")}


async def test_a_group_hears_of_a_case_it_is_given_while_nobody_has_it_f101(house: Any) -> None:
    shared = {"group_id": new_id(), "group_member_ids": [house.ada, house.sam]}
    await house.hear(house.changed("sam", "group_id", **shared))
    assert await house.told() == set()
    await house.hear(house.changed("ada", "group_id", **shared))
    assert await house.told() == {("sam", "case_for_group")}
    await house.hear(house.changed("ada", "group_id", **shared | {"assignee_id": house.ada}))
    assert len(await house.mails()) == 1


async def test_what_the_crm_brought_is_no_news_f102(house: Any) -> None:
    await house.hear(house.opened(opened_via="api"))
    await house.hear(house.noted("sam", notify=False))
    assert await house.told() == set()


async def test_a_case_that_is_open_again_is_told_to_all_whom_it_concerns_f126(house: Any) -> None:
    about = {"watcher_ids": [house.bob], "assignee_id": house.ada}
    await house.hear(house.reopened("ann", **about))
    assert await house.told() == {("bob", "case_reopened"), ("ada", "case_reopened_by")}


async def test_a_missed_promise_is_told_to_staff_alone(house: Any) -> None:
    await house.hear(house.missed())
    assert await house.told() == {("sam", "case_overdue")}


async def test_a_rating_is_told_to_the_owner(house: Any) -> None:
    await house.hear(house.rated("ann"))
    assert await house.told() == set()
    await house.hear(house.rated("ann", assignee_id=house.ada))
    assert await house.told() == {("ada", "case_rated")}


async def test_what_the_crm_opens_gives_away_and_closes_is_told_where_it_says_so_f102_f126(house: Any) -> None:
    """It wrote to its customers itself: otherwise nobody is mailed."""
    crm = {"id": str(new_id()), "kind": "key", "name": "CRM"}
    await house.hear(house.opened(opened_by=crm, opened_via="api"))
    await house.hear(house.changed("sam", "assignee_id", changed_by=crm, assignee_id=house.ada))
    await house.hear(house.closed("sam", closed_by=crm, assignee_id=house.ada, notify=False))
    assert await house.told() == set()
    await house.hear(house.opened(opened_by=crm, opened_via="api", notify=True, assignee_id=house.ada))
    await house.hear(house.closed("sam", closed_by=crm, assignee_id=house.ada, notify=True))
    told = await house.told()
    assert {("ann", "case_closed"), ("ada", "case_arrived"), ("ada", "case_closed_by")} <= told
