"""Programs by their names, and what each leaves; of others, what the names of their products say."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from genericpipe import Job

from . import dp3, wsclean
from .making import Maker, absolute

# Scripts whose product is what it is whatever its name.
_MASKS = ("make_clean_mask.py",)
_CONCATENATED = ("concat_ms.py",)
_SOLUTIONS = ("losoto", "h5parm")
# rsync copies to other hosts as well.
_REMOTE = re.compile("[^/]+:")


def leave(job: Job, made: Maker) -> None:
    """Make what a program or script leaves.

    Parameters
    ----------
    job
        The job.
    made
        Makes it.
    """
    name = _name(job)
    if job.call is None:
        if dp3.is_it(name, job):
            dp3.leave(job, made)
        elif wsclean.is_it(name):
            wsclean.leave(job, made)
        elif name in _BY_NAME:
            _BY_NAME[name](job, made)
    for path in _products(job):
        if made.named(path):
            continue
        if name.startswith(_SOLUTIONS):
            made.hdf5(path)
        elif name in _MASKS:
            made.fits(path, unit="")
        elif name in _CONCATENATED:
            made.folder(path)


def _name(job: Job) -> str:
    """Return the name of the program or script, without its folder, in lower case."""
    if job.call is not None:
        path = job.call.script
    elif job.node is not None:
        path = job.node.executable  # the command line is that of the site's node script
    else:
        path = next(iter(job.argv), "")
    return os.path.basename(path).lower()


def _products(job: Job) -> Iterator[str]:
    """Yield the products that are no inputs, which a program changes in place."""
    yield from (path for path in absolute(job.products) if path not in job.inputs)


def _copied(job: Job, made: Maker) -> None:
    """Make the copies of cp, mv and their kin: ``cp [-r] SOURCE... TARGET``."""
    words = [word for word in job.argv[1:] if word and not word.startswith("-")]
    *sources, target = words or [""]
    if _REMOTE.match(target):
        return
    inside = target.endswith("/") or len(sources) > 1 or os.path.isdir(made.place(target))
    for source in sources:
        name = os.path.basename(source.rstrip("/"))
        copy = os.path.join(target, name) if inside else target
        if os.path.isdir(made.place(source)):
            made.folder(copy)
        elif not made.named(copy) and not _like(made, source, copy):
            made.empty(copy)


def _like(made: Maker, source: str, copy: str) -> bool:
    """Make a copy by the name of its source; return False where that says nothing."""
    ending = os.path.splitext(source.rstrip("/"))[1].lower()
    if ending == ".fits":
        made.fits(copy)
    elif ending == ".ms":
        made.folder(copy)
    elif ending in (".h5", ".h5parm"):
        made.hdf5(copy)
    else:
        return False
    return True


def _folders(job: Job, made: Maker) -> None:
    """Make the folders of mkdir."""
    for word in job.argv[1:]:
        if not word.startswith("-"):
            made.folder(word)


def _source_database(job: Job, made: Maker) -> None:
    """Make what makesourcedb makes: a table, which is a folder, or a file with ``outtype=blob``."""
    options = _options(job.argv)
    make = made.empty if options.get("outtype", "").lower() == "blob" else made.folder
    for path in absolute([options.get("out", ""), *_products(job)]):
        make(path)


def _options(words: Sequence[str]) -> Mapping[str, str]:
    pairs = (word.partition("=") for word in words if "=" in word)
    return {key.lstrip("-"): value for key, _, value in pairs}


_BY_NAME: Mapping[str, Callable[[Job, Maker], None]] = {
    **dict.fromkeys(("cp", "mv", "ln", "rsync"), _copied),
    "mkdir": _folders,
    "makesourcedb": _source_database,
}
