"""What travels with COMMIT: rows that nobody reads before it, and functions that take what many want."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


def nothing() -> dict[str, Any]:
    """What a transaction keeps for its end, when it begins."""
    return {"rows": {}, "last": [], "gathered": {}}


def literal(value: UUID | str) -> str:
    """A value written into a statement that travels with BEGIN or COMMIT, which take no parameters."""
    quoted = str(value).replace("\\", "\\\\").replace("'", "''")
    return f"E'{quoted}'"


def at_last(tx: AsyncSession, function: str, argument: str) -> None:
    """Call a function of one text as the transaction's very last act, in the round trip of its COMMIT.

    For what takes a lock that many want: it is held for the moment of the commit. Fails, and all fails.
    """
    tx.info["last"].append(f"SELECT {function}({literal(argument)})")


def gather_at_last(tx: AsyncSession, function: str, argument: str) -> None:
    """The same for what a transaction says many times: the function is called once, with all of it as an array."""
    tx.info["gathered"].setdefault(function, []).append(argument)


def insert_at_last(tx: AsyncSession, table: str, *, unless_there: bool = False, **values: UUID | str) -> None:
    """Insert a row in the round trip of COMMIT, together with its like: for what nobody reads before that."""
    row = ", ".join(literal(value) for value in values.values())
    tx.info["rows"].setdefault((table, ", ".join(values), unless_there), []).append(f"({row})")


def statements(session: AsyncSession) -> list[str]:
    """What travels with COMMIT: rows first, and then what takes locks that many want."""
    rows = (
        # Tables and columns are named in code, values written by `literal`.
        f"INSERT INTO {table} ({columns}) VALUES {', '.join(rows)}{' ON CONFLICT DO NOTHING' if lenient else ''}"  # noqa: S608
        for (table, columns, lenient), rows in session.info["rows"].items()
    )
    gathered = session.info["gathered"].items()
    calls = (f"SELECT {function}(ARRAY[{', '.join(map(literal, said))}])" for function, said in gathered)
    return [*rows, *session.info["last"], *calls]
