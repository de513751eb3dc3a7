"""What LOFAR's own pipelines used and is not supported, and what does its work today (contract 3, 8)."""

from __future__ import annotations

from collections.abc import Mapping

_CALIBRATION = "DP3's steps gaincal and applycal calibrate, in a step of task dppp"
_IMAGING = "task wsclean makes images"
_SOURCES = "task makesourcedb makes a sky model's database; DP3 reads the text itself"
_PREPARATION = "task dppp flags, averages and joins; createMapfile and compressMapfile name its data"
_DESCRIPTIONS = "nothing needs these descriptions of data: the step plugin createMapfile lists what is there"
_FLAGGING = "task aoflagger does its work, or a step of type aoflagger in task dppp"
_FINDING = "PyBDSF finds sources, in a Python script of task pythonplugin"
_ENDING = "a step of kind feedback describes images; the step plugin copyFiles puts them in place"

#: Each of the observatory's own recipes, by the name that a task gives -> what there is instead.
RECIPES: Mapping[str, str] = {
    "bbs": _CALIBRATION,
    "bbs_reducer": _CALIBRATION,
    "cimager": _IMAGING,
    "copier": "the step plugin copyFiles copies",
    "datamapper": _DESCRIPTIONS,
    "dppp": "task dppp runs the same program, with its options as the step's arguments",
    "dummy_echo": "task executable_args runs any program, as echo",
    "dummy_echo_parallel": "task executable_args runs any program, as echo",
    "flag_baseline": "a step of type preflagger in task dppp flags baselines",
    "gainoutliercorrection": "task losoto corrects outliers and smooths solutions",
    "get_metadata": "a step of kind feedback describes data",
    "imager_awimager": _IMAGING,
    "imager_bbs": _CALIBRATION,
    "imager_create_dbs": _SOURCES,
    "imager_finalize": _ENDING,
    "imager_prepare": _PREPARATION,
    "imager_source_finding": _FINDING,
    "long_baseline": _PREPARATION,
    "new_bbs": _CALIBRATION,
    "parmdb": "nothing needs an empty table of solutions: DP3 makes its own",
    "rficonsole": _FLAGGING,
    "selfcal_awimager": _IMAGING,
    "selfcal_bbs": _CALIBRATION,
    "selfcal_finalize": _ENDING,
    "setupparmdb": "nothing needs an empty table of solutions: DP3 makes its own",
    "setupsourcedb": _SOURCES,
    "skymodel": "a Python script of task pythonplugin can fetch a sky model",
    "sourcedb": _SOURCES,
    "storagemapper": _DESCRIPTIONS,
    "vdsmaker": _DESCRIPTIONS,
    "vdsreader": _DESCRIPTIONS,
}

#: LOFAR's node scripts for programs that are no more -> what there is instead. A site may bring its own.
NODESCRIPTS: Mapping[str, str] = {
    "calibrate-stand-alone": _CALIBRATION
    + "; where BBS is still installed, task calibrate-stand-alone runs its program",
    "executable_casa": _IMAGING + "; CASA's own command runs a script of yours in task executable_args",
}


def unsupported_recipe(step: str, task: str, recipe: str) -> str:
    """Return what to say of a step whose task runs a recipe that is not there."""
    own = ", one of the observatory's own" if recipe in RECIPES else ""
    return f"step {step!r}: task {task!r} runs the recipe {recipe!r}{own}, which is not supported"


def unsupported_nodescript(step: str, name: str) -> str:
    """Return what to say of a step with a node script that is not there."""
    if name in NODESCRIPTS:
        return f"step {step!r}: {name!r}, a node script of LOFAR's own, is not supported"
    return f"step {step!r}: there is no node script {name!r}"
