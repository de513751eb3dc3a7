"""The inputs of executable_args: their texts, by precedence, read as what they are (contract 7.1)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..config import Config, Task, parse_boolean, parse_list
from ..errors import GenericPipeError, Location, PipelineError, did_you_mean
from ..parset import as_int
from ..pipeline.binding import BoundStep
from ..pipeline.nodescripts import find_nodescript, known_nodescripts, nodescript_folders
from ..pipeline.retired import NODESCRIPTS, unsupported_nodescript
from .declared import ARGUMENT_FORMATS, EXECUTABLE_ARGS
from .substitution import elements_of

#: The word in flags and options that becomes the output file, whatever the task's own key is (contract 6.6).
OUTPUT_WORD = "outputkey"

#: What node scripts are told of the format; one is misspelt there (contract 7.1).
_FORMAT_WORDS = (
    "args_format",
    "args_format_argument",
    "args_format_option",
    "args_format_longoption",
    "args_formatlongoption",
    "args_format_option_argument",
)


@dataclass(frozen=True)
class Inputs:
    """What a step of executable_args was given, typed; the names are those of the control keys.

    ``implicit`` holds those of ``inputkeys`` that are paths of mapfiles which arguments refer to, ``options``
    the options in byte order of their names, ``outputkeys`` every word that becomes the output file, and
    ``data_root`` is the folder of the job's data. ``node_file`` is the file of a site's own node script,
    empty for one of ours, and ``format_words`` what such a script is told of the format of arguments.
    """

    stepname: str
    executable: str
    arguments: tuple[str, ...]
    options: Mapping[str, str]
    inputkeys: tuple[str, ...]
    implicit: frozenset[str]
    outputkeys: tuple[str, ...]
    mapfiles: tuple[str, ...]
    mapfiles_as_string: frozenset[str]
    mapfiles_out: tuple[str, ...]
    skip_infile: bool
    inplace: bool
    outputsuffixes: tuple[str, ...]
    parsetasfile: bool
    args_format: str
    nodescript: str
    nthreads: int
    max_per_node: int
    environment: Mapping[str, str]
    error_tolerance: bool
    data_root: Path
    node_file: str = ""
    format_words: Mapping[str, str] = field(default_factory=dict)


def read_inputs(bound: BoundStep, task: Task, config: Config) -> Inputs:
    """Return the inputs of a step.

    Parameters
    ----------
    bound
        The step with its references replaced.
    task
        Its task, which gives what the step does not say.
    config
        The configuration.

    Raises
    ------
    PipelineError
        If a text cannot be read as what it should be, or there is no program or no mapfile; with its line.
    """
    texts = _Texts(bound, task)
    derived = _derived(bound)
    inputkeys = list(texts.words("inputkeys", derived.inputkeys))
    inputkey = texts.text("inputkey")
    if inputkey and inputkey not in inputkeys:
        inputkeys.insert(0, inputkey)
    first = texts.text("mapfile_in")
    mapfiles = (*([first] if first else []), *texts.words("mapfiles_in", derived.mapfiles))
    outputs = (
        *([texts.text("mapfile_out")] if texts.text("mapfile_out") else []),
        *texts.words("mapfiles_out"),
    )
    nodescript = texts.text("nodescript") or "executable_args"
    root = texts.text("working_directory") or str(config.working_directory)
    inputs = Inputs(
        stepname=texts.text("stepname") or bound.step.name,
        executable=texts.text("executable"),
        arguments=texts.words("arguments", derived.arguments),
        options={key: bound.arguments[key] for key in sorted(bound.arguments, key=_bytes)},
        inputkeys=tuple(inputkeys),
        implicit=frozenset(derived.inputkeys or ()) & frozenset(inputkeys),
        outputkeys=_output_keys(bound, texts, derived.arguments or ()),
        mapfiles=mapfiles,
        mapfiles_as_string=frozenset(texts.words("mapfiles_as_string")),
        mapfiles_out=outputs,
        skip_infile=texts.flag("skip_infile"),
        inplace=texts.flag("inplace"),
        outputsuffixes=texts.words("outputsuffixes"),
        parsetasfile=texts.flag("parsetasfile"),
        args_format=texts.text("args_format") or "gnu",
        nodescript=nodescript,
        nthreads=texts.number("nthreads"),
        max_per_node=texts.number("max_per_node"),
        environment=bound.environment,
        error_tolerance=texts.flag("error_tolerance"),
        # Jobs start inside it, so names of outputs have to be absolute.
        data_root=Path(root).absolute() / config.job_name,
        node_file=_node_file(nodescript, texts, config),
        format_words={key: texts.text(key) for key in _FORMAT_WORDS},
    )
    _check(inputs, texts)
    _check_implicit(inputs, bound)
    return inputs


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class _Derived:
    """What a step's argument block says for the control block; None where it has no arguments at all."""

    arguments: tuple[str, ...] | None
    inputkeys: tuple[str, ...] | None
    mapfiles: tuple[str, ...] | None


def _derived(bound: BoundStep) -> _Derived:
    """Return the lists that come from arguments.

    As soon as a step has any argument they are there, empty or not, and beat the task's.
    """
    if bound.flags is None and not bound.arguments:
        return _Derived(None, None, None)
    paths = tuple(one.path for one in bound.implicit)
    return _Derived(parse_list(bound.flags or ""), paths, paths)


def _output_keys(bound: BoundStep, texts: _Texts, flags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that become the output file.

    LOFAR's own took the word `outputkey` anywhere in a value as a sign that it stands for the task's key;
    here it must
    be a whole value or flag, and the task's own key is kept beside it. A key in the control block beats both.
    """
    own = texts.text("outputkey")
    if "outputkey" in bound.control:
        return (own,) if own else ()
    word = OUTPUT_WORD in flags or OUTPUT_WORD in bound.arguments.values()
    return tuple(dict.fromkeys(([OUTPUT_WORD] if word else []) + ([own] if own else [])))


class _Texts:
    """The text of each input: the step's, else what its arguments say, else the task's, else the default."""

    def __init__(self, bound: BoundStep, task: Task) -> None:
        self._bound = bound
        self._task = task
        self.step = bound.step.name
        self._known = {key.name: key for key in EXECUTABLE_ARGS.control_keys}

    def location(self, key: str) -> Location:
        """Return where a key is said: its control line, its task's line, else the step's first."""
        value = self._bound.step.control.get(key)
        if value is not None:
            return value.location
        return self._task.locations.get(key) or self._bound.step.location

    def text(self, key: str) -> str:
        """Return the text of a key."""
        if key in self._bound.control:
            return self._bound.control[key]
        return self._task.settings.get(key, self._known[key].default)

    def words(self, key: str, derived: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return the elements of a key that is a list."""
        if key in self._bound.control:
            return parse_list(self._bound.control[key])
        if derived is not None:
            return derived
        return parse_list(self.text(key))

    def flag(self, key: str) -> bool:
        """Return a key that is true or false; empty and `None` are false."""
        text = self.text(key).strip()
        value = False if text in ("", "None") else parse_boolean(text)
        if value is None:
            raise self._wrong(key, "is neither True nor False", "write True or False")
        return value

    def number(self, key: str) -> int:
        """Return a key that is a whole number."""
        text = self.text(key).strip() or self._known[key].default
        try:
            number = as_int(text)
        except GenericPipeError:
            raise self._wrong(key, "is not a whole number", "") from None
        if key == "max_per_node" and number < 0:
            raise self._wrong(key, "is negative: no job could ever start", "write a number of jobs, or 0")
        return number

    def _wrong(self, key: str, problem: str, hint: str) -> PipelineError:
        message = f"step {self._bound.step.name!r}: {key} = {self.text(key)!r} {problem}"
        return PipelineError(message, self.location(key), hint)


def _node_file(name: str, texts: _Texts, config: Config) -> str:
    """Return the file of a site's node script, or nothing where `name` is one of ours.

    Ours win: recipe directories may still name LOFAR's own, which has scripts of the same names.
    """
    if name in EXECUTABLE_ARGS.nodescripts:
        return ""
    folders = nodescript_folders(config.recipe_directories, os.environ.get("PYTHONPATH"))
    found = find_nodescript(name, folders)
    if found is not None:
        return str(found)
    looked = ", ".join(map(str, folders)) or "no folder: there are no recipe_directories"
    raise PipelineError(
        unsupported_nodescript(texts.step, name),
        texts.location("nodescript"),
        NODESCRIPTS.get(name)
        or did_you_mean(name, {*EXECUTABLE_ARGS.nodescripts, *known_nodescripts(folders)})
        or f"{name}.py was looked for in {looked}",
    )


def _check(inputs: Inputs, texts: _Texts) -> None:
    if "/" in inputs.stepname:
        raise PipelineError(
            f"a step cannot be called {inputs.stepname!r}: its mapfiles would stand in another folder",
            texts.location("stepname"),
            "leave the slash out",
        )
    if not inputs.executable:
        raise PipelineError(
            f"step {inputs.stepname!r} does not say which program it runs",
            texts.location("executable"),
            "<step>.control.executable = /path/to/program",
        )
    formats = [one.name for one in ARGUMENT_FORMATS]
    if inputs.args_format not in formats:
        raise PipelineError(
            f"step {inputs.stepname!r}: there is no argument format {inputs.args_format!r}",
            texts.location("args_format"),
            did_you_mean(inputs.args_format, formats) or f"formats are {', '.join(formats)}",
        )
    if not inputs.mapfiles:
        raise PipelineError(
            f"step {inputs.stepname!r} has no input mapfile",
            texts.location("mapfile_in"),
            "<step>.control.mapfile_in = <earlier step>.output.mapfile",
        )
    if not inputs.skip_infile and len(inputs.inputkeys) != len(inputs.mapfiles):
        raise PipelineError(
            f"step {inputs.stepname!r}: Number of input mapfiles {len(inputs.mapfiles)} and input keys "
            f"{len(inputs.inputkeys)} have to match: {', '.join(inputs.mapfiles)} and "
            f"{', '.join(inputs.inputkeys) or 'none'}",
            texts.location("inputkeys" if "inputkeys" in texts._bound.control else "inputkey"),
            "give one key for each mapfile, or skip_infile = True",
        )


def _check_implicit(inputs: Inputs, bound: BoundStep) -> None:
    """Refuse a mapfile that stands inside a longer text, where no entry's file can take its place.

    LOFAR's own handed the text over as it was and appended an option named like the path.
    """
    if inputs.skip_infile:
        return
    values = inputs.options.values()
    elements = {element.strip() for value in values for element in elements_of(value)}
    found = {*inputs.arguments, *values, *elements}
    for one in bound.implicit:
        if one.path in inputs.implicit and one.path not in found:
            value = bound.step.arguments.get(one.argument)
            raise PipelineError(
                f"step {inputs.stepname!r}: {one.reference} stands inside a longer text in argument "
                f"{one.argument!r}: no entry's file can take its place",
                value.location if value else bound.step.location,
                "let it be the whole value, a flag, or an element of a list in brackets",
            )
