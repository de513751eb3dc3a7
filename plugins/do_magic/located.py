"""Answers for prefactor's script where it is not on this machine (image contract 3)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe import hookimpl

if TYPE_CHECKING:
    from genericpipe import Step

#: The names under which pipelines call what `script` does. InitSubtract_sort_and_compute.py is not among
#: them: it makes images of single bands, with maps of other lengths.
SCRIPTS = frozenset({"InitSubtract_deep_sort_and_compute.py", "do_magic.py"})


@hookimpl
def genericpipe_locate_program(name: str, step: Step) -> Path | None:
    """Run our own script where InitSubtract_deep_sort_and_compute.py is missing."""
    if Path(name).name not in SCRIPTS:
        return None
    return Path(__file__).with_name("script.py")
