"""What every table of identity is made from."""

from typing import Any

from sqlalchemy import ARRAY, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from kit.db import TYPES


class Base(DeclarativeBase):
    """All tables of this service."""

    type_annotation_map = TYPES | {list[str]: ARRAY(Text), dict[str, Any]: JSONB, dict[str, str]: JSONB}
