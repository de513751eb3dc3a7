"""Step plugins that make and change mapfiles: one module each, named as ``type`` names it."""

from __future__ import annotations

from collections.abc import Mapping

from genericpipe import StepPlugin, hookimpl


def _plugin(name: str, needs: str, *results: str, results_from: str = "") -> tuple[str, StepPlugin]:
    target = f"{__name__}.{name}:plugin_main"
    return name, StepPlugin(target, tuple(needs.split()), results, results_from)


def _map_maker(name: str, needs: str = "") -> tuple[str, StepPlugin]:
    return _plugin(name, f"{needs} mapfile_dir filename", "mapfile")


_PLUGINS = dict(
    (
        # LOFAR's own (contract 9).
        _map_maker("createMapfile", "method"),
        _map_maker("addMapfile"),
        _plugin("changeMapfile", "mapfile_in", "mapfile"),
        _plugin("combineParsets", "first_parset second_parset result_parset"),
        # Those that prefactor and the production pipelines brought along (image contract 4.2).
        _map_maker("MapfileToOne", "method"),
        _map_maker("addListMapfile", "files hosts"),
        _map_maker("changeDirectory", "mapfile_in new_dir"),
        _map_maker("compressMapfile", "mapfile_in"),
        _map_maker("expandMapfile", "mapfile_in mapfile_to_match"),
        _plugin("makeDirectory", "directory"),
        _map_maker("makeResultsMapfile", "mapfile_in target_dir"),
        _map_maker("mapfileMaxSize", "mapfile_in"),
        _map_maker("mapfileSingleToGroup", "mapfile_in mapfile_groups"),
        _plugin("mapfilenamesFromMapfiles", "", results_from="mapfile_"),
        _map_maker("pruneMapfile", "mapfile_in prune_str"),
        _map_maker("reGroupMapfile", "mapfile_in mapfile_groups"),
        _map_maker("trimMapfile", "mapfile_in trim"),
    )
)


@hookimpl
def genericpipe_step_plugins() -> Mapping[str, StepPlugin]:
    """Offer these step plugins; each is imported when a step runs it."""
    return _PLUGINS
