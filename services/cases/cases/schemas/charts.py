"""What crosses HTTP about one's own cases in figures."""

from kit.schemas import View


class OpenOnes(View):
    """F080: how many of one's cases of a priority are open."""

    priority: str
    count: int


class Resolved(View):
    """F081: what was resolved in a month, and how long it took from opening to resolution, on the average."""

    month: str
    """Such as "2026-11", by UTC."""
    priority: str
    count: int
    hours: float


class Charts(View):
    """F082: of the caller's own cases alone, whatever else they may see."""

    open: list[OpenOnes]
    months: list[str]
    """The twelve that `resolved` is about, oldest first."""
    resolved: list[Resolved]
