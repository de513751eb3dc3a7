"""The soft limits of this process and those it starts, raised as far as the system allows."""

from __future__ import annotations

import resource

# A program that closes every descriptor that could be open would take minutes with a limit of a thousand
# million, which containers often have.
_MOST_FILES = 65536


def raise_soft_limits() -> list[str]:
    """Raise the limits of open files and of processes.

    The limit of the stack is left alone: it is also the size of the stacks of threads.

    Returns
    -------
    list of str
        What was changed, in words; nothing the second time.
    """
    changed = []
    for limit, name, most in (
        (resource.RLIMIT_NOFILE, "open files", _MOST_FILES),
        (resource.RLIMIT_NPROC, "processes", resource.RLIM_INFINITY),
    ):
        soft, hard = resource.getrlimit(limit)
        wanted = hard if most == resource.RLIM_INFINITY else most
        if hard != resource.RLIM_INFINITY and most != resource.RLIM_INFINITY:
            wanted = min(most, hard)
        if soft == resource.RLIM_INFINITY or (wanted != resource.RLIM_INFINITY and soft >= wanted):
            continue
        try:
            resource.setrlimit(limit, (wanted, hard))
        except (OSError, ValueError):
            continue  # some systems refuse what they offer; the limit stays as it is
        changed.append(f"{name} {soft} -> {'unlimited' if wanted == resource.RLIM_INFINITY else wanted}")
    return changed
