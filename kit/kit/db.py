"""The database of one service, and the one way into a tenant.

BEGIN, COMMIT and ROLLBACK are sent here, by hand, on a connection that SQLAlchemy believes to be in
autocommit: that lets BEGIN and the tenant's setting travel in one round trip, so a read takes three.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import ColumnElement, DateTime, Row, Select, Text, Uuid, event, literal_column
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.orm import Mapped, Session, mapped_column

from kit import at_last, telemetry
from kit.failpoints import failpoint
from kit.ids import new_id

TYPES: dict[Any, Any] = {datetime: DateTime(timezone=True), UUID: Uuid, str: Text}
"""How Python's types are stored: `type_annotation_map` of every service's Base."""

AnyRow = Row[*tuple[Any, ...]]
"""A plain row of whatever columns a query names."""

AnyQuery = Select[*tuple[Any, ...]]
"""A query for such rows."""


class Tenanted:
    """Every row belongs to a tenant, and the tenant leads every key."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


class TenantSession(Session):
    """A session inside one tenant: new rows get its id, and row-level security checks that they did."""


@event.listens_for(TenantSession, "before_flush")
def _stamp_tenant(session: Session, *_: object) -> None:
    for row in session.new:
        if hasattr(row, "tenant_id") and row.tenant_id is None:
            row.tenant_id = session.info["tenant_id"]


class TransactionLost(RuntimeError):
    """COMMIT was answered by a rollback: something failed inside and was swallowed."""


class Database:
    """One service's connection pool."""

    def __init__(self, url: str, *, pool_size: int = 10, pool_timeout: float = 10) -> None:
        self.url = url
        self._engine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout,
            connect_args={"timeout": 5, "command_timeout": 30, "server_settings": {"jit": "off"}},
        )
        telemetry.watch(self._engine.sync_engine)

    @asynccontextmanager
    async def transaction(self, tenant_id: UUID | None, opening: str = "") -> AsyncIterator[AsyncSession]:
        """A transaction inside a tenant. Without one no row of any tenant is there.

        Commits when the block ends, rolls back when it raises. Only the edge opens one. `opening` is a statement
        that travels with BEGIN, its values written by `literal`; `opened` says what became of it.
        """
        async with self._engine.connect() as connection:
            driver = await _driver(connection)
            session = AsyncSession(
                connection,
                sync_session_class=TenantSession,
                expire_on_commit=False,
                info={"tenant_id": tenant_id, "driver": driver, **at_last.nothing()},
            )
            try:
                setting = tenant_id.hex if tenant_id else ""
                session.info["opened"] = await driver.execute(
                    f"BEGIN; SELECT set_config('app.tenant_id', '{setting}', true); {opening}"
                )
                yield session
                if session.new or session.dirty or session.deleted:
                    await session.flush()
                await failpoint("commit.before")
                if await driver.execute("; ".join([*at_last.statements(session), "COMMIT"])) != "COMMIT":
                    raise TransactionLost()
            except BaseException:
                await _abandon(connection, driver)
                raise
            finally:
                await session.close()
        await failpoint("commit.after")

    async def close(self) -> None:
        """Give every connection back."""
        await self._engine.dispose()


def at_most(rows: int) -> ColumnElement[int]:
    """A LIMIT that stands in the statement itself.

    As a parameter it tells a plan that is made to be kept nothing, so PostgreSQL keeps none and plans each time: for
    the statement of a case's page that took five times as long as its answer.
    """
    return literal_column(str(int(rows)))


def opened(tx: AsyncSession) -> str:
    """How the server answered this transaction's `opening`, such as "INSERT 0 1"."""
    status: str = tx.info["opened"]
    return status


async def fetch(tx: AsyncSession, statement: str, *values: Any) -> list[asyncpg.Record]:
    """A hot read, straight through the driver: `$1` parameters in, plain records out."""
    rows: list[asyncpg.Record] = await tx.info["driver"].fetch(statement, *values)
    return rows


def tenant_of(tx: AsyncSession) -> UUID:
    """The tenant this transaction is inside of."""
    tenant_id: UUID = tx.info["tenant_id"]
    return tenant_id


async def _driver(connection: AsyncConnection) -> asyncpg.Connection:
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, asyncpg.Connection)
    return driver


async def _abandon(connection: AsyncConnection, driver: asyncpg.Connection) -> None:
    """Roll back, or throw the connection away: it never returns to the pool inside a transaction."""
    try:
        await asyncio.wait_for(asyncio.shield(driver.execute("ROLLBACK")), 5)
    except (Exception, asyncio.CancelledError):
        # Whatever it was, the connection is in no state to be used again; what went wrong first is raised on.
        await connection.invalidate()
