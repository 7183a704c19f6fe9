"""What crosses HTTP about what a list of cases can be narrowed by."""

from uuid import UUID

from cases.schemas.views import SavedViewView
from kit.schemas import View


class Option(View):
    """Something a list is narrowed by, by its name."""

    id: UUID
    name: str


class ListChoices(View):
    """The names behind the filters of a list. Groups and colleagues are staff's to know."""

    categories: list[Option]
    departments: list[Option]
    groups: list[Option]
    colleagues: list[Option]
    views: list[SavedViewView]
    """Those the caller keeps, or that are shared with them."""
