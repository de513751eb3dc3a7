"""Jobs in a temporary folder, run by a local executor of their own."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from genericpipe.executors.local import LocalExecutor
from genericpipe.recipes.job import Job, JobIdentity, Outcome, PythonCall

#: Long enough for a loaded machine, and no test waits for it unless something is wrong.
PATIENCE = 60.0


@dataclass
class Workshop:
    """A folder with programs, scripts, and an executor."""

    path: Path
    executor: LocalExecutor
    environment: Mapping[str, str] = field(default_factory=dict)

    def file(self, name: str, text: str) -> Path:
        """Write a script or, with ``#!``, a program."""
        target = self.path / name
        target.write_text(textwrap.dedent(text), encoding="utf-8")
        if text.startswith("#!"):
            target.chmod(0o755)
        return target

    def job(self, *argv: str, index: int = 0, step: str = "step", **fields: Any) -> Job:
        """Return a job; its logs are ``logs/<step>/<index>.log`` and ``.err``."""
        logs = self.path / "logs" / step
        values: dict[str, Any] = {
            "environment": self.environment,
            "working_directory": self.path / "work",
            "stdout": logs / f"{index}.log",
            "stderr": logs / f"{index}.err",
            **fields,
        }
        return Job(JobIdentity(step, index), "localhost", argv, **values)

    def call(
        self, script: str | Path, *positional: str, keywords: Mapping[str, Any] | None = None, **fields: Any
    ) -> Job:
        """Return a job that calls a script; fields of the call are ``call_<name>``."""
        own = {
            name.removeprefix("call_"): fields.pop(name) for name in list(fields) if name.startswith("call_")
        }
        call = PythonCall(str(script), positional, keywords or {}, **own)
        return self.job(str(script), call=call, **fields)

    def run(self, *jobs: Job) -> list[Outcome]:
        """Run jobs all at once, and return their outcomes in the order of the jobs."""
        for job in jobs:
            self.executor.submit(job)
        outcomes = self.wait(len(jobs))
        return [outcomes[job.identity] for job in jobs]

    def wait(self, number: int) -> dict[JobIdentity, Outcome]:
        """Return the next outcomes, and fail if they do not come."""
        found: dict[JobIdentity, Outcome] = {}
        while len(found) < number:
            finished = self.executor.poll(PATIENCE)
            assert finished, f"{number - len(found)} jobs have not ended after {PATIENCE} s"
            found.update({one.submission.job.identity: one.outcome for one in finished})
        return found

    def log(self, index: int = 0, step: str = "step") -> str:
        return (self.path / "logs" / step / f"{index}.log").read_text(encoding="utf-8")

    def err(self, index: int = 0, step: str = "step") -> str:
        file = self.path / "logs" / step / f"{index}.err"
        return file.read_text(encoding="utf-8") if file.exists() else ""


@pytest.fixture
def make_workshop(tmp_path: Path) -> Iterator[Callable[..., Workshop]]:
    """Return a maker of workshops, for executors with their own settings."""
    made = []

    def make(**settings: Any) -> Workshop:
        workshop = Workshop(tmp_path, LocalExecutor(**settings))
        made.append(workshop.executor)
        return workshop

    yield make
    for executor in made:
        executor.close()


@pytest.fixture
def workshop(make_workshop: Callable[..., Workshop]) -> Workshop:
    """Return a workshop whose executor gives jobs little time to stop."""
    return make_workshop(grace=(2.0, 2.0, 1.0))
