"""Making a step and all after it run again: the journal and the statefile forget them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ...errors import Finding, Severity
from ..folder.statefile import NAME, Statefile, read_state, reconcile
from ..journal.history import History, reset
from ..journal.journal import Journal
from ..journal.recorder import Recorder
from ..journal.records import AdoptedStep, StepKey, StepRecord


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten: each step with the number of its jobs, and what a user ought to know."""

    steps: Mapping[StepKey | str, int]
    findings: tuple[Finding, ...]


def forget_step(job_directory: Path, history: History, step: str) -> Forgotten:
    """Forget a step and all after it, in the journal and in the statefile.

    The owner of the folder's lock calls it. A statefile that the user has cut is taken at its word first, as
    the next run would; what is left of it afterwards is what the journal still knows.

    Parameters
    ----------
    job_directory
        The job folder.
    history
        What its journal says; it is changed.
    step
        The step's name as it runs; of one in a loop its first pass.

    Raises
    ------
    StateError
        If journal or statefile cannot be read or written.
    """
    jobs: dict[StepKey | str, int] = {key: len(history.jobs.get(key, {})) for key in history.order}
    with Journal.open(job_directory) as journal:
        recorder = Recorder(journal, history.texts)
        gone: list[StepKey | str] = list(reconcile(job_directory, history, recorder))
        findings = _worked_in_place(history, step)
        if any(key.step == step for key in history.order):
            gone += reset(history, recorder, step)
        elif any(one.step == step for one in history.adopted):
            gone += _reset_adopted(history, recorder, step)
        _write_statefile(job_directory, history, recorder)
    return Forgotten({key: jobs.get(key, 0) for key in gone}, findings)


def _reset_adopted(history: History, recorder: Recorder, step: str) -> list[str]:
    """Forget a step that LOFAR's own framework ran and no run of ours has come to."""
    place = next(place for place, one in enumerate(history.adopted) if one.step == step)
    gone = history.adopted[place:]
    history.adopted = history.adopted[:place]
    recorder.adopted(history.adopted)
    return [one.step or one.task for one in gone]


def _write_statefile(job_directory: Path, history: History, recorder: Recorder) -> None:
    """Write the statefile as a run would that came to an end before the forgotten steps."""
    state = read_state(job_directory / NAME)
    if state is None:
        return
    done: list[StepRecord | AdoptedStep] = list(history.recipe_steps())
    # What LOFAR's own framework did comes first, and may not have been taken over yet.
    done += history.adopted[len(done) :]
    Statefile(job_directory, recorder).write(state.inputs, done)


def _worked_in_place(history: History, step: str) -> tuple[Finding, ...]:
    """Return a warning for each forgotten step that changed a file which stays as it is."""
    names = [key.step for key in history.order]
    gone = set(history.order[names.index(step) :]) if step in names else set()
    findings = []
    for key in sorted(gone, key=history.order.index):
        for path, changers in history.rewritten.items():
            maker = history.producers.get(path)
            if key in changers and (maker is None or maker[0] not in gone):
                hint = (
                    f"reset {maker[0].step!r} instead: it makes the file anew"
                    if maker is not None
                    else "put back the file as it was, if the step must not do its work twice"
                )
                message = f"step {str(key)!r} changed a file in place that stays as it is now: {path}"
                findings.append(Finding(Severity.WARNING, "changed-in-place", message, None, hint))
                break
    return tuple(findings)
