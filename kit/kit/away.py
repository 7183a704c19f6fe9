"""How a database shows that it is away."""

import asyncpg
from sqlalchemy.exc import TimeoutError as PoolTimeout

AWAY = (
    *(OSError, TimeoutError, PoolTimeout, asyncpg.InterfaceError, asyncpg.PostgresConnectionError),
    *(asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError),
    # The driver's own word for a connection that was cut in the middle of something.
    asyncpg.InternalClientError,
)
"""What a database raises that is away, going down or too busy to be reached, bare or as a cause of SQLAlchemy's own."""


def is_away(error: BaseException | None) -> bool:
    """Is this the database being away, rather than something wrong with what was asked?"""
    while error is not None:
        if isinstance(error, AWAY):
            return True
        error = getattr(error, "orig", None) or error.__cause__
    return False
