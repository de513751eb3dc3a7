"""Outcomes -> what a step gives: its result keys and their mapfiles (contract 7.6 and 7.7)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..errors import GenericPipeError
from ..mapfile import DataMap, DataProduct
from .inputs import Inputs
from .job import Outcome
from .mapstore import DISK, MapStore
from .outputmaps import OutputMaps, with_skips

#: Keys that every job gives, also where none ran: later steps may refer to them.
OF_EVERY_JOB = ("ok", "returncode", "job_duration", "monitor_stats")


class StepFailed(GenericPipeError):
    """A step that ended badly; what it may leave has been written."""


def finish(
    inputs: Inputs,
    first: DataMap,
    outputs: OutputMaps,
    outcomes: Mapping[int, Outcome],
    mapfile_dir: Path,
    store: MapStore = DISK,
) -> dict[str, str]:
    """Write the maps of a step and return its result.

    Every map has an entry for each input entry; LOFAR's own left out those without a job, so that maps of
    one step did not fit each other.

    Parameters
    ----------
    inputs
        The step's inputs.
    first
        Its first input map.
    outputs
        Its output maps as they were before.
    outcomes
        What became of the job of each entry that had one.
    mapfile_dir
        The run's folder of mapfiles.
    store
        Where they are written.

    Returns
    -------
    dict
        Result key -> text.

    Raises
    ------
    StepFailed
        If a job failed that the step does not tolerate, or all did.
    """
    failed = [index for index, outcome in outcomes.items() if not outcome.status.ok]
    if failed and not inputs.error_tolerance:
        returncode = outcomes[failed[0]].returncode
        raise StepFailed(
            f"A job has failed with returncode {returncode} and error_tolerance is not set. Bailing out!"
        )
    result = {
        f"{key}.mapfile": str(_write_values(inputs, first, outcomes, key, mapfile_dir, store))
        for key in _keys(outcomes)
    }
    if failed and len(failed) == len(outcomes):
        raise StepFailed("All jobs failed. Bailing out!")
    for path, data_map in outputs.maps():
        store.write(with_skips(data_map, failed), path)
    result["mapfile"] = str(outputs.path)
    if outputs.main_key:
        result[outputs.main_key] = str(outputs.path)
    result.update({key: str(path) for key, path, _ in outputs.suffixed})
    for index in sorted(outcomes):  # the last job's counts, whichever ended last (contract 6.4)
        if "break" in outcomes[index].results:
            result["break"] = outcomes[index].results["break"]
    return result


def _keys(outcomes: Mapping[int, Outcome]) -> list[str]:
    returned = (key for outcome in outcomes.values() for key in outcome.results)
    return list(dict.fromkeys([*OF_EVERY_JOB, *returned]))


def _write_values(
    inputs: Inputs,
    first: DataMap,
    outcomes: Mapping[int, Outcome],
    key: str,
    mapfile_dir: Path,
    store: MapStore,
) -> Path:
    """Write what each job gave under one key; entries whose job gave nothing are skipped."""
    entries = []
    for index, entry in enumerate(first.data):
        outcome = outcomes.get(index)
        value = None if outcome is None else value_of(outcome, key)
        lost = value is None or outcome is None or not outcome.status.ok
        entries.append(DataProduct(entry.host, "" if value is None else value, bool(entry.skip or lost)))
    path = mapfile_dir / f"{inputs.stepname}.{key}.mapfile"
    store.write(DataMap(entries), path)
    return path


def value_of(outcome: Outcome, key: str) -> str | None:
    """Return what a job gave under a key, or None."""
    if key in outcome.results:
        return outcome.results[key]
    if key == "ok":
        return "True" if outcome.status.ok and outcome.reported else None
    if key == "returncode":
        return str(0 if outcome.status.ok else 1)
    if key == "job_duration":
        return f"{outcome.duration:.3f}"
    return monitor_stats(outcome) if key == "monitor_stats" else None


def monitor_stats(outcome: Outcome) -> str:
    """Return what a job used, with the element names of LOFAR's resource monitor (contract 11)."""
    memory = outcome.peak_memory or 0
    cpu = outcome.cpu_time or 0.0
    return (
        f'<resource_usage><process><data_point cpu="{cpu:.3f}" mem="{memory}" '
        f'timestamp="{outcome.started + outcome.duration:.3f}"/></process></resource_usage>'
    )
