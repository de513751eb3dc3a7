"""What makes a job the same as in an earlier run: a short text, equal while nothing that counts changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from ...recipes.job import Job
from ..journal.stamps import FileStamp, file_stamp

if TYPE_CHECKING:
    from ...mapfile import DataMap
    from ...recipes.executable_args import Work

_START_TIME = "<start_time>"

# A shorter start time (--start-time 1) may stand anywhere by chance; it counts only as a folder's name.
_UNMISTAKABLE = 8

# What the parts of a fingerprint cover.
_PARTS = ("arguments", "program", "environment", "mapfile entry")


class Fingerprints:
    """Makes fingerprints: 32 hexadecimal digits in four parts, so that a difference can be named.

    The parts are the arguments (with files that are written for the job), the program, the declared
    environment, and the entries of the mapfiles. The number of threads is none of it: it is about speed.

    Parameters
    ----------
    start_times
        The start times of this run and of all before it: in paths they all mean the same.
    salt
        What else has a say: the plugins that change jobs, and their versions.
    """

    def __init__(self, start_times: Iterable[str], salt: str = "") -> None:
        self._salt = salt
        self._programs: dict[tuple[str, str | None, str | None], str] = {}
        self._environments: tuple[Mapping[str, str], int, str] | None = None
        self._folders: list[str] = []
        self._anywhere: list[str] = []
        for text in sorted(set(filter(None, start_times)), key=lambda text: (-len(text), text)):
            (self._anywhere if len(text) >= _UNMISTAKABLE else self._folders).append(text)

    def of(self, job: Job) -> str:
        """Return the fingerprint of a job."""
        words = job.argv[1:] if job.call is None else (*job.call.positional, *_pairs(job.call.keywords))
        files = tuple(part for path, text in sorted(job.files.items()) for part in (path, text))
        entry = (*job.inputs, "", *job.products)
        return ".".join(
            (
                self._digest((*words, "", *files, *self._salted), 12),
                self._program(job),
                self._environment(job),
                self._digest(entry, 6),
            )
        )

    @property
    def _salted(self) -> tuple[str, ...]:
        return ("", self._salt) if self._salt else ()

    def basis_of(self, work: Work) -> str:
        """Return what all jobs of a step follow from, in 32 digits.

        As long as it is the same, so is the fingerprint of every job, and none has to be made to know it.

        Parameters
        ----------
        work
            The step, ready to run.
        """
        inputs = work.inputs
        is_script = inputs.nodescript == "python_plugin"
        folder, path = str(inputs.data_root), work.job_environment.get("PATH")
        program = _program_text(work.program, is_script, folder, path)
        if inputs.node_file:
            program = "\0".join(
                (
                    program,
                    _program_text(inputs.node_file, True, folder, path),
                    _program_text("python3", False, folder, path),
                )
            )
        given = (f"{field.name}={_text_of(getattr(inputs, field.name))}" for field in fields(inputs))
        step = (*given, *_pairs(work.bound.control), "", *_pairs(work.job_environment), program, self._salt)
        outputs = [data for _, data in work.outputs.maps()]
        names = [str(path) for path, _ in work.outputs.maps()]
        maps = [self._map(data) for data in (*work.maps, *outputs)]
        return self._digest((*step, *names, *maps, repr(work.passes)), 32)

    def _map(self, data_map: DataMap) -> str:
        texts = (text for entry in data_map.data for text in (entry.host, str(entry.file), str(entry.skip)))
        return self._digest(texts, 32)

    def _normal(self, text: str) -> str:
        for start_time in self._anywhere:
            text = text.replace(start_time, _START_TIME)
        for start_time in self._folders:
            text = re.sub(f"(?<=/){re.escape(start_time)}(?=[/\0]|$)", _START_TIME, text)
        return text

    def _digest(self, texts: Iterable[str], digits: int) -> str:
        # No word of a command can hold a null byte: as a separator it keeps ["a b"] and ["a", "b"] apart.
        return _hexadecimal(self._normal("\0".join(texts)), digits)

    def _program(self, job: Job) -> str:
        script = job.call.script if job.call is not None else None
        path = job.environment.get("PATH")
        node = job.node
        named = script or "\0".join((job.argv[0], node.script, node.executable) if node else job.argv[:1])
        known = (named, str(job.working_directory), path if script is None else None)
        if known not in self._programs:
            folder = known[1] or ""
            text = _program_text(script or job.argv[0], script is not None, folder, path)
            if node is not None:
                # The interpreter is one of many programs: what it runs, and what that starts, count too.
                of_script = _program_text(node.script, True, folder, path)
                text = "\0".join((text, of_script, _program_text(node.executable, False, folder, path)))
            self._programs[known] = _hexadecimal(self._normal(text), 8)
        return self._programs[known]

    def _environment(self, job: Job) -> str:
        last = self._environments
        if last is not None and last[0] is job.environment and last[1] == job.resources.threads:
            return last[2]
        threads = str(job.resources.threads)
        declared = {
            name: value
            for name, value in job.environment.items()
            if not (name == "OMP_NUM_THREADS" and value == threads)
        }
        made = self._digest(_pairs(declared), 6)
        self._environments = (job.environment, job.resources.threads, made)
        return made


def difference(before: str, now: str) -> str:
    """Return which part of two fingerprints differs first, in words; empty where they are equal."""
    if before == now:
        return ""
    if not before:
        return "what it was is not recorded"
    parts = zip(_PARTS, before.split("."), now.split("."), strict=False)
    return next(
        (f"{name} changed" for name, old, new in parts if old != new), "its record is of another form"
    )


def resolved_program(name: str, working_directory: str, path: str | None = None) -> FileStamp | None:
    """Return the file that a program's name means, as it is now; None where there is none.

    Parameters
    ----------
    name
        A path, from the working directory, or a bare name that is looked for on PATH.
    working_directory
        The folder that the job starts in.
    path
        The job's own PATH; None for ours.
    """
    if os.sep in name:
        return file_stamp(os.path.join(working_directory, name))
    found = shutil.which(name, path=path)
    return None if found is None else file_stamp(found)


def _program_text(name: str, is_script: bool, working_directory: str, path: str | None) -> str:
    if is_script:
        script = Path(working_directory, name)
        try:
            return f"{name}\0{hashlib.blake2b(script.read_bytes()).hexdigest()}"
        except OSError:
            return name
    stamp = resolved_program(name, working_directory, path)
    return name if stamp is None else "\0".join(map(str, stamp))


def _text_of(value: object) -> str:
    """Return a value as text, the same in every process: sets and mappings get an order."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return repr(sorted(value.items()))
    return repr(sorted(value)) if isinstance(value, (set, frozenset)) else repr(value)


def _pairs(mapping: Mapping[str, object]) -> list[str]:
    return [f"{name}={_text_of(mapping[name])}" for name in sorted(mapping)]


def _hexadecimal(text: str, digits: int) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=digits // 2).hexdigest()
