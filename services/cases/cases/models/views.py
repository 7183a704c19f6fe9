"""The table of views that people keep."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base
from kit.db import Tenanted


class SavedView(Tenanted, Base):
    """F103: a list's filters, order and columns under a name. It says what to look for, never what one may see."""

    __tablename__ = "saved_views"

    owner_id: Mapped[UUID]
    organisation_id: Mapped[UUID | None]
    """The one a contact acted for when they kept it: acting for another, they do not meet it."""
    name: Mapped[str]
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Of the shape of `schemas.views.ViewQuery`, what was left as it is left out."""
    shared_with: Mapped[str] = mapped_column(default="nobody")
    """nobody, the staff of `group_id`, or all staff."""
    group_id: Mapped[UUID | None]
    is_default: Mapped[bool] = mapped_column(default=False)
    """The one its owner begins with."""
    version: Mapped[int] = mapped_column(default=1)
