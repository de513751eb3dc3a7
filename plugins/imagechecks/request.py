"""What a pipeline asks for: its options as they are at the start of a run, and its do_magic step."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING

from genericpipe import Finding, GenericPipeError, Location, Severity, Step, entries_of, resolve_references

from ..do_magic import Settings
from ..do_magic.located import SCRIPTS

if TYPE_CHECKING:
    from genericpipe import Pipeline

INPUTS = "data_input_filenames"
#: The code of an option that is none.
OPTION = "bad-image-option"
_TRUE = ("true", "t", "yes", "y", "1", "on")

#: Option -> what it may be (image contract 1): more than the first number, up to the second; whether the
#: first is allowed too.
RANGES = {
    "cellsize_highres_deg": (0.0, 1.0, False),
    "fieldsize_highres": (0.0, 10.0, False),
    "maxlambda_highres": (80.0, math.inf, False),
    "image_padding": (1.0, 4.0, True),
    "axis_stretch": (0.1, 10.0, True),
}


@dataclass
class Request:
    """An image pipeline before its first step, and what was found.

    Parameters
    ----------
    pipeline
        The pipeline.
    magic
        Its do_magic step.
    findings
        What is told, in order.
    """

    pipeline: Pipeline
    magic: Step
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, pipeline: Pipeline) -> Request | None:
        """Return the request of a pipeline, None where it is no image pipeline."""
        if INPUTS not in pipeline.scope.options:
            return None
        step = next((step for step in pipeline.walk() if _is_magic(step)), None)
        return None if step is None else cls(pipeline, step)

    @property
    def tolerates(self) -> bool:
        """Whether an input that cannot be used is left out: option ``error_tolerance``."""
        return self.flag("error_tolerance")

    def flag(self, name: str) -> bool:
        """Return whether an option is there and true."""
        return (self.text(name) or "").lower() in _TRUE

    def text(self, name: str) -> str | None:
        """Return the text of an option; None where there is none, or only a later step knows it."""
        if name not in self.pipeline.scope.options:
            return None
        option = self.pipeline.scope.options[name]
        return None if option.unresolved else self.resolved(option.text)

    def resolved(self, text: str) -> str | None:
        """Return a text with the references that are known at the start, None where others are in it."""
        try:
            return resolve_references(text, self.pipeline.dictionaries).text.strip().strip("'\"")
        except GenericPipeError:
            return None

    def items(self, name: str) -> list[str] | None:
        """Return the items of an option that holds a list; None as for `text`."""
        text = self.text(name)
        return None if text is None else [item.strip() for item in entries_of(text) if item.strip()]

    def argument(self, step: Step, name: str) -> str | None:
        """Return an argument of a step, None where there is none or it is not known yet."""
        value = step.arguments.get(name)
        return None if value is None or value.unresolved else self.resolved(value.text)

    def number(self, name: str, default: float) -> float:
        """Return the number that do_magic is given, else the option's, else a default."""
        said = self.argument(self.magic, name) or self.text(name)
        try:
            number = float(said) if said else default
        except ValueError:
            return default
        return number if 0 < number < math.inf else default

    @cached_property
    def settings(self) -> Settings:
        """What do_magic will be asked for; what it will refuse is told."""
        given: dict[str, object] = {
            one.name: said
            for one in fields(Settings)
            if (said := self.argument(self.magic, one.name)) is not None
        }
        try:
            return Settings.of(given)
        except GenericPipeError as error:
            self.fatal(OPTION, self.magic.name, error.message.removeprefix("do_magic: "), error.hint)
            return Settings()

    def fatal(self, code: str, option: str, message: str, hint: str = "") -> None:
        """Tell what forbids the run."""
        self._tell(Severity.ERROR, code, option, message, hint)

    def warn(self, code: str, option: str, message: str, hint: str = "") -> None:
        """Tell what is odd."""
        self._tell(Severity.WARNING, code, option, message, hint)

    def skip(self, code: str, option: str, message: str) -> None:
        """Tell of a set that cannot be used: fatal, unless errors are tolerated."""
        if self.tolerates:
            self.warn(code, option, f"{message}; it is left out")
        else:
            hint = "take it out of the list; with error_tolerance = True it would be left out"
            self.fatal(code, option, message, hint)

    def _tell(self, severity: Severity, code: str, option: str, message: str, hint: str) -> None:
        self.findings.append(Finding(severity, code, f"{option}: {message}", self._location(option), hint))

    def _location(self, option: str) -> Location | None:
        options = self.pipeline.scope.options
        if option in options:
            return options[option].location
        value = self.magic.arguments.get(option)
        return value.location if value else self.magic.location


def _is_magic(step: Step) -> bool:
    executable = step.control.get("executable")
    named = os.path.basename(executable.text) if executable else ""
    return named in SCRIPTS or (step.definition == "do_magic" and step.kind == "recipe")


def check_options(request: Request) -> None:
    """Look at the numbers and words among the options (image contract 1)."""
    for name, (least, most, including) in RANGES.items():
        text = request.text(name)
        if text is None:
            continue
        try:
            number = float(text)
        except ValueError:
            request.fatal(OPTION, name, f"{text!r} is no number")
            continue
        if not (least < number <= most or (including and number == least)):
            bounds = f"{'from' if including else 'above'} {least:g}" + (
                "" if most == math.inf else f" to {most:g}"
            )
            request.fatal(OPTION, name, f"{text} is out of range: it has to be {bounds}")
    mode = request.text("idg_mode")
    if mode is not None and mode not in ("cpu", "hybrid"):
        request.fatal(OPTION, "idg_mode", f"{mode!r} is neither cpu nor hybrid")
    prefix = request.text("parset_prefix") or ""
    if any(not (one.isascii() and (one.isalnum() or one in "_.[]")) for one in prefix):
        request.fatal(OPTION, "parset_prefix", f"{prefix!r} cannot begin the key of a parset")
    stretched = request.magic.arguments.get("y_axis_stretch")
    named = "axis_stretch" if request.text("axis_stretch") else "y_axis_stretch"
    if stretched and request.settings.y_axis_stretch != 1.0 and uses(request, "use-idg", "idg"):
        request.warn(
            "stretched-idg", named, "the image is not square, which WSClean's image domain gridder needs"
        )


def uses(request: Request, *words: str) -> bool:
    """Return whether a step has one of these words among its flags, with hyphens before or without.

    Parameters
    ----------
    request
        The pipeline.
    words
        Options of WSClean, or values of them.
    """
    for step in request.pipeline.walk():
        flags = step.arguments.get("flags")
        given = (
            [word.lstrip("-") for item in entries_of(flags.text) for word in item.split()] if flags else []
        )
        named = [*step.arguments]
        if step.arguments.get("gridder") is not None:
            given.append(step.arguments["gridder"].text)
        if any(word in given or word in named for word in words):
            return True
    return False
