"""What crosses HTTP about views: a list's filters, order and columns under a name."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from cases.schemas.keys import Assignee, Priority, StatusKey
from cases.schemas.lists import CaseFilters, Columns, DateField, Day, Queue, Sort
from kit.schemas import Input, Search, View

Shared = Literal["nobody", "group", "staff"]


class ViewQuery(Input):
    """What a view asks of a list; what is not named is as the list has it."""

    scope: Literal["mine", "all"] | None = None
    view: Queue | None = None
    status: Annotated[list[StatusKey], Field(max_length=5)] = []
    priority: Annotated[list[Priority], Field(max_length=4)] = []
    q: Search = None
    assignee: Assignee = None
    category_id: UUID | None = None
    department_id: UUID | None = None
    group_id: UUID | None = None
    date: DateField | None = None
    date_from: Day | None = None
    date_to: Day | None = None
    sort: Sort | None = None
    columns: Columns = []

    @property
    def filters(self) -> CaseFilters:
        """The same, as the list takes it."""
        return CaseFilters(**self.model_dump(exclude={"columns"}, exclude_none=True))


class NewSavedView(Input):
    """A view to keep. `default` is what one's list begins with; only staff share, with a group or with all staff."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    query: ViewQuery
    default: bool = False
    shared_with: Shared = "nobody"
    group_id: UUID | None = None

    @model_validator(mode="after")
    def _with_a_group(self) -> "NewSavedView":
        if (self.shared_with == "group") != (self.group_id is not None):
            raise ValueError("name the group it is shared with, and no group otherwise")
        return self


class SavedViewView(View):
    """A view as it is kept. `own` ones can be changed; `default` is the caller's own alone."""

    id: UUID
    name: str
    query: ViewQuery
    own: bool
    default: bool
    shared_with: Shared
    group_id: UUID | None
    version: int


class SavedViews(View):
    """One's own, and for staff those that are shared with them, by name."""

    items: list[SavedViewView]
