"""Whether a process that has imported a script may be forked: no threads but OpenBLAS's, no open files.

It runs in the parent of a step's Python jobs and uses the standard library alone (see `pythoncall`).
"""

from __future__ import annotations

import os
import select
import signal
import stat
import warnings


def threads_left(patience: float) -> str:
    """Return why threads forbid to fork, or an empty text.

    OpenBLAS ends its threads before a fork and starts them again when they are needed (its pthread_atfork
    handler), so a fork whose child does nothing tells them from all others.
    """
    if len(os.listdir("/proc/self/task")) == 1:
        return ""
    ends, held = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns where threads are left, which is what we ask
        pid = os.fork()
    if not pid:
        os._exit(0)
    os.close(held)
    is_over, _, _ = select.select([ends], [], [], patience)
    os.close(ends)
    if not is_over:
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    left = len(os.listdir("/proc/self/task")) - 1
    if left:
        return f"it holds {left} thread{'s' if left > 1 else ''} after the import"
    return "" if is_over else "a forked child never starts"


def open_files() -> dict[int, str]:
    """Return the files and sockets that are open: descriptor -> name."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            mode = os.fstat(int(name)).st_mode
            if stat.S_ISREG(mode) or stat.S_ISSOCK(mode):
                found[int(name)] = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            pass  # the descriptor of the listing itself
    return found


def files_left(before: dict[int, str]) -> str:
    """Return why open files forbid to fork: children would share their positions, and close them."""
    new = [name for number, name in sorted(open_files().items()) if before.get(number) != name]
    return f"it holds open files after the import: {', '.join(new[:3])}" if new else ""
