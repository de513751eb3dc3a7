"""What holds where pipeline.cfg is silent, and what the command line puts above it."""

from __future__ import annotations

from pathlib import Path

from genericpipe.config import values
from genericpipe.config.inifile import DEFAULT, IniFile, RawValue
from genericpipe.config.model import Settings
from genericpipe.config.raw import RawConfig
from genericpipe.errors import ConfigError, Finding, Location, Severity

_JOB_DIRECTORY = "%(runtime_directory)s/%(job_name)s"


def injected_keys(settings: Settings) -> dict[str, str]:
    """Return the keys that every run adds to ``[DEFAULT]`` before the file is read (contract 2)."""
    try:
        folder = str(Path.cwd())
    except OSError as error:
        raise ConfigError(
            f"the current folder cannot be found: {error.strerror}", hint="go to a folder that exists"
        ) from error
    return {"job_name": settings.job_name, "start_time": settings.start_time, "cwd": folder}


def complete(ini: IniFile | None, settings: Settings) -> tuple[RawConfig, list[Finding]]:
    """Add to a file what it need not say.

    Parameters
    ----------
    ini
        The pipeline.cfg; None if there is none.
    settings
        The command line: ``-r`` and ``-w`` stand above the file, before any task is read (contract 2).

    Returns
    -------
    tuple
        Raw values that hold every directory and file of a run, and findings about those that a file lacked.
    """
    sections = dict(ini.sections) if ini else {}
    injected = {key: _literal(text) for key, text in injected_keys(settings).items()}
    defaults = {**injected, **sections.pop(DEFAULT, {})}
    given = {
        "runtime_directory": settings.runtime_directory,
        "working_directory": settings.working_directory,
    }
    defaults.update({key: _literal(text) for key, text in given.items() if text is not None})
    findings: list[Finding] = []
    fallbacks = {
        "runtime_directory": injected["cwd"],
        "working_directory": RawValue("%(runtime_directory)s"),
    }
    for key, fallback in fallbacks.items():
        if _is_missing(defaults.get(key)):
            defaults[key] = fallback
            findings += _missing_key(ini, DEFAULT, key, fallback)
    layout = dict(sections.get("layout", {}))
    if _is_missing(layout.get("job_directory") or defaults.get("job_directory")):
        layout["job_directory"] = RawValue(_JOB_DIRECTORY)
        findings += _missing_key(ini, "layout", "job_directory", layout["job_directory"])
    logging = dict(sections.get("logging", {}))
    # What is added comes before the file's own sections: in the flattened options of references, these win.
    added = {name: keys for name, keys in (("layout", layout), ("logging", logging)) if name not in sections}
    sections = {**added, **sections, "layout": layout, "logging": logging}
    raw = RawConfig(defaults, sections)
    _complete_logging(raw, logging, has_file=ini is not None)
    return raw, findings


def _complete_logging(raw: RawConfig, logging: dict[str, RawValue], has_file: bool) -> None:
    if _is_missing(raw.find("logging", "log_file")):
        job_directory = raw.text("layout", "job_directory") or ""
        start_time = raw.text(DEFAULT, "start_time") or ""
        # A file without log_file means LOFAR's own default; no file, the typical deployment (contract 2).
        folder = "logs" if has_file else f"logs/{start_time}"
        logging["log_file"] = _literal(f"{job_directory}/{folder}/pipeline.log")
    if _is_missing(raw.find("logging", "xml_stat_file")):
        # Contract 1: LOFAR turned a successful run without this key into a failure.
        log_file = raw.text("logging", "log_file") or ""
        logging["xml_stat_file"] = _literal(str(Path(log_file).parent / "statistics.xml"))


def _literal(text: str) -> RawValue:
    return RawValue(values.escape(text))


def _is_missing(value: RawValue | None) -> bool:
    return value is None or not value.text.strip()


def _missing_key(ini: IniFile | None, section: str, key: str, fallback: RawValue) -> list[Finding]:
    """Tell of a key that LOFAR required; without any file (design 8), nothing is missing."""
    if ini is None:
        return []
    message = f"no {key} in [{section}]; it is taken to be {fallback.text}"
    hint = f"add '{key} = ...' to [{section}]"
    return [Finding(Severity.WARNING, "missing-key", message, Location(ini.source), hint)]
