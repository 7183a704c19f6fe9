"""The folder rules (F149-F154), held against a model of them in plain Python over made-up worlds."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from documents import queries
from documents.models import Document, KnownProject, ProjectContact, RecordLink
from documents.policy import in_folder, visible
from documents.queries import kept
from documents.queries.lists import _composed
from documents.schemas import DocumentFilters
from kit.db import Database
from kit.ids import new_id, now
from kit.testing import contact
from stack import databases

ORGANISATIONS = [new_id() for _ in range(2)]
PEOPLE = [new_id() for _ in range(2)]
PROJECTS = [new_id() for _ in range(2)]


@dataclass(frozen=True)
class File:
    """What the rules look at."""

    on_portal: bool
    folder: str | None
    uploader: UUID | None
    organisation: UUID | None
    contacts: frozenset[UUID]
    organisations: frozenset[UUID]
    projects: frozenset[UUID]


@dataclass(frozen=True)
class Project:
    """A project, as its flags have it."""

    kind: str
    on_portal: bool
    documents_on_portal: bool
    archived: bool
    organisation: UUID
    contacts: frozenset[UUID]


@dataclass(frozen=True)
class Reader:
    """A contact, the organisation they act for, and how far they see."""

    person: UUID
    organisation: UUID
    scope: str
    below: tuple[UUID, ...]


def some(of: list[UUID]) -> Any:
    return st.frozensets(st.sampled_from(of))


FILES = st.builds(
    File,
    st.booleans(),
    st.sampled_from([None, "public", "private"]),
    st.sampled_from([None, *PEOPLE]),
    st.sampled_from([None, *ORGANISATIONS]),
    some(PEOPLE),
    some(ORGANISATIONS),
    some(PROJECTS),
)
PROJECT = st.builds(
    Project,
    st.sampled_from(["project", "documents"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(ORGANISATIONS),
    some(PEOPLE),
)
READERS = st.builds(
    Reader,
    st.sampled_from(PEOPLE),
    st.sampled_from(ORGANISATIONS),
    st.sampled_from(["own", "organisation", "hierarchy"]),
    st.sampled_from([(), (ORGANISATIONS[0],), tuple(ORGANISATIONS)]),
)


def public(file: File, reader: Reader) -> bool:
    """F149."""
    return file.folder == "public" and _meant_for(file, reader)


def _meant_for(file: File, reader: Reader) -> bool:
    if file.organisations:
        return reader.organisation in file.organisations
    return file.organisation in (None, reader.organisation)


def private(file: File, reader: Reader) -> bool:
    """F150."""
    reach = {"own": (), "organisation": (reader.organisation,), "hierarchy": reader.below}[reader.scope]
    named = reader.person in file.contacts and _meant_for(file, reader)
    return file.folder == "private" and (named or bool(file.organisations & set(reach)))


def mine(file: File, reader: Reader, projects: dict[UUID, Project]) -> bool:
    """F151, F153, F154."""
    return any(
        reader.person in project.contacts
        and project.organisation == reader.organisation
        and project.documents_on_portal
        and (project.on_portal or project.kind == "documents")
        and not project.archived
        for project in (projects[one] for one in file.projects)
    )


def own(file: File, reader: Reader) -> bool:
    return file.uploader == reader.person and file.organisation == reader.organisation


async def put(database: Database, tenant: UUID, files: list[File], projects: dict[UUID, Project]) -> dict[UUID, File]:
    known = {new_id(): file for file in files}
    async with database.transaction(tenant) as tx:
        for key, project in projects.items():
            flags = {"kind": project.kind, "on_portal": project.on_portal, "archived": project.archived}
            flags |= {"documents_on_portal": project.documents_on_portal, "organisation_id": project.organisation}
            tx.add(KnownProject(id=key, reference="PRJ-1", name="One", version=1, **flags))
        for key, file in known.items():
            tx.add(_row(key, file))
        await tx.flush()
        for key, project in projects.items():
            tx.add_all(ProjectContact(tenant_id=tenant, project_id=key, contact_id=one) for one in project.contacts)
        for key, file in known.items():
            links = {"contact": file.contacts, "organisation": file.organisations, "project": file.projects}
            for kind, records in links.items():
                tx.add_all(RecordLink(tenant_id=tenant, document_id=key, kind=kind, record_id=one) for one in records)
    return known


def _row(key: UUID, file: File) -> Document:
    return Document(
        id=key,
        title="t",
        file_name="t.png",
        size=1,
        state="ready",
        sha256="0",
        object_id=new_id(),
        ready_at=now(),
        expires_at=now(),
        uploaded_by_id=file.uploader or new_id(),
        uploaded_by_kind="contact" if file.uploader else "staff",
        uploaded_by_name="Somebody",
        organisation_id=file.organisation,
        on_portal=file.on_portal,
        folder=file.folder,
    )


async def seen(database: Database, tenant: UUID, reader: Reader, where: Any) -> set[UUID]:
    """What the scope says, and the list shows: one and the same."""
    scopes: dict[str, Any] = {"documents": reader.scope}
    caller = contact(tenant, reader.organisation, id=reader.person, organisation_ids=reader.below, scopes=scopes)
    query = select(Document.id).where(visible(caller), Document.state == "ready")
    if where:
        query = query.where(in_folder(caller, where))
    async with database.transaction(tenant) as tx:
        found = set((await tx.execute(query)).scalars())
        listed, _, count = await queries.page(tx, caller, DocumentFilters(folder=where, limit=100))
    assert ({row.id for row in listed}, len(listed), count) == (found, len(found), len(found))
    return found


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


def test_a_contact_sees_what_the_rules_say_and_finds_it_in_the_folders_they_say_f149_f150_f151_f153_f154(
    service_database: Any, loop: asyncio.AbstractEventLoop
) -> None:
    made: databases.Database = service_database("documents")

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(FILES, min_size=1, max_size=12), st.tuples(PROJECT, PROJECT), st.lists(READERS, min_size=1, max_size=4)
    )
    def hold(files: list[File], flags: tuple[Project, Project], readers: list[Reader]) -> None:
        loop.run_until_complete(check(files, dict(zip(PROJECTS, flags, strict=True)), readers))

    async def check(files: list[File], projects: dict[UUID, Project], readers: list[Reader]) -> None:
        tenant, database = new_id(), Database(made.app_url, pool_size=1)
        try:
            known = await put(database, tenant, files, projects)
            for reader in readers:
                rules = {
                    "public": {key for key, file in known.items() if public(file, reader)},
                    "private": {key for key, file in known.items() if private(file, reader)},
                    "mine": {key for key, file in known.items() if mine(file, reader, projects)},
                }
                shown = {key for key, file in known.items() if file.on_portal}
                owned = {key for key, file in known.items() if own(file, reader)}
                everything = shown & set.union(owned, *rules.values())
                assert await seen(database, tenant, reader, None) == everything
                for where, expected in rules.items():
                    assert await seen(database, tenant, reader, where) == expected & shown, where
        finally:
            await database.close()

    hold()


def test_statements_are_composed_once_for_all_who_see_alike_f085() -> None:
    """Two contacts share the statement of a list and differ in its parameters; who sees farther has another."""
    tenant, acme = new_id(), new_id()
    scoped: list[dict[str, Any]] = [
        {},
        {},
        {"scopes": {"documents": "organisation"}},
        {"scopes": {"cases": "hierarchy"}},
    ]
    callers = [contact(tenant, acme, **granted) for granted in scoped]
    lists = [kept.of_a_list(_composed, each, DocumentFilters(case_id=new_id()), None, None) for each in callers]
    (page, _, hers), (same, _, his), (farther, _, _), (several, _, _) = lists
    assert page is same
    assert (hers["caller_id"], his["caller_id"]) == (callers[0].id, callers[1].id)
    assert hers["case_id"] != his["case_id"]
    assert len({id(page), id(farther), id(several)}) == 3
    assert kept.of_a_list(_composed, callers[0], DocumentFilters(), None, None)[0] is not page
    shut = contact(tenant, acme, modules=frozenset({"cases"}))
    assert kept.of_a_list(_composed, shut, DocumentFilters(case_id=new_id()), None, None)[0] is not page
