"""Tables of documents: the files, what they hang on, and copies of the cases and projects they may hang on."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import TYPES, Tenanted
from kit.ids import now


class Base(DeclarativeBase):
    """All tables of this service."""

    type_annotation_map = TYPES


class Document(Tenanted, Base):
    """One file, from the announcement of its upload on.

    `pending` until somebody commits it, `checking` while they hold the lease (`checking_until`), then
    `ready` or `rejected` for good. `object_id` names its object: each check copies to a name of its own,
    so that one that lost its lease cannot overwrite what another has found good.
    """

    __tablename__ = "documents"

    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str]
    content_type: Mapped[str] = mapped_column(default="application/octet-stream")
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="pending")
    scan: Mapped[str] = mapped_column(default="not_scanned")
    refusal: Mapped[str | None]
    object_id: Mapped[UUID | None]
    checking_until: Mapped[datetime | None]
    case_id: Mapped[UUID | None]
    case_visibility: Mapped[str] = mapped_column(default="customer")
    uploaded_by_id: Mapped[UUID]
    uploaded_by_kind: Mapped[str]
    uploaded_by_name: Mapped[str]
    organisation_id: Mapped[UUID | None]
    """For whom a contact uploaded it; None is nobody's, and then it is seen on its cases alone."""
    on_portal: Mapped[bool] = mapped_column(default=False)
    """F149-F151: Show On Portal. Off, no contact sees it anywhere."""
    folder: Mapped[str | None]
    """F152: `public` or `private`; without one it is seen on its records alone."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    version_of: Mapped[UUID | None]
    """The document that this file is, or was, a version of: such a row stands in no list."""
    number: Mapped[int] = mapped_column(default=1)
    """Which version its file is."""
    thumbnail: Mapped[str | None]
    """F155: `made`, or `none` for what cannot be drawn; None while nobody has tried."""
    thumbnail_id: Mapped[UUID | None]
    preview_id: Mapped[UUID | None]
    """F156: the object that has its first pages, drawn."""
    preview_pages: Mapped[int] = mapped_column(default=0)
    legal_hold: Mapped[bool] = mapped_column(default=False)
    """It stays, whatever the tenant's rules say."""
    upload_id: Mapped[str | None]
    """Of a file that comes in parts: what the storage calls its coming. It has its object's name from the start, for
    no link can write there once the parts are put together."""
    part_size: Mapped[int | None] = mapped_column(BigInteger)
    announced_sha256: Mapped[str | None]
    external_id: Mapped[str | None]
    """What the CRM calls it, where the CRM brought it."""


class Link(Base):
    """A file hangs on a case, for its customer to see or among staff."""

    __tablename__ = "links"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID | None]
    """Whose case it is: kept by the database itself, so that one index has an organisation's files in order."""
    visibility: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class RecordLink(Base):
    """F158: a file hangs on a record other than a case, or is for a contact or an organisation."""

    __tablename__ = "record_links"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class DocumentRequest(Tenanted, Base):
    """What staff asked a contact for: `open` until a document came (`received`), `closed` when nothing is awaited."""

    __tablename__ = "requests"

    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    contact_id: Mapped[UUID]
    contact_name: Mapped[str]
    organisation_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="open")
    document_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why what came was sent back."""
    asked_by_id: Mapped[UUID]
    asked_by_name: Mapped[str]
    reminded_at: Mapped[datetime | None]
    due_told_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)


class KnownCase(Tenanted, Base):
    """A copy of a case, fed by its events, in whichever order they arrive."""

    __tablename__ = "cases"

    reference: Mapped[str]
    organisation_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    closed: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    external_id: Mapped[str | None]
    version: Mapped[int]


class Watcher(Base):
    """A copy of who follows a case besides its contact."""

    __tablename__ = "watchers"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)


class KnownProject(Tenanted, Base):
    """A copy of a project. F153, F154: whether its files are shown, even where a kind of its own hides itself."""

    __tablename__ = "projects"

    reference: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    on_portal: Mapped[bool]
    documents_on_portal: Mapped[bool]
    organisation_id: Mapped[UUID]
    archived: Mapped[bool]
    version: Mapped[int]


class ProjectContact(Base):
    """A copy of which contacts a project is linked to."""

    __tablename__ = "project_contacts"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)


class TenantSettings(Base):
    """What a tenant sets for its files. F145: `tell_id` is the member of staff who hears of a customer's upload."""

    __tablename__ = "tenant_settings"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    quota_bytes: Mapped[int | None] = mapped_column(BigInteger)
    tell_id: Mapped[UUID | None]
    tell_text: Mapped[str] = mapped_column(default="")
    """What the mail to them says, above the usual words."""
    thumbnails: Mapped[bool] = mapped_column(default=True)
    """F155: are small pictures shown?"""
    old_versions: Mapped[bool] = mapped_column(default=False)
    """Do customers see the versions before the newest?"""
    unscanned: Mapped[bool] = mapped_column(default=False)
    """Are files taken that are larger than the scanner takes?"""
    case_days: Mapped[int | None]
    """How many days after its cases are closed a file goes; None: never."""
    loose_days: Mapped[int | None]
    """How many days after it came a file goes that hangs on nothing."""
    version: Mapped[int]


class Usage(Base):
    """How many bytes a tenant's files have, refused ones aside; counted by the database itself."""

    __tablename__ = "usage"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
