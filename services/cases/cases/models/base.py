"""What all tables of cases have in common."""

from sqlalchemy.orm import DeclarativeBase

from kit.db import TYPES


class Base(DeclarativeBase):
    """All tables of this service."""

    type_annotation_map = TYPES
