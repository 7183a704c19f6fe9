"""A worker that is told to stop does, whatever its tasks wait for."""

import asyncio

import pytest

from kit.worker import ended, take_turns


async def test_a_task_that_misses_the_first_word_is_told_again() -> None:
    missed = asyncio.Event()

    async def miss_it_once() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            missed.set()
        await asyncio.Event().wait()

    tasks = [asyncio.create_task(miss_it_once()), asyncio.create_task(asyncio.Event().wait())]  # type: ignore[list-item]
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await ended(tasks, patience=0.05)
    assert missed.is_set()
    assert all(task.cancelled() for task in tasks)


async def test_a_task_that_fails_while_it_ends_keeps_no_other_from_ending() -> None:
    async def fail() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("at the very end")

    failing, calm = asyncio.create_task(fail()), asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    await ended([failing, calm], patience=0.05)
    assert isinstance(failing.exception(), ValueError)
    assert calm.cancelled()


async def test_a_timer_outlives_a_part_that_is_away_and_nothing_else() -> None:
    turns = iter((OSError("away"), None, OSError("again"), ValueError("wrong")))
    taken = 0

    async def turn() -> None:
        nonlocal taken
        taken += 1
        if error := next(turns):
            raise error

    with pytest.raises(ValueError, match="wrong"):
        await take_turns(turn, 0, "test.postponed")
    assert taken == 4
