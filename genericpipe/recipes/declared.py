"""What the recipe ``executable_args`` takes and gives (contract 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..pipeline.declarations import ArgumentFormat, ControlKey, Recipe, ResultKey
from ..pluginmanager import hookimpl

ARGUMENT_FORMATS = (
    ArgumentFormat("gnu", "a double hyphen and an equals sign", "program flags --key=value"),
    ArgumentFormat("lofar", "an equals sign alone", "program flags key=value"),
    ArgumentFormat(
        "argparse", "a double hyphen, the value as a word of its own", "program flags --key value"
    ),
    ArgumentFormat(
        "wsclean",
        "a hyphen, the value's words apart, options before the flags and the last one first",
        "program -key value flags",
    ),
    ArgumentFormat("losoto", "no options; the parset file comes last", "program flags parset"),
)

CONTROL_KEYS = (
    ControlKey(
        "executable", "executable", "", "The program, or the Python script of a pythonplugin.", required=True
    ),
    ControlKey("arguments", "list", "", "Positional words; wins over `argument.flags`."),
    ControlKey("nthreads", "int", "8", "OMP_NUM_THREADS of each job; 0 leaves it alone."),
    ControlKey("nodescript", "str", "executable_args", "The node script that runs each job."),
    ControlKey("parset", "file", "", "A parset with defaults for the step's arguments."),
    ControlKey("inputkey", "str", "", "The word or option that receives each entry's file."),
    ControlKey("inputkeys", "list", "", "The same for several mapfiles, in their order."),
    ControlKey("outputkey", "str", "", "The word or option that receives the output's name."),
    ControlKey("outputkeys", "list", "", "Had no effect in LOFAR's own.", ignored=True),
    ControlKey(
        "mapfile_in", "mapfile", "", "The first input mapfile: it decides number, hosts and names of outputs."
    ),
    ControlKey("mapfiles_in", "mapfiles", "", "Further input mapfiles."),
    ControlKey(
        "mapfiles_as_string", "mapfiles", "", "Input mapfiles whose path itself is handed to each job."
    ),
    ControlKey("mapfile_out", "mapfile", "", "An existing mapfile with the names of the outputs."),
    ControlKey("mapfiles_out", "mapfiles", "", "The same for several outputs."),
    ControlKey("skip_infile", "bool", "False", "Whether input files are not handed to the jobs."),
    ControlKey("skip_outfile", "bool", "False", "Had no effect in LOFAR's own.", ignored=True),
    ControlKey("inplace", "bool", "False", "Whether the output mapfile is the input mapfile."),
    ControlKey("outputsuffixes", "list", "", "A further output mapfile for each suffix."),
    ControlKey("parsetasfile", "bool", "False", "Whether options are written to a parset file."),
    ControlKey(
        "args_format",
        "str",
        "gnu",
        "How options become words of the command line.",
        choices=tuple(one.name for one in ARGUMENT_FORMATS),
    ),
    ControlKey("args_format_argument", "str", "", "Had no effect in LOFAR's own.", ignored=True),
    ControlKey("args_format_option", "str", "-", "Had no effect in LOFAR's own.", ignored=True),
    ControlKey("args_format_longoption", "str", "--", "Had no effect in LOFAR's own.", ignored=True),
    ControlKey("args_formatlongoption", "str", "--", "Had no effect in LOFAR's own.", ignored=True),
    ControlKey("args_format_option_argument", "str", "=", "Had no effect in LOFAR's own.", ignored=True),
    ControlKey(
        "max_per_node", "int", "0", "Jobs at once on a host; 0: `[remote] max_per_node`, else usable cores."
    ),
    ControlKey("stepname", "str", "", "The name that outputs and mapfiles take; the step's own."),
    ControlKey("environment", "mapping", "", "Extra environment of each job: {NAME: value}."),
    ControlKey(
        "error_tolerance",
        "bool",
        "True",
        "Whether the step succeeds when some of its jobs fail: their entries are then skipped.",
    ),
)

#: Inputs that every recipe has because the run gives them; ``working_directory`` moves a step's data root.
RUN_KEYS = (
    ControlKey("working_directory", "path", "", "The root of the step's data, instead of the run's."),
    ControlKey("job_name", "str", "", "Not supported: the step stays in its own job.", ignored=True),
    ControlKey("runtime_directory", "path", "", "The run's own.", ignored=True),
    ControlKey("config", "file", "", "The run's own.", ignored=True),
    ControlKey("task_files", "list", "", "The run's own.", ignored=True),
    ControlKey("start_time", "str", "", "The run's own.", ignored=True),
    ControlKey("dry_run", "bool", "", "The run's own.", ignored=True),
    ControlKey("args", "str", "", "The run's own.", ignored=True),
)

JOB_RESULTS = (
    ResultKey("ok.mapfile", "whether each job ended well"),
    ResultKey("returncode.mapfile", "exit status of each job"),
    ResultKey("job_duration.mapfile", "seconds that each job took"),
    ResultKey("monitor_stats.mapfile", "resources that each job used, as XML"),
)

EXECUTABLE_ARGS = Recipe(
    name="executable_args",
    meaning="Runs a program, or a Python script, once for each entry of a mapfile.",
    control_keys=(*CONTROL_KEYS, *RUN_KEYS),
    argument_formats=ARGUMENT_FORMATS,
    result_keys=(
        ResultKey("mapfile", "the path of the mapfile of its outputs"),
        ResultKey("<step>.mapfile", "the same, where there are outputsuffixes"),
        ResultKey("<step><suffix>.mapfile", "the mapfile of each of outputsuffixes"),
        *JOB_RESULTS,
    ),
    nodescripts={
        "executable_args": "runs the program with the options as `args_format` says",
        "python_plugin": (
            "calls `main` of a Python script; each key that it returns is a result `<key>.mapfile`"
        ),
    },
    prepare="genericpipe.recipes.executable_args:prepare",
)


#: Keys of ours: LOFAR's own had nothing like them.
JOB_KEYS = (
    ControlKey(
        "isolation",
        "str",
        "",
        "Whether each job of a Python script gets an interpreter of its own, not a fork of one.",
        choices=("interpreter",),
    ),
    ControlKey(
        "retries", "int", "0", "How often a failed job is tried again; a segmentation fault once anyway."
    ),
    ControlKey("timeout", "float", "", "Seconds after which a job is stopped and counts as failed."),
)


@hookimpl
def genericpipe_control_keys() -> Iterable[ControlKey]:
    """Offer the keys about single jobs."""
    return JOB_KEYS


@hookimpl
def genericpipe_recipes() -> Mapping[str, Recipe]:
    """Offer the built-in recipes."""
    return {EXECUTABLE_ARGS.name: EXECUTABLE_ARGS}
