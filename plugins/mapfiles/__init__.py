"""Step plugins that make and change mapfiles: one module each, named as ``type`` names it."""

from __future__ import annotations

from collections.abc import Mapping

from genericpipe import StepPlugin, hookimpl

_MAP = ("mapfile_dir", "filename")
_MADE = ("mapfile",)


def _target(name: str) -> str:
    return f"{__name__}.{name}:plugin_main"


def _of_maps(name: str, *needs: str, writes: tuple[str, ...] = ()) -> StepPlugin:
    """Return the declaration of a plugin that makes a map of its keys and other maps, and of nothing else."""
    return StepPlugin(_target(name), (*needs, *_MAP), _MADE, writes=writes, only_maps=True)


_PLUGINS = {
    # LOFAR's own (contract 9).
    "createMapfile": StepPlugin(_target("createMapfile"), ("method", *_MAP), _MADE),
    "addMapfile": StepPlugin(_target("addMapfile"), _MAP, _MADE),
    "changeMapfile": StepPlugin(_target("changeMapfile"), ("mapfile_in",), _MADE, only_maps=True),
    "combineParsets": StepPlugin(
        _target("combineParsets"),
        ("first_parset", "second_parset", "result_parset"),
        (),
        writes=("result_parset",),
    ),
    # Those that prefactor and the production pipelines brought along (image contract 4.2).
    "MapfileToOne": _of_maps("MapfileToOne", "method"),
    "addListMapfile": StepPlugin(_target("addListMapfile"), ("files", "hosts", *_MAP), _MADE),
    "changeDirectory": _of_maps("changeDirectory", "mapfile_in", "new_dir"),
    "compressMapfile": _of_maps("compressMapfile", "mapfile_in"),
    "expandMapfile": _of_maps("expandMapfile", "mapfile_in", "mapfile_to_match"),
    "makeDirectory": StepPlugin(
        _target("makeDirectory"), ("directory",), (), writes=("directory",), only_maps=True
    ),
    "makeResultsMapfile": _of_maps("makeResultsMapfile", "mapfile_in", "target_dir", writes=("target_dir",)),
    "mapfileMaxSize": _of_maps("mapfileMaxSize", "mapfile_in"),
    "mapfileSingleToGroup": _of_maps("mapfileSingleToGroup", "mapfile_in", "mapfile_groups"),
    "mapfilenamesFromMapfiles": StepPlugin(
        _target("mapfilenamesFromMapfiles"), (), (), results_from="mapfile_", only_maps=True
    ),
    "pruneMapfile": _of_maps("pruneMapfile", "mapfile_in", "prune_str"),
    "reGroupMapfile": _of_maps("reGroupMapfile", "mapfile_in", "mapfile_groups"),
    "trimMapfile": _of_maps("trimMapfile", "mapfile_in", "trim"),
}


@hookimpl
def genericpipe_step_plugins() -> Mapping[str, StepPlugin]:
    """Offer these step plugins; each is imported when a step runs it."""
    return _PLUGINS
