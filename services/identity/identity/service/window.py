"""F052: the days between which somebody may come in, where a tenant wants them named."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import WindowNeeded, WrongWindow
from identity.models import Contact, PortalSettings
from identity.service.batch import Batch
from identity.service.rows import Changes
from kit.problems import Problem


async def check_windows(
    tx: AsyncSession,
    batch: Batch[Any],
    rows: Mapping[str, Contact],
    differing: Mapping[str, Changes],
    access: Mapping[str, Any] | None = None,
) -> None:
    """Leave out whoever would have a window that cannot be, or none where the tenant requires one.

    `access` is what the tenant chose, where it was read before.
    """
    for key in batch.left:
        start, end, _ = _becomes(rows[key], differing[key])
        if start and end and end < start:
            batch.fail(key, WrongWindow())
    lacking = {key: missing for key in batch.left if (missing := _missing(rows[key], differing[key]))}
    if lacking and (await _required(tx) if access is None else bool(access.get("window_required"))):
        for key, missing in lacking.items():
            batch.fail(key, missing)


async def check_window(tx: AsyncSession, row: Contact, different: Changes) -> None:
    """The same for one. Raises WrongWindow, WindowNeeded."""
    batch = Batch({"one": None})
    await check_windows(tx, batch, {"one": row}, {"one": different})
    batch.raise_first()


_FIELDS = {"portal_enabled", "support_start_on", "support_end_on"}


def _missing(row: Contact, different: Changes) -> Problem | None:
    start, end, enabled = _becomes(row, different)
    if (
        not enabled
        or (start and end)
        or not {"portal_enabled", "support_start_on", "support_end_on"} & different.keys()
    ):
        return None
    wrong = [name for name, day in (("support_start_on", start), ("support_end_on", end)) if day is None]
    return WindowNeeded(errors=[{"field": name, "detail": "is needed to let somebody in"} for name in wrong])


def _becomes(row: Contact, different: Changes) -> tuple[Any, Any, bool]:
    start, end, enabled = (
        different[name][1] if name in different else getattr(row, name)
        for name in ("support_start_on", "support_end_on", "portal_enabled")
    )
    return start, end, bool(enabled)


async def _required(tx: AsyncSession) -> bool:
    asked = select(PortalSettings.access["window_required"].as_boolean())
    return bool((await tx.execute(asked)).scalar_one_or_none())
