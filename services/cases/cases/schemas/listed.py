"""What crosses HTTP about what a desk offers in lists: categories, departments, products, groups, templates."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from cases.schemas.forms import Form, Question
from cases.schemas.keys import Priority
from kit.schemas import Input, Line, View

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Position = Annotated[int, Field(ge=0, le=100_000)]
_Body = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
_Subject = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
_Members = Annotated[list[UUID], Field(max_length=500)]


class ListedChange(Input):
    """What is to be changed; what is not named stays."""

    name: _Name = ""
    position: _Position = 0
    """Where it stands in its list; of the same number, by name."""
    archived: bool = False
    """Offered no more; what it stands on keeps its name."""


class NewListed(ListedChange):
    """A new one."""

    name: _Name


class CategoryChange(ListedChange):
    """A change of a category. `form` replaces the whole form."""

    group_id: UUID | None = None
    form: Form = []


class NewCategory(CategoryChange):
    """A new category."""

    name: _Name


class GroupChange(ListedChange):
    """A change of a group. `member_ids` names everybody who is in it afterwards."""

    member_ids: _Members = []


class NewGroup(GroupChange):
    """A new group."""

    name: _Name


class TemplateChange(ListedChange):
    """A change of a template."""

    subject: _Subject = ""
    body: _Body = ""
    category_id: UUID | None = None
    product_id: UUID | None = None
    priority: Priority | None = None


class NewTemplate(TemplateChange):
    """A new template."""

    name: _Name


class Listed(View):
    """A department or a product."""

    id: UUID
    name: Line
    position: int
    archived: bool
    version: int


class CategoryView(Listed):
    """F094: a category: the group its cases go to, and what it asks."""

    group_id: UUID | None
    form: list[Question]


class GroupView(Listed):
    """F101: a group and who is in it."""

    member_ids: list[UUID]


class TemplateView(Listed):
    """F096: a request filled in beforehand."""

    subject: str
    body: str
    category_id: UUID | None
    product_id: UUID | None
    priority: Priority | None


class ListedPage(View):
    """All of them, archived ones last."""

    items: list[Listed]


class CategoryPage(View):
    """All of them, archived ones last."""

    items: list[CategoryView]


class GroupPage(View):
    """All of them, archived ones last."""

    items: list[GroupView]


class TemplatePage(View):
    """All of them, archived ones last."""

    items: list[TemplateView]
