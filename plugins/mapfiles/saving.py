"""The last thing a mapfile plugin does: write the map and return where it is."""

from __future__ import annotations

import logging

from genericpipe import DataMap

_LOG = logging.getLogger(__name__)


def save(plugin: str, data_map: DataMap, path: str, empty_because: str = "") -> dict[str, str]:
    """Write a map, also an empty one, and return the result of the step.

    LOFAR did not save an empty map and returned nothing, so that a later step died of a missing key; here
    it is saved with a warning (contract 15, 12).

    Parameters
    ----------
    plugin
        The name of the plugin, for the warning.
    data_map
        The map.
    path
        The mapfile to write; replaced in one go.
    empty_because
        What to say where the map is empty; without it, empty is as good as any.

    Returns
    -------
    dict
        The path, as ``mapfile``.

    Raises
    ------
    MapfileError
        If it cannot be written.
    """
    data_map.save(path)
    if not len(data_map) and empty_because:
        _LOG.warning("%s: %s has no entries: %s", plugin, path, empty_because)
    return {"mapfile": path}
