"""The section ``[remote]``: how commands reach their hosts, and how many at a time (contract 2 and 12)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from genericpipe.config.raw import RawConfig
from genericpipe.errors import ConfigError, Finding, Location, Severity, did_you_mean

REMOTE_METHODS = {
    "local": "on this machine",
    "ssh": "by ssh, on the hosts that the mapfiles name",
    "ssh_generic": "by ssh, on the hosts of the environment variable that nodelist_variable names",
    "pbs_ssh": "by ssh, on the hosts of a PBS allocation",
    "slurm_ssh": "by ssh, on the hosts of a Slurm allocation",
    "slurm_srun": "by srun, on the hosts of a Slurm allocation",
    "slurm_srun_cep3": "by srun, on the hosts that the mapfiles name",
    "mpirun": "by mpirun, on the hosts that the mapfiles name",
    "cep_mpi": "by mpiexec, on the hosts that the mapfiles name",
    "custom_cmdline": "by the command that cmdline gives",
}
"""The words that ``[remote] method`` may say, and what each means; plugins may add more."""

DEFAULT_METHOD = "ssh"
"""What a pipeline.cfg without ``[remote] method`` means (contract 2)."""


@dataclass(frozen=True)
class Remote:
    """What ``[remote]`` says; see `Config`."""

    method: str
    max_per_node: int | None
    custom_cmdline: str
    nodelist_variable: str


def read_remote(raw: RawConfig, file: Path | None, known: Collection[str]) -> tuple[Remote, list[Finding]]:
    """Read the section.

    Parameters
    ----------
    raw
        The raw configuration.
    file
        The pipeline.cfg; without one, everything runs on this machine.
    known
        The methods there are.

    Raises
    ------
    ConfigError
        If ``max_per_node`` is no number, or ``method = custom_cmdline`` comes without ``cmdline``.
    """
    findings: list[Finding] = []
    location = raw.location("remote", "method")
    method = raw.stripped("remote", "method")
    if not method:
        method = DEFAULT_METHOD if file else "local"
        findings += [_silent_ssh(file)] if file else []
    if method not in known:
        findings.append(_unknown_method(method, known, location))
    cmdline = ""
    if method == "custom_cmdline":
        cmdline = raw.stripped("remote", "cmdline")
        if not cmdline:
            raise ConfigError(
                "[remote] method = custom_cmdline needs the key cmdline",
                location,
                "add 'cmdline = ... {command}'",
            )
    nodelist_variable = raw.stripped("remote", "nodelist_variable") or "PIPELINE_NODES"
    return Remote(method, _max_per_node(raw), cmdline, nodelist_variable), findings


def _max_per_node(raw: RawConfig) -> int | None:
    text = raw.text("remote", "max_per_node")
    if text is None:
        return None
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        is_commented = ";" in text or "#" in text
        raise ConfigError(
            f"[remote] max_per_node = {text}: not a whole number",
            raw.location("remote", "max_per_node"),
            "a comment needs a line of its own"
            if is_commented
            else "write a number of jobs, or remove the key for as many as there are cores",
        )
    return number or None  # contract 2: 0 is the same as not set


def _silent_ssh(file: Path) -> Finding:
    return Finding(
        Severity.WARNING,
        "missing-key",
        f"no method in [remote]; it is taken to be {DEFAULT_METHOD}",
        Location(str(file)),
        "add 'method = local' to [remote] to run everything on this machine",
    )


def _unknown_method(method: str, known: Collection[str], location: Location | None) -> Finding:
    return Finding(
        Severity.ERROR,
        "unknown-remote-method",
        # Contract 12: an error, rather than ssh without a word.
        f"[remote] method = {method}: there is no such method (LOFAR took it for ssh)",
        location,
        did_you_mean(method, known) or f"one of {', '.join(sorted(known))}",
    )
