"""A file of people or organisations on its way in. Its rows, `import_rows`, are read and written as plain SQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from identity.models.base import Base
from kit.db import Tenanted
from kit.ids import now


class Import(Tenanted, Base):
    """A file that was uploaded: first checked, then run. `position` rows of `total` are behind it."""

    __tablename__ = "imports"

    kind: Mapped[str]
    state: Mapped[str]
    file_name: Mapped[str]
    header: Mapped[list[Any]] = mapped_column(JSONB)
    sample: Mapped[list[Any]] = mapped_column(JSONB)
    """The cells of the first row."""
    mapping: Mapped[list[Any]] = mapped_column(JSONB)
    """Column by column the field it is, or None where it is left out."""
    total: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How many rows change which field."""
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    """Whoever did the last step: in their name it goes on."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
