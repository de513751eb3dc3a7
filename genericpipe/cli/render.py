"""``genericpipe render``: a parset of a Jinja2 template, as factor's were."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import Subparsers
from genericpipe.cli.templatevalues import Given, GivenJson, check_given, read_values
from genericpipe.errors import GenericPipeError, UsageError
from genericpipe.hookspecs import hookimpl

if TYPE_CHECKING:
    from genericpipe.pipeline.rendering import Variable

DESCRIPTION = """\
Make a parset of a Jinja2 template, as factor's parsets were: fill in its variables, follow its {% if %} and
{% for %}. Files that it includes are looked for in its own folder.

What --set gives is text, as it stands: --set 'size=[100, 100]' writes [100, 100] into the parset. For a list
to repeat over, or true and false for an {% if %}, use --set-json or a file."""

EPILOG = """\
examples:
  genericpipe render --list facet.parset                            which variables are there?
  genericpipe render facet.parset --set ms=/data/a.MS -o facet1.parset
  genericpipe render facet.parset --values facet1.toml --set-json average=true -o facet1.parset

A '{{ name }}' that the template defines itself, as '! name = value', stays as it is unless it is given a
value.

exit status: 0 done, 2 wrong command line, 3 the template is not right, or a variable has no value."""


@hookimpl
def genericpipe_add_commands(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``render``."""
    parser = subparsers.add_parser(
        "render",
        help=COMMANDS["render"].summary,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("template", type=Path, metavar="TEMPLATE", help="the template")
    parser.add_argument(
        "--set",
        action=Given,
        default={},
        dest="given",
        metavar="NAME=VALUE",
        help="give a variable a text",
    )
    parser.add_argument(
        "--set-json",
        action=GivenJson,
        default={},
        dest="given",
        metavar="NAME=JSON",
        help="give a variable a number, a list, true or false",
    )
    parser.add_argument(
        "--values",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="variables from a JSON or TOML file; a later one wins, --set over all",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="the parset to write; default: standard output"
    )
    parser.add_argument("--list", action="store_true", help="show the template's variables, write nothing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Render the template, or list its variables; return the exit status."""
    from genericpipe.cli.findings import write
    from genericpipe.pipeline.rendering import Template

    template = Template(arguments.template)
    if arguments.list:
        for variable in template.variables.values():
            write(_described(variable, arguments.template), sys.stdout)
        return 0
    given: dict[str, object] = {}
    for file in arguments.values:
        given.update(read_values(file))
    check_given(template, arguments.given)
    text = template.render({**given, **arguments.given})
    output: Path | None = arguments.output
    if output is None:
        sys.stdout.buffer.write(text.encode())  # as a file would hold it, whatever the terminal's encoding is
        return 0
    _write(output, text, arguments.template)
    print(f"wrote {output}; check it with: genericpipe lint {shlex.quote(str(output))}")
    return 0


def _described(variable: Variable, template: Path) -> str:
    """Return a variable's line of the list: name, whether it must be given, where it stands."""
    if variable.own:
        need = "defined in the template"
    else:
        need = "optional" if variable.optional else "needed"
    places = dict.fromkeys(
        f"line {place.line}" if place.file == str(template) else str(place) for place in variable.places
    )
    return f"{variable.name}: {need} ({', '.join(places)})"


def _write(output: Path, text: str, template: Path) -> None:
    from genericpipe.engine.folder.atomic import write_atomically

    if output.exists() and os.path.samefile(output, template):
        raise UsageError(f"-o {output}: this is the template itself", hint="give the parset another name")
    try:
        write_atomically(output, text.encode())
    except OSError as error:
        raise GenericPipeError(
            f"{output} cannot be written: {error.strerror}", hint="does its folder exist?"
        ) from None
