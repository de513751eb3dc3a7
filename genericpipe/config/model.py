"""What the configuration says, as values: Settings, Config and Task."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from genericpipe.config.machine import usable_cores
from genericpipe.errors import Finding, Location

DEFAULT_LOG_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
DEFAULT_LOG_DATEFMT = "%Y-%m-%d %H:%M:%S"


def now() -> str:
    """Return the start time of a run that starts now: UTC, ``YYYY-MM-DDTHH:MM:SS`` (contract 2)."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())


@dataclass(frozen=True)
class Settings:
    """What the command line says about the configuration; None where it says nothing.

    Parameters
    ----------
    job_name
        The name of the run: ``-j``, or taken from the parset's.
    start_time
        Any text (``--start-time``); now, unless given.
    config
        The pipeline.cfg to read (``-c``); without it, the search order of contract 2.
    task_files
        The tasks.cfg files that replace those of the configuration (``-t``).
    runtime_directory, working_directory
        What stands above the keys of that name in ``[DEFAULT]`` (``-r``, ``-w``), literally.
    script_directory
        The folder of the command itself, where LOFAR looked for a pipeline.cfg.
    """

    job_name: str
    start_time: str = field(default_factory=now)
    config: Path | None = None
    task_files: tuple[Path, ...] | None = None
    runtime_directory: str | None = None
    working_directory: str | None = None
    script_directory: Path | None = None


@dataclass(frozen=True)
class Task:
    """One section of tasks.cfg: a master recipe, and inputs for it.

    Parameters
    ----------
    name
        The name of the section; what ``<step>.control.type`` says.
    recipe
        Its master recipe; empty if the section has none (then `problems` says so).
    settings
        The other keys, lower-cased, with their interpolated values.
    location
        Where the section begins, in the last file that has it.
    locations
        Where each key stands; ``recipe`` too.
    source
        The file or plugin it comes from, or ``built-in``.
    problems
        What is wrong with it. It only matters to a step that uses the task (contract 3: a bad ``%()s`` in a
        task that is not used does no harm), so whoever uses it has to look.
    """

    name: str
    recipe: str
    settings: Mapping[str, str]
    location: Location | None = None
    locations: Mapping[str, Location] = field(default_factory=dict)
    source: str = "built-in"
    problems: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Config:
    """Everything a pipeline.cfg says, with what the command line and the defaults add.

    Parameters
    ----------
    path
        The file that was read; None where there is none.
    settings
        What the command line said.
    defaults
        The keys of ``[DEFAULT]`` and ``job_name``, ``start_time``, ``cwd``; interpolated.
    sections
        Every other section with all its keys, those of ``[DEFAULT]`` included; interpolated, but ``format``
        and ``datefmt`` of ``[logging]`` raw. A value that cannot be interpolated stands here raw, with a
        finding.
    runtime_directory, working_directory
        Where job folders and where data go.
    recipe_directories
        Folders that hold ``plugins``, ``nodes`` and ``master``.
    task_files
        The tasks.cfg files that were asked for, also those that do not exist.
    job_directory
        The folder of this job: state, logs, mapfiles, parsets.
    log_file, xml_stat_file
        The log and the statistics of this run.
    log_format, log_datefmt
        As the `logging` module takes them.
    remote_method
        How commands reach their hosts (contract 12).
    max_per_node
        Jobs at a time on a host, for steps that do not say; None if it is not set.
    custom_cmdline
        ``[remote] cmdline``, of the method ``custom_cmdline``; empty if not set.
    nodelist_variable
        The environment variable with the hosts, of the method ``ssh_generic``.
    feedback_method
        ``none`` or ``messagebus`` (contract 13; the latter is not supported).
    send_status
        Whether the message bus should hear of the run's end.
    tasks
        All tasks by name.
    findings
        What is doubtful about these files.
    locations
        Section -> key -> where it stands in the file.
    """

    path: Path | None
    settings: Settings
    defaults: Mapping[str, str]
    sections: Mapping[str, Mapping[str, str]]
    runtime_directory: Path
    working_directory: Path
    recipe_directories: tuple[Path, ...]
    task_files: tuple[Path, ...]
    job_directory: Path
    log_file: Path
    xml_stat_file: Path
    log_format: str = DEFAULT_LOG_FORMAT
    log_datefmt: str = DEFAULT_LOG_DATEFMT
    remote_method: str = "local"
    max_per_node: int | None = None
    custom_cmdline: str = ""
    nodelist_variable: str = "PIPELINE_NODES"
    feedback_method: str = "none"
    send_status: bool = True
    tasks: Mapping[str, Task] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    locations: Mapping[str, Mapping[str, Location]] = field(default_factory=dict)

    @property
    def job_name(self) -> str:
        """The name of the run, whatever ``job_name`` in ``[DEFAULT]`` says (contract 2)."""
        return self.settings.job_name

    @property
    def start_time(self) -> str:
        """The start time of the run, whatever ``start_time`` in ``[DEFAULT]`` says (contract 2)."""
        return self.settings.start_time

    @property
    def max_per_node_text(self) -> str | None:
        """``[remote] max_per_node`` as it is written; None if it is not set."""
        return self.sections.get("remote", {}).get("max_per_node")

    def get(self, section: str, key: str) -> str | None:
        """Return a value by section and key, or None; a key in any case, ``DEFAULT`` included."""
        values = self.defaults if section == "DEFAULT" else self.sections.get(section, {})
        return values.get(key.lower())

    def location(self, section: str, key: str) -> Location | None:
        """Return where the key stands that gives a section's value: in the section, or in ``[DEFAULT]``."""
        key = key.lower()
        own = self.locations.get(section, {}).get(key)
        return own or self.locations.get("DEFAULT", {}).get(key)

    def reference_dictionaries(self) -> dict[str, Mapping[str, str]]:
        """Return what ``X.output.Y`` finds before any step has run (contract 6.5).

        Returns
        -------
        dict
            ``input``: the options of all sections in one, a later section's over an earlier one's, with
            ``parset_dir`` and ``mapfile_dir``; and every section under its own name. Keys are in lower case.
            ``max_per_node``, which many parsets ask for, is the number of usable cores where nothing sets it.
        """
        flat = dict(self.defaults)
        for values in self.sections.values():
            # Contract 6.5: each section brings the keys of [DEFAULT] along, also over a section before it.
            flat.update(values)
        flat["parset_dir"] = str(self.job_directory / "parsets")
        flat["mapfile_dir"] = str(self.job_directory / "mapfiles")
        flat.setdefault("max_per_node", str(usable_cores()))
        remote = {"max_per_node": flat["max_per_node"], **self.sections.get("remote", {})}
        return {**self.sections, "remote": remote, "input": flat}
