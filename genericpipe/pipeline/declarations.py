"""What kinds of step and recipes say of themselves, so that lint and the documentation know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class ControlKey:
    """A key ``<step>.control.<name>``.

    Parameters
    ----------
    name
        The key, without ``<step>.control.``.
    type
        How its text is read: ``str``, ``int``, ``float``, ``bool``, ``list``, ``mapfile``, ``mapfiles``,
        ``executable``, ``file`` or ``mapping``.
    default
        The text it has where nobody gives one.
    meaning
        One sentence for the documentation.
    choices
        The texts it may have; empty for any.
    required
        Whether a step cannot run without it.
    ignored
        Whether it is accepted and does nothing (old parsets set it).
    """

    name: str
    type: str = "str"
    default: str = ""
    meaning: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    ignored: bool = False


@dataclass(frozen=True)
class ResultKey:
    """A key ``<step>.output.<name>`` that steps of a kind or recipe give.

    ``name`` may hold ``<step>`` and ``<suffix>`` where it depends on the step and its suffixes.
    """

    name: str
    meaning: str = ""


@dataclass(frozen=True)
class ArgumentFormat:
    """One way to write a step's options as words of a command line (``args_format``)."""

    name: str
    meaning: str
    example: str


@dataclass(frozen=True)
class StepKind:
    """What ``control.kind = <name>`` means.

    Parameters
    ----------
    name
        The text in the parset.
    meaning
        What a step of this kind does when its turn comes.
    type_is
        What ``control.type`` names: ``task``, ``plugin``, ``parset`` or nothing (empty).
    control_keys
        The keys it takes itself.
    open_keys
        Whether any further control key is handed on (to a plugin, as a keyword).
    open_results
        Whether it may give results that cannot be known before it ran.
    result_keys
        The results it always gives.
    run
        What runs a step of this kind: a function of the step, the passes of the loops around it and the
        engine (`genericpipe.kinds.services.Services`) that returns the step's result; or its name
        ``package.module:function``, which is imported when the first such step runs.
    """

    name: str
    meaning: str
    type_is: str = ""
    control_keys: tuple[ControlKey, ...] = ()
    open_keys: bool = False
    open_results: bool = False
    result_keys: tuple[ResultKey, ...] = ()
    run: str | Callable[..., Mapping[str, object]] = ""


@dataclass(frozen=True)
class Recipe:
    """What ``recipe = <name>`` in a task means.

    Parameters
    ----------
    name
        The text in tasks.cfg.
    meaning
        What it makes of a step.
    control_keys
        Its inputs: keys of a task, or of ``<step>.control``.
    argument_formats
        What its key ``args_format`` may say.
    result_keys
        The results its steps give.
    nodescripts
        The node scripts it knows, with what each does; the key ``nodescript`` chooses.
    prepare
        What makes a bound step's work (see `genericpipe.recipes.executable_args.prepare`), or its name
        ``package.module:function``.
    """

    name: str
    meaning: str
    control_keys: tuple[ControlKey, ...] = ()
    argument_formats: tuple[ArgumentFormat, ...] = ()
    result_keys: tuple[ResultKey, ...] = ()
    nodescripts: Mapping[str, str] = field(default_factory=dict)
    prepare: str | Callable[..., Any] = ""


def imported(target: str | Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that a declaration gives, or names as ``package.module:function``."""
    if not isinstance(target, str):
        return target
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
