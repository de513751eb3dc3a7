"""mapfilenamesFromMapfiles: the names of mapfiles that scripts made, for later steps (image contract 4.2).

A Python script that returns ``{'groupmap': path}`` leaves a map with one entry, that path (contract 7.6).
This plugin turns it into ``<step>.output.groupmap``, which names the map itself.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence

from .inputs import read_map
from .keywords import Keywords

_LOG = logging.getLogger(__name__)
_KEYS = ["mapfile_<name>"]
_PREFIX = "mapfile_"
# What every plugin of a step with an environment or arguments is given (contract 9).
_ALWAYS = ("environment", "parset")


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Return the file of each map that a key ``mapfile_<name>`` names, as ``<name>``; write nothing.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_<name>``, with a name of two characters or more: the path of a map with one entry. Other
        keys are told of and not used.

    Returns
    -------
    dict
        Name -> file of the map's entry.

    Raises
    ------
    GenericPipeError
        If there is no such key, or a map cannot be read or has more entries than one, or none.
    """
    keys = Keywords("mapfilenamesFromMapfiles", kwargs, ())
    found = {}
    for key in kwargs:
        name = key.removeprefix(_PREFIX)
        if not key.startswith(_PREFIX) or len(name) < 2 or _is_folder(key, keys):
            if key not in _ALWAYS:
                _LOG.warning(
                    "mapfilenamesFromMapfiles: the key %r is not used: it is no mapfile_<name> with a name "
                    "of two characters or more",
                    key,
                )
            continue
        products = read_map(keys, key)
        if len(products) != 1:
            raise keys.fault(f"{key}: the mapfile {keys.text(key)} has {len(products)} entries, not one")
        found[name] = str(products[0].file)
    if not found:
        raise keys.fault(
            "there is no key mapfile_<name>", "add <step>.control.mapfile_<name> = ... to the step"
        )
    return found


def _is_folder(key: str, keys: Keywords) -> bool:
    # Whoever gives the folder of mapfiles, as all other plugins want it, does not ask for its name.
    return key == "mapfile_dir" and os.path.isdir(keys.optional(key))
