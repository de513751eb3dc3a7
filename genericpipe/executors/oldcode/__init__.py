"""What plugins and scripts of 2014 to 2022 use and what is gone, supplied in a job's own process.

Everything here runs in the interpreters of Python jobs (see `pythonchild`), where this package is loaded
under a name of its own: it uses the standard library alone, and imports nothing of ours but its siblings.
A job that uses nothing old pays for a few small modules.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from .finders import find_what_is_gone
from .site import Site
from .source import Sources

__all__ = ["Sources", "install"]


def install(script: str, folders: Iterable[str], rooms: str) -> Sources:
    """Supply what is gone, from now on, to the code of a site; all other code sees things as they are.

    Parameters
    ----------
    script
        The script or plugin of the job.
    folders
        Folders of plugins.
    rooms
        The folder that holds our own packages, whose code is no site's.

    Returns
    -------
    Sources
        What compiles the script itself.
    """
    stdlib = os.path.dirname(os.__file__)
    ours = [os.path.join(rooms, name) for name in ("genericpipe", "genericpipe_plugins", "plugins")]
    site = Site(script, folders, (stdlib, *ours))
    find_what_is_gone(site)
    sources = Sources(site)
    sources.serve_all_imports()
    return sources
