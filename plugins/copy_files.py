"""copyFiles: copy a file or folder to several names and list them in a mapfile (image contract 2.5)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

from genericpipe import DataMap, DataProduct, StepPlugin, hookimpl

from .mapfiles.inputs import files_of, read_map
from .mapfiles.keywords import Keywords
from .mapfiles.saving import save

_KEYS = "input_file input_mapfile output_files hosts use_symlinks mapfile_dir filename".split()


@hookimpl
def genericpipe_step_plugins() -> Mapping[str, StepPlugin]:
    """Offer copyFiles, which the production image pipeline hands its images on with."""
    needs = ("output_files", "hosts", "mapfile_dir", "filename")
    return {"copyFiles": StepPlugin(f"{__name__}:plugin_main", needs, ("mapfile",))}


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Copy a file or folder to each of several names, replacing what is there, and list them in a mapfile.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``input_file``, or ``input_mapfile``, whose first entry names it; ``output_files``, a list of names;
        ``hosts``, a list that is gone through again and again; ``mapfile_dir``, ``filename``;
        ``use_symlinks`` (False), whether to make one copy, called as the file in capitals in the folder of
        the first output, and links to it; the map then names that copy in each entry.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing or cannot be used, an output is the input or a folder in a file's way, or a file
        cannot be read or written. What is copied by then stays; a half copied file does not.
    """
    keys = Keywords("copyFiles", kwargs, _KEYS)
    target = keys.target()
    source = _source(keys)
    outputs, hosts = keys.items("output_files"), keys.items("hosts")
    links = keys.flag("use_symlinks", False)
    copy = os.path.join(os.path.dirname(outputs[0]), os.path.basename(source.rstrip("/")).upper())
    _check(keys, source, outputs, copy if links else "")
    if links:
        if not _same(source, copy):
            _write(keys, source, copy, lambda path: _copy(source, path))
        for output in outputs:
            if os.path.abspath(output) != os.path.abspath(copy):
                _write(keys, source, output, lambda path: os.symlink(os.path.abspath(copy), path))
    else:
        for output in outputs:
            _write(keys, source, output, lambda path: _copy(source, path))
    made = [
        DataProduct(host, copy if links else output, False)
        for output, host in zip(outputs, cycle(hosts), strict=False)
    ]
    return save(keys.plugin, DataMap(made), target)


def _source(keys: Keywords) -> str:
    if keys.optional("input_mapfile") and keys.optional("input_file"):
        raise keys.fault("input_file and input_mapfile exclude each other", "leave one of them out")
    if not keys.optional("input_mapfile"):
        key, source = "input_file", keys.text("input_file")
    else:
        key, products = "input_mapfile", read_map(keys, "input_mapfile")
        if not products:
            raise keys.fault(f"input_mapfile: the mapfile {keys.text('input_mapfile')} has no entries")
        files = files_of(keys, "input_mapfile", 1, products[0])
        if len(files) > 1:
            raise keys.fault(
                f"input_mapfile: the first entry of {keys.text('input_mapfile')} is a list of files"
            )
        source = files[0]
    if not os.path.exists(source):
        raise keys.fault(f"{key}: there is no file or folder {source!r}")
    return source


def _check(keys: Keywords, source: str, outputs: Sequence[str], copy: str) -> None:
    """Refuse what would lose data, before anything is written."""
    for output in (*outputs, *([copy] if copy else [])):
        if not os.path.basename(output):
            raise keys.fault(
                f"output_files: {output!r} is no name of a file", "leave the slash at its end out"
            )
        if _same(source, output) and output != copy:
            raise keys.fault(f"output_files: {output!r} is the input itself, {source!r}")
        real, own = (os.path.realpath(path) + os.sep for path in (source, output))
        if real != own and (real.startswith(own) or (own.startswith(real) and os.path.isdir(source))):
            raise keys.fault(f"output_files: {output!r} and the input {source!r}: one is within the other")
        if os.path.isdir(output) and not os.path.islink(output) and not os.path.isdir(source):
            raise keys.fault(
                f"output_files: {output!r} is a folder, which a file does not replace",
                "give the name that the copy is to have in it",
            )
    names = [os.path.abspath(output) for output in outputs]
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise keys.fault(f"output_files: {twice!r} stands there twice")


def _same(source: str, output: str) -> bool:
    """Return whether a name stands for the file itself; a link to it does not, as links are replaced."""
    places = [
        os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        for path in (source, output)
    ]
    if places[0] == places[1]:
        return True
    if os.path.islink(output) or not os.path.exists(output):
        return False
    return os.path.samefile(source, output)


def _write(keys: Keywords, source: str, output: str, make: Callable[[str], None]) -> None:
    """Make something under another name in the folder of an output, then let it take the output's place."""
    folder, name = os.path.split(os.path.abspath(output))
    temporary = os.path.join(folder, f".{name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        os.makedirs(folder, exist_ok=True)
        try:
            make(temporary)
            _replace(temporary, output)
            _sync(folder)
        except BaseException:
            _remove(temporary)
            raise
    except FileExistsError as error:
        raise keys.fault(f"output_files: {error.filename!r} is there and no folder") from None
    except shutil.Error as error:  # of copytree, which goes on and lists them all
        raise keys.fault(f"{source!r} cannot be copied to {output!r}: {error.args[0][0][2]}") from None
    except OSError as error:
        raise keys.fault(f"{source!r} cannot be copied to {output!r}: {error.strerror or error}") from None


def _replace(temporary: str, output: str) -> None:
    """Rename; a folder can neither replace a file or link, nor the other way round, nor one with content."""
    if not os.path.lexists(output) or not (_is_folder(temporary) or _is_folder(output)):
        os.replace(temporary, output)
        return
    aside = f"{temporary}.old"
    os.rename(output, aside)
    try:
        os.rename(temporary, output)
    except BaseException:
        os.rename(aside, output)
        raise
    _remove(aside)


def _copy(source: str, path: str) -> None:
    if os.path.isdir(source):
        shutil.copytree(source, path, symlinks=True, copy_function=_copy_file)
        for folder, _, _ in os.walk(path):
            _sync(folder)
    else:
        _copy_file(source, path)


def _copy_file(source: str, path: str, *, follow_symlinks: bool = True) -> str:
    """Copy content and permissions, not times, and see to it that it is on the disk."""
    if not os.path.isfile(source):
        # Reading a pipe would wait for ever.
        raise shutil.SpecialFileError(f"{source!r} is neither a file nor a folder")
    with open(source, "rb") as given, open(path, "xb") as copy:
        shutil.copyfileobj(given, copy, 1 << 20)
        shutil.copymode(source, path)
        copy.flush()
        os.fsync(copy.fileno())
    return path


def _sync(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _remove(path: str) -> None:
    if _is_folder(path):
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        os.unlink(path)
