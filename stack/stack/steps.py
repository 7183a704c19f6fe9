"""A line per step with its time: live on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.text import Text


class Clock(ProgressColumn):
    """Seconds with one digit, as `up` is measured in them."""

    def render(self, task: Task) -> Text:
        """One step's time so far."""
        return Text(f"{task.finished_time or task.elapsed or 0:6.1f} s", style="cyan")


class Steps:
    """Steps may run side by side, from several threads."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._live = console.is_terminal
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            Clock(),
            TextColumn("[dim]{task.fields[word]}[/]"),
            console=console,
        )

    def __enter__(self) -> "Steps":
        if self._live:
            self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._live:
            self._progress.stop()

    @contextmanager
    def step(self, label: str) -> Iterator[Callable[[str], None]]:
        """One line; call what it yields to say what is being done right now."""
        task = self._progress.add_task(f"{label:<28}", total=1, word="")
        begun = time.monotonic()
        try:
            yield lambda word: self._progress.update(task, word=word)
        except BaseException:
            self._end(task, label, begun, "[red]✗[/]")
            raise
        self._progress.update(task, completed=1, word="")
        self._end(task, label, begun, "[green]✓[/]")

    def _end(self, task: TaskID, label: str, begun: float, mark: str) -> None:
        if mark.startswith("[red]"):
            self._progress.update(task, description=f"[red]{label:<28}[/]", word="failed")
            self._progress.stop_task(task)
        if not self._live:
            self.console.print(f"{mark} {label:<28} {time.monotonic() - begun:6.1f} s", highlight=False)
