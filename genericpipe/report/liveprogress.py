"""The display of a run on a terminal: steps and jobs done, failed and running, elapsed and expected time."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from ..engine.dispatch import Stop
from ..engine.run import Run
from ..engine.signals import name_of
from ..errors import ExitStatus
from ..pipeline import Step
from ..pluginmanager import hookimpl
from .progress import CONTAINERS, Current, Progress, span, steps_in

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress_bar import ProgressBar
    from rich.table import Table


class LiveProgress(Progress):
    """Lines as elsewhere, and below them what happens now.

    Parameters
    ----------
    console
        The terminal.
    """

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console
        from rich.live import Live

        super().__init__(sys.stdout)
        self._console = console or Console(highlight=False)
        self._total = 0
        self._stop: Stop | None = None
        self._live = Live(
            console=self._console, get_renderable=self._picture, refresh_per_second=2, transient=True
        )

    def say(self, text: str) -> None:
        """Write lines above the display; what programs wrote is no markup."""
        from rich.text import Text

        self._console.print(Text(text), soft_wrap=True)

    @hookimpl
    def genericpipe_run_started(self, run: Run) -> None:
        """Begin the display."""
        self._total = steps_in(run.pipeline.steps)
        self._stop = run.stash.get(Stop)
        super().genericpipe_run_started(run)
        self._live.start(refresh=True)

    @hookimpl
    def genericpipe_run_finished(self, run: Run, status: ExitStatus) -> None:
        """End the display, with a last word."""
        self._current.clear()
        self._live.stop()
        super().genericpipe_run_finished(run, status)

    def _step_begins(self, step: Step) -> None:
        """Say nothing: the display shows the step, at once."""
        self._live.refresh()

    def _picture(self) -> RenderableType:
        """Return what is shown now; asked for twice a second."""
        from rich.console import Group

        if not self._stop or self._stop.signal is None:
            return self._bars()
        # Jobs may take a while to end: a person should see that the keys were heard.
        return Group(
            self._bars(), f"{name_of(self._stop.signal)}: ending the running jobs; once more hurries"
        )

    def _bars(self) -> Table:
        from rich.table import Table

        table = Table.grid(padding=(0, 1))
        current = self._current[-1] if self._current else None
        done = self._steps - (current is not None and current.step.kind not in CONTAINERS)
        elapsed = span(time.monotonic() - self._began)
        table.add_row("steps", _bar(done, self._total), f"{done} of {self._total}", f"elapsed {elapsed}")
        if current is not None and current.step.kind not in CONTAINERS:
            table.add_row(current.step.name, _bar_of(current), str(current), _rest_of(current))
        return table


def _bar_of(current: Current) -> ProgressBar:
    from rich.progress_bar import ProgressBar

    if current.jobs is None:
        return ProgressBar(total=None, width=30, pulse=True)
    return _bar(current.ended.total(), current.jobs)


def _bar(done: int, total: int) -> ProgressBar:
    from rich.progress_bar import ProgressBar

    return ProgressBar(total=max(total, 1), completed=min(done, total), width=30)


def _rest_of(current: Current) -> str:
    if current.rest is None:
        return f"for {span(time.monotonic() - current.began)}"
    return f"about {span(current.rest)} to go"
