"""Where the commands of a mock run go: into a list. Mapfile plugins that are there are called."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import replace

from ...pipeline import Step
from ...recipes.job import Job, JobIdentity, Outcome
from ..executor import Executor, Finished, Submission
from .answers import Answers
from .commands import Commands
from .inputs import Inputs


class MockExecutor:
    """Records commands, and answers for them.

    Parameters
    ----------
    inner
        What calls step plugins.
    answers
        What becomes of everything else.
    inputs
        The inputs that were made up.
    commands
        Where commands are recorded.
    """

    def __init__(self, inner: Executor, answers: Answers, inputs: Inputs, commands: Commands) -> None:
        self._inner = inner
        self.answers = answers
        self.inputs = inputs
        self._commands = commands
        self._expected: dict[JobIdentity, tuple[Step, bool]] = {}
        self._called: dict[JobIdentity, tuple[Job, Submission]] = {}
        self._finished: list[Finished] = []

    def expect(self, step: Step, job: Job, is_there: bool) -> None:
        """Hear to which step the next job belongs, and whether its step plugin is there."""
        self._expected[job.identity] = step, is_there

    def submit(self, job: Job) -> Submission:
        """Answer for a job, or have its step plugin called."""
        step, is_there = self._expected[job.identity]
        moved = self.inputs.redirected(job)
        answer = self.answers.answer(step, moved, is_there)
        if answer is None:
            submission = self._inner.submit(moved)
            self._called[job.identity] = job, submission
            return replace(submission, job=job)
        self.inputs.restore()
        submission = Submission(job, "", socket.gethostname())
        outcome = self._named(answer.outcome, moved)
        stand_in = job.call is not None and job.call.is_step_plugin and not is_there
        self._commands.note(step, job, outcome, answer.made, stand_in)
        if not outcome.status.ok:
            _log(job, outcome)
        self._finished.append(Finished(submission, outcome))
        return submission

    def _named(self, outcome: Outcome, job: Job) -> Outcome:
        """Return an outcome in which inputs bear their own names."""
        maps: list[str] = []
        if job.call is not None:
            given = job.call.keywords
            maps = [
                text for key, text in given.items() if key.startswith("mapfile") and isinstance(text, str)
            ]
            folder, name = given.get("mapfile_dir"), given.get("filename")
            if isinstance(folder, str) and isinstance(name, str):
                maps.append(os.path.join(folder, name))
        return replace(outcome, results=self.inputs.named_again(outcome.results, maps))

    def poll(self, timeout: float | None) -> Sequence[Finished]:
        """Return the jobs that ended."""
        if not self._finished:
            for done in self._inner.poll(timeout):
                self._finished.append(self._ended(done))
        finished, self._finished = self._finished, []
        return finished

    def _ended(self, done: Finished) -> Finished:
        known = self._called.pop(done.submission.job.identity, None)
        if known is None:  # a survivor of an earlier run
            return done
        job, _ = known
        outcome = self._named(done.outcome, done.submission.job)
        step, _ = self._expected[job.identity]
        self._commands.note(step, job, outcome)
        return Finished(replace(done.submission, job=job), outcome)

    def cancel(self, submission: Submission) -> None:
        """Stop a step plugin."""
        known = self._called.get(submission.job.identity)
        self._inner.cancel(submission if known is None else known[1])

    def adopt(self, submission: Submission) -> bool:
        """Take over what an earlier run left behind."""
        return self._inner.adopt(submission)

    def wake(self) -> None:
        """Make a `poll` that waits return at once."""
        self._inner.wake()

    def step_ended(self) -> None:
        """Hear that no further job of a step comes."""
        self._inner.step_ended()

    def close(self) -> None:
        """Stop what still runs, and close the record."""
        self._inner.close()
        self._commands.close()


def _log(job: Job, outcome: Outcome) -> None:
    """Write the log of a job that failed, which is pointed to: what it would have said, as far as known."""
    job.stderr.parent.mkdir(parents=True, exist_ok=True)
    job.stderr.write_text(f"{outcome.reason}\n", "utf-8", "surrogateescape")
