"""From the command line's settings to a Config: find pipeline.cfg, read it, read the tasks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from genericpipe.config import checks, inifile, values
from genericpipe.config.defaults import complete, injected_keys
from genericpipe.config.feedback import read_feedback
from genericpipe.config.inifile import DEFAULT
from genericpipe.config.logformat import AS_WRITTEN, read_log_format
from genericpipe.config.model import Config, Settings
from genericpipe.config.presence import Presence, look, told
from genericpipe.config.raw import RawConfig
from genericpipe.config.remote import REMOTE_METHODS, read_remote
from genericpipe.config.tasks import load_tasks
from genericpipe.errors import ConfigError, Finding


def find(settings: Settings) -> Path | None:
    """Return the pipeline.cfg to read, or None if there is none.

    With ``-c`` it is that file. Else ``pipeline.cfg`` of the current folder, then of the script's folder,
    then ``~/.pipeline.cfg`` (contract 2, with the current folder first).

    Raises
    ------
    ConfigError
        If ``-c`` names no file.
    """
    if settings.config is not None:
        _must_be_file(settings.config, "the configuration file", "-c")
        return settings.config
    candidates = [Path("pipeline.cfg")]
    if settings.script_directory:
        candidates.append(settings.script_directory / "pipeline.cfg")
    with suppress(RuntimeError):  # a user without a home
        candidates.append(Path("~/.pipeline.cfg").expanduser())
    return next((path for path in candidates if look(path) is Presence.FILE), None)


def load(
    settings: Settings,
    task_sources: Sequence[tuple[str, Mapping[str, Mapping[str, str]]]] = (),
    remote_methods: Collection[str] = tuple(REMOTE_METHODS),
) -> Config:
    """Read the configuration.

    Parameters
    ----------
    settings
        What the command line says.
    task_sources
        Tasks that come from plugins: the name of each source, and task -> key -> value. They lie above the
        built-in tasks and below the files of ``task_files``.
    remote_methods
        What ``[remote] method`` may say; `REMOTE_METHODS` and what plugins add.

    Raises
    ------
    ConfigError
        If a file cannot be read, or a value that every run needs cannot be used.
    """
    path = find(settings)
    ini = inifile.read(path) if path else None
    raw, findings = complete(ini, settings)
    findings = [*(ini.findings if ini else ()), *findings, *_check(raw, settings)]
    findings += checks.check_sections(ini.headers) if ini else []
    defaults, sections = _interpolated(raw, findings)
    task_files = _task_files(raw, settings)
    present = [file for file in task_files if look(file) is Presence.FILE]
    findings += checks.check_task_files(task_files, raw.location(DEFAULT, "task_files"))
    tasks, task_findings = load_tasks(raw, task_sources, present, has_file=path is not None)
    remote, remote_findings = read_remote(raw, path, remote_methods)
    feedback_method, send_status, feedback_findings = read_feedback(raw)
    log_format, log_datefmt, log_findings = read_log_format(raw)
    findings += [*task_findings, *remote_findings, *feedback_findings, *log_findings]
    return Config(
        path=path,
        settings=settings,
        defaults=defaults,
        sections=sections,
        runtime_directory=Path(raw.stripped(DEFAULT, "runtime_directory")),
        working_directory=Path(raw.stripped(DEFAULT, "working_directory")),
        recipe_directories=_recipe_directories(raw),
        task_files=task_files,
        job_directory=Path(raw.stripped("layout", "job_directory")),
        log_file=Path(raw.stripped("logging", "log_file")),
        xml_stat_file=Path(raw.stripped("logging", "xml_stat_file")),
        log_format=log_format,
        log_datefmt=log_datefmt,
        remote_method=remote.method,
        max_per_node=remote.max_per_node,
        custom_cmdline=remote.custom_cmdline,
        nodelist_variable=remote.nodelist_variable,
        feedback_method=feedback_method,
        send_status=send_status,
        tasks=tasks,
        findings=tuple(dict.fromkeys(findings)),
        locations=raw.locations(),
    )


def _check(raw: RawConfig, settings: Settings) -> list[Finding]:
    runtime_directory = Path(raw.stripped(DEFAULT, "runtime_directory"))
    return [
        *checks.check_injected(raw.defaults, injected_keys(settings)),
        *checks.check_values(raw),
        *checks.check_runtime_directory(runtime_directory, raw.location(DEFAULT, "runtime_directory")),
        *checks.check_recipe_directories(
            _recipe_directories(raw), raw.location(DEFAULT, "recipe_directories")
        ),
    ]


def _recipe_directories(raw: RawConfig) -> tuple[Path, ...]:
    return tuple(Path(folder) for folder in values.parse_list(raw.stripped(DEFAULT, "recipe_directories")))


def _interpolated(
    raw: RawConfig, findings: list[Finding]
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    defaults, found = raw.interpolated(DEFAULT)
    findings += found
    sections: dict[str, dict[str, str]] = {}
    for section in raw.sections:
        as_written = AS_WRITTEN if section == "logging" else frozenset[str]()
        sections[section], found = raw.interpolated(section, as_written)
        findings += found
    return defaults, sections


def _task_files(raw: RawConfig, settings: Settings) -> tuple[Path, ...]:
    if settings.task_files is None:
        return tuple(Path(file) for file in values.parse_list(raw.stripped(DEFAULT, "task_files")))
    for file in settings.task_files:
        _must_be_file(file, "the task file", "-t")
    return settings.task_files


def _must_be_file(path: Path, what: str, option: str) -> None:
    if look(path) is not Presence.FILE:
        raise ConfigError(f"{what} {path} {told(path)}", hint=f"it is what the option {option} says")
