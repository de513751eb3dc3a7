"""Which results of a step later steps refer to: what a script that is not there has to return."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...pipeline import Pipeline, Step
from ...pipeline.references import Reference, find, is_reference

#: The step plugin that reads names of mapfiles out of mapfiles.
_NAMES_OF_MAPS = "mapfilenamesFromMapfiles"


@dataclass
class Wanted:
    """What the steps of a pipeline refer to.

    Parameters
    ----------
    keys
        Step as it runs -> the keys ``<step>.output.<key>`` that are referred to, in order.
    maps
        Those references that have to give the path of a mapfile.
    names
        Those that have to give a mapfile of which each file is the path of another mapfile.
    """

    keys: dict[str, dict[str, None]] = field(default_factory=dict)
    maps: set[Reference] = field(default_factory=set)
    names: set[Reference] = field(default_factory=set)

    def of(self, step: str) -> tuple[str, ...]:
        """Return the keys that are wanted of a step."""
        return tuple(self.keys.get(step, ()))


def wanted_of(pipeline: Pipeline) -> Wanted:
    """Return what the steps of a pipeline refer to.

    Parameters
    ----------
    pipeline
        The pipeline; steps of sub-pipelines and loops count.
    """
    wanted = Wanted()
    for step in pipeline.walk():
        for key, value in step.keys.items():
            for reference in find(value.text):
                wanted.keys.setdefault(reference.step, {})[reference.key] = None
                if _wants_names(step, key):
                    wanted.names.add(reference)
                if _wants_map(key, value.text):
                    wanted.maps.add(reference)
    return wanted


def _wants_names(step: Step, key: str) -> bool:
    return step.kind == "plugin" and step.type == _NAMES_OF_MAPS and key.startswith("control.mapfile_")


def _wants_map(key: str, text: str) -> bool:
    """Return whether a line hands a mapfile over: by the name of its key, alone or in a list."""
    name = key.partition(".")[2]
    if key.startswith("control."):
        return name.startswith("mapfile") and name != "mapfile_dir"
    # In arguments only a result called so is taken for a mapfile (contract 6.6), or a key that says so.
    return "mapfile" in name and is_reference(text)
