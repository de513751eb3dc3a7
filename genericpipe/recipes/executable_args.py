"""The recipe executable_args: a bound step becomes jobs, and their outcomes its result (contract 7)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..config import Config, Task
from ..mapfile import DataMap
from ..parset import format as format_parset
from ..pipeline.binding import BoundStep
from .commandline import command_line
from .inputmaps import entry_of, files_of, read_maps, without_value
from .inputs import Inputs, read_inputs
from .job import Job, JobIdentity, Limits, Outcome, PythonCall, Resources
from .limits import limits_of
from .mapstore import DISK, MapStore
from .nodescripts import NodeCall, NodeJob, node_job
from .outputmaps import OutputMaps, check_collisions, output_maps, skipping
from .results import finish
from .substitution import Words, substitute

PYTHON_PLUGIN = "python_plugin"


@dataclass(frozen=True)
class Folders:
    """Where a run keeps its things: mapfiles, step parsets, and the logs of this start.

    ``maps`` reads and writes mapfiles: on the disk, but for a plan.
    """

    mapfiles: Path
    parsets: Path
    logs: Path
    maps: MapStore = DISK


@dataclass(frozen=True)
class Work:
    """A step of executable_args, ready to run: its jobs one by one, and what to make of their outcomes.

    Parameters
    ----------
    bound
        The step with its references replaced.
    inputs
        Its inputs, typed.
    maps
        Its input maps.
    outputs
        Its output maps as they are before any job has run.
    folders
        Where the run keeps its things.
    program
        The program or script that is run: the step's, or what was found in its place.
    passes
        The pass of each loop around the step.
    left_out
        Entries that have no job because a further input map holds nothing for them: index -> its path.
    cut
        Further input maps of which only the first entry is taken, since the first map has only one.
    """

    bound: BoundStep
    inputs: Inputs
    maps: Sequence[DataMap]
    outputs: OutputMaps
    folders: Folders
    program: str
    passes: tuple[int, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[int, str] = field(default_factory=dict)
    cut: tuple[str, ...] = ()

    @cached_property
    def indices(self) -> tuple[int, ...]:
        """The entries that have a job: those that no map says to skip."""
        return tuple(index for index, entry in enumerate(self.outputs.main.data) if not entry.skip)

    def job(self, index: int) -> Job:
        """Return the job of one entry of the first input map."""
        inputs = self.inputs
        entry = entry_of(self.maps[0], index)
        output = entry_of(self.outputs.main, index)
        files_in = files_of(inputs, self.maps, index)
        files = {**files_in, **dict.fromkeys(inputs.outputkeys, output.file)}
        words = substitute(inputs.arguments, inputs.options, files, inputs.implicit)
        stem = ".".join(str(number) for number in (*self.passes, index))
        written: Mapping[str, str] = {}
        parset = call = node = None
        if not inputs.node_file:  # a node script of a site writes it itself
            written, parset = self._parset_file(entry.file, words)
        if inputs.nodescript == PYTHON_PLUGIN:
            positional = (*([parset] if parset else []), *words.arguments)
            call = PythonCall(self.program, positional, words.options)
            argv = (self.program, *positional, *(f"{key}={value}" for key, value in words.options.items()))
        elif inputs.node_file:
            made = self._node_job(index, stem, entry.file, words)
            argv, written, node = made.argv, made.files, made.node
        else:
            argv = command_line(self.program, words, inputs.args_format, parset)
        return Job(
            identity=JobIdentity(self.bound.step.name, index, self.passes),
            host=entry.host,
            argv=argv,
            environment=self.job_environment,
            working_directory=inputs.data_root,
            stdout=self.logs / f"{stem}.log",
            stderr=self.logs / f"{stem}.err",
            resources=Resources(threads=inputs.nthreads),
            call=call,
            isolated=self.bound.control.get("isolation") == "interpreter",
            files=written,
            inputs=tuple(dict.fromkeys([entry.file, *files_in.values()])),
            products=self._products(index),
            limits=self.limits,
            node=node,
        )

    def _node_job(self, index: int, stem: str, infile: str, words: Words) -> NodeJob:
        """Return how the site's node script is started, and what it is given."""
        inputs = self.inputs
        call = NodeCall(
            infile,
            self.program,
            words.arguments,
            words.options,
            str(inputs.data_root),
            inputs.parsetasfile,
            inputs.format_words,
            {**self.environment, **inputs.environment},
        )
        return node_job(inputs.node_file, index, str(self.logs / stem), call)

    @cached_property
    def logs(self) -> Path:
        """The folder of its jobs' logs."""
        return self.folders.logs / self.bound.step.name

    @cached_property
    def job_environment(self) -> Mapping[str, str]:
        """What each job's environment has on top of ours; the step's own wins over the number of threads."""
        threads = {"OMP_NUM_THREADS": str(self.inputs.nthreads)} if self.inputs.nthreads else {}
        return {**self.environment, **threads, **self.inputs.environment}

    @cached_property
    def limits(self) -> Limits:
        """How long jobs may take and how often they are tried."""
        return limits_of(self.bound)

    def _parset_file(self, infile: str, words: Words) -> tuple[dict[str, str], str | None]:
        """Return the file that hands the options over, where the step wants one, and its path."""
        if not self.inputs.parsetasfile:
            return {}, None
        name = f"{os.path.basename(infile.rstrip('/'))}.{self.inputs.stepname}.parset"
        path = str(self.inputs.data_root / name)
        return {path: format_parset(words.options)}, path

    def _products(self, index: int) -> tuple[str, ...]:
        maps = (self.outputs.main, *(data for _, _, data in self.outputs.suffixed))
        return tuple(dict.fromkeys(entry_of(one, index).file for one in maps))

    def finish(self, outcomes: Mapping[int, Outcome]) -> dict[str, str]:
        """Write the step's maps and return its result.

        Raises
        ------
        StepFailed
            If a job failed that the step does not tolerate, or all did.
        """
        folders = self.folders
        return finish(self.inputs, self.maps[0], self.outputs, outcomes, folders.mapfiles, folders.maps)


def prepare(
    bound: BoundStep,
    task: Task,
    config: Config,
    folders: Folders,
    program: str | None = None,
    passes: tuple[int, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> Work:
    """Make the jobs of a step of executable_args.

    Parameters
    ----------
    bound
        The step with its references replaced.
    task
        Its task.
    config
        The configuration.
    folders
        Where the run keeps its things.
    program
        What to run in place of the step's program; None for that itself.
    passes
        The pass of each loop around the step.
    environment
        What every job's environment has, below the step's own.

    Raises
    ------
    GenericPipeError
        If inputs cannot be read, or maps do not fit.
    """
    inputs = read_inputs(bound, task, config)
    location = bound.step.location
    maps, cut = read_maps(inputs, location, folders.maps)
    left_out = without_value(inputs, maps)
    outputs = skipping(output_maps(inputs, maps[0], folders.mapfiles, location, folders.maps), left_out)
    named_by_us = not inputs.inplace and not inputs.mapfiles_out
    if named_by_us and _hands_output_over(inputs):
        check_collisions(inputs, maps[0], outputs.main, location)
    runs = program or inputs.executable
    return Work(bound, inputs, maps, outputs, folders, runs, passes, environment or {}, left_out, cut)


def _hands_output_over(inputs: Inputs) -> bool:
    """Return whether a program is told the name of its output."""
    if not inputs.outputkeys:
        return False
    words = {*inputs.arguments, *inputs.options.values()}
    return bool(inputs.options) or any(key in words for key in inputs.outputkeys)
