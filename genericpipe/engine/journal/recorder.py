"""What a run writes into its journal: one method for each kind of event."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence

from ...recipes.job import JobIdentity, Outcome
from ..folder.processes import ProcessId
from .jobfiles import JobFiles
from .journal import Event, Journal
from .records import NOTHING_KNOWN, AdoptedStep, RunAbout, StepKey, plain
from .stamps import FileStamp


def digest(text: str) -> str:
    """Return a short name for a text: 32 hexadecimal digits that no other text has."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Recorder:
    """Writes what happens in a run.

    Parameters
    ----------
    journal
        The open journal.
    known_texts
        Digests of the texts that it holds already (``History.texts``).
    """

    def __init__(self, journal: Journal, known_texts: Iterable[str] = ()) -> None:
        self.journal = journal
        self._texts = set(known_texts)

    def run_started(
        self,
        process: ProcessId,
        start_time: str,
        version: str,
        parset: str,
        parset_text: str,
        options: Mapping[str, object],
        about: RunAbout = NOTHING_KNOWN,
    ) -> None:
        """Record the start of a run: by whom, of what, with which options of the command line."""
        self._write(
            "run_started",
            time=_now(),
            start_time=start_time,
            host=process.host,
            pid=process.pid,
            process_start=process.start,
            boot=process.boot,
            version=version,
            parset=parset,
            parset_digest=digest(parset_text),
            options=dict(options),
            **_given(
                steps=list(about.steps),
                selection=list(about.selection),
                software=dict(about.software),
                setup=dict(about.setup),
                preflight=round(about.preflight, 3),
            ),
        )
        self.journal.sync()

    def run_finished(self, status: str) -> None:
        """Record the end of a run."""
        self._write("run_finished", time=_now(), status=status)
        self.journal.sync()

    def step_started(
        self,
        key: StepKey,
        kind: str,
        task: str = "",
        basis: str = "",
        program: FileStamp | None = None,
        maps: Mapping[str, str] | None = None,
        takes: Iterable[str] = (),
        jobs: tuple[int, int] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Record the start of a step.

        Parameters
        ----------
        key
            Which step.
        kind, task
            Its ``control.kind`` and ``control.type``.
        basis
            What all its jobs follow from (`fingerprint.basis_of`); empty where there is no such thing.
        program
            The program or script that it runs.
        maps
            The mapfiles that exist and that it may overwrite: path -> text.
        takes
            Steps whose products it may take without naming each: it is given their mapfile's path.
        jobs
            How many it has, and how many of them run now.
        environment
            What its jobs' environment has on top of the runner's.
        """
        self._write(
            "step_started",
            time=_now(),
            **_key(key),
            kind=kind,
            **_given(
                task=task,
                basis=basis,
                program=list(program) if program else None,
                maps=self._stored(maps or {}),
                takes=sorted(takes),
                jobs=list(jobs) if jobs else None,
                environment=dict(environment or {}),
            ),
        )

    def job_started(
        self, identity: JobIdentity, host: str, handle: str, process_start: int | None, fingerprint: str
    ) -> None:
        """Record that a job was started; fields as `Submission` has them."""
        self._write(
            "job_started",
            **_job(identity),
            host=host,
            handle=handle,
            **_given(process_start=process_start, fingerprint=fingerprint),
        )

    def job_finished(
        self, identity: JobIdentity, outcome: Outcome, files: JobFiles, fingerprint: str = ""
    ) -> None:
        """Record how a job ended, before anything depends on it.

        Parameters
        ----------
        identity
            Which job.
        outcome
            How it ended.
        files
            What it left, read and changed.
        fingerprint
            Only for a job that was never started; others have it from `job_started`.
        """
        self._write(
            "job_finished",
            **_job(identity),
            status=outcome.status.value,
            **_given(
                returncode=outcome.returncode,
                started=round(outcome.started, 3),
                duration=round(outcome.duration, 3),
                cpu=outcome.cpu_time,
                memory=outcome.peak_memory,
                results=dict(outcome.results),
                products=[list(one) for one in files.products],
                inputs=[one if isinstance(one, str) else list(one) for one in files.inputs],
                changed=[[path, *before, *after] for path, before, after in files.changed],
                reason=outcome.reason,
                fingerprint=fingerprint,
            ),
        )

    def step_finished(
        self,
        key: StepKey,
        status: str,
        result: Mapping[str, object],
        maps: Mapping[str, str] | None = None,
        reason: str = "",
        adopted: bool = False,
    ) -> None:
        """Record how a step ended and bring it to the disk.

        Parameters
        ----------
        key
            Which step.
        status
            How it ended, as `Status` spells it.
        result
            What ``<step>.output.<key>`` refers to; what JSON cannot hold becomes its Python text.
        maps
            The mapfiles of `step_started` as they are now: path -> text.
        reason
            Why it failed.
        adopted
            Whether LOFAR's own framework ran it.
        """
        self._write(
            "step_finished",
            time=_now(),
            **_key(key),
            status=status,
            result={str(name): plain(value) for name, value in result.items()},
            **_given(maps=self._stored(maps or {}), reason=reason, adopted=adopted),
        )
        self.journal.sync()

    def statefile(self, digest: str, written: bool) -> None:
        """Record the digest of a statefile that is about to be written, or has been."""
        self._write("statefile", digest=digest, written=written)
        self.journal.sync()

    def adopted(self, steps: Sequence[AdoptedStep]) -> None:
        """Record what LOFAR's own framework had finished."""
        rows = [
            [one.task, one.step, {key: plain(value) for key, value in one.result.items()}] for one in steps
        ]
        self._write("adopted", time=_now(), steps=rows)
        self.journal.sync()

    def forgotten(self, key: StepKey, why: str) -> None:
        """Record that a step and all after it count as never run."""
        self._write("forgotten", time=_now(), **_key(key), why=why)
        self.journal.sync()

    def removed(self, key: StepKey, files: Iterable[tuple[str, int]]) -> None:
        """Record that products of a step are about to be removed because nobody needs them any more.

        Parameters
        ----------
        key
            The step.
        files
            Each with its size in bytes.
        """
        self._write("removed", time=_now(), **_key(key), files=[list(one) for one in files])
        self.journal.sync()

    def _write(self, event: str, **fields: object) -> None:
        self.journal.write(event, fields)

    def _stored(self, maps: Mapping[str, str]) -> Event:
        """Put each text into the journal once; return path -> digest."""
        digests = {}
        for path, text in maps.items():
            name = digests[path] = digest(text)
            if name not in self._texts:
                self._write("text", digest=name, text=text)
                self._texts.add(name)
        return digests


def _key(key: StepKey) -> dict[str, object]:
    return {"step": key.step, **({"passes": list(key.passes)} if key.passes else {})}


def _job(identity: JobIdentity) -> dict[str, object]:
    return {**_key(StepKey(identity.step, identity.passes)), "index": identity.index}


def _given(**fields: object) -> dict[str, object]:
    """Leave out what there is not: the reader takes absence for it."""
    return {
        name: value
        for name, value in fields.items()
        if not (value is None or value is False or value in ("", [], {}))
    }


def _now() -> str:
    seconds, thousandths = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{thousandths:03}Z"
