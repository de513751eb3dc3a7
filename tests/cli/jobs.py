"""Pipelines for the tests of what is asked of a job folder: copies of files, in a chain."""

from __future__ import annotations

from typing import Any

MAKE = """\
{name}.control.kind = plugin
{name}.control.type = createMapfile
{name}.control.method = mapfile_from_folder
{name}.control.folder = {folder}
{name}.control.pattern = *{pattern}
{name}.control.mapfile_dir = input.output.mapfile_dir
{name}.control.filename = {name}.mapfile
"""

STEP = """\
{name}.control.type = executable_args
{name}.control.executable = {program}
{name}.control.mapfile_in = {before}.output.mapfile
{name}.control.inputkey = x
{name}.control.outputkey = y
{name}.control.max_per_node = 1
{name}.control.nthreads = 1
{name}.argument.flags = [x, y]
"""


def chain(here: Any, *names: str, programs: dict[str, str] | None = None, more: str = "") -> str:
    """Return a parset: `make` finds data/*.in, each further step copies what the one before left."""
    text = f"pipeline.steps = [make, {', '.join(names)}]\n"
    text += MAKE.format(name="make", folder=f"{here}/data", pattern=".in")
    for before, name in zip(("make", *names), names, strict=False):
        program = (programs or {}).get(name, "copy")
        text += STEP.format(name=name, before=before, program=f"{here}/bin/{program}")
    return text + more


FILES = {
    "data/one.in": "1",
    "data/two.in": "22",
    "bin/copy": '#!/bin/sh\necho "copying $1"\ncp "$1" "$2"\n',
    "bin/fail": "#!/bin/sh\necho reading\necho 'Error: no stations left' >&2\necho closing >&2\nexit 3\n",
    "bin/crash": "#!/bin/sh\nkill -SEGV $$\n",
    "bin/wait": '#!/bin/sh\ntouch "$2.waits"\nexec sleep 60\n',
    "bin/append": '#!/bin/sh\necho more >> "$1"\ntouch "$2"\n',
}
