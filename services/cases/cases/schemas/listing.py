"""What crosses HTTP about a page of the list of cases."""

from cases.schemas.choices import ListChoices
from cases.schemas.lists import CaseFilters, CaseRow
from kit.paging import Total
from kit.schemas import View


class CaseListing(CaseFilters):
    """Which page of the list. With `choices`, what it can be narrowed by comes along, for a page that shows both; with
    `excerpts`, how each case begins."""

    choices: bool = False
    excerpts: bool = False


class CasePage(View):
    """One page of the list."""

    items: list[CaseRow]
    next: str | None
    total: Total
    choices: ListChoices | None
