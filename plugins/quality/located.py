"""Answers for prefactor's inspection scripts where they are not on this machine (image contract 0)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe import hookimpl

if TYPE_CHECKING:
    from genericpipe import Step

#: The scripts that stand here under the names that pipelines call them by.
SCRIPTS = frozenset({"plot_uvcov.py", "plot_image.py", "make_source_list.py"})


@hookimpl
def genericpipe_locate_program(name: str, step: Step) -> Path | None:
    """Run our own script where prefactor's is missing."""
    script = Path(name).name
    return Path(__file__).with_name(script) if script in SCRIPTS else None
