"""Lists of files in one entry, as most plugins write them: ``[/a,/b]`` (image contract 4.1, spelling 2)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from genericpipe import entries_of

_LOG = logging.getLogger(__name__)


def bracketed(plugin: str, files: Sequence[str]) -> str:
    """Return the text of a list: comma without blank, names without quotes.

    Names that cannot be told apart in it are warned about; a Python list would hold them, but programs and
    scripts that split at commas would not understand that either.

    Parameters
    ----------
    plugin
        The name of the plugin, for the warning.
    files
        The files, as they are to stand there.
    """
    text = f"[{','.join(files)}]"
    if entries_of(text) != list(files):
        lost = [file for file in files if entries_of(f"[{file}]") != [file]]
        _LOG.warning(
            "%s: programs cannot tell %r apart in a list separated by commas",
            plugin,
            lost[0] if lost else text,
        )
    return text


def respelt(plugin: str, before: str, files: Sequence[str]) -> str:
    """Return the text of an entry whose files have changed: a list if it was one before."""
    if len(files) == 1 and entries_of(before) == [before]:
        return files[0]
    return bracketed(plugin, files)
