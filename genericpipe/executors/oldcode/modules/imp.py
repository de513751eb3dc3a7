"""Stands for `imp`, which Python 3.12 took out."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import os
import sys
from types import ModuleType
from typing import Any

SEARCH_ERROR, PY_SOURCE, PY_COMPILED, C_EXTENSION, PY_RESOURCE, PKG_DIRECTORY = range(6)
C_BUILTIN, PY_FROZEN, PY_CODERESOURCE, IMP_HOOK = range(6, 10)

#: Suffix, mode in which the file is opened, kind of module.
Description = tuple[str, str, int]

reload = importlib.reload
cache_from_source = importlib.util.cache_from_source
source_from_cache = importlib.util.source_from_cache


def new_module(name: str) -> ModuleType:
    """Return an empty module, which is not entered anywhere."""
    return ModuleType(name)


def get_magic() -> bytes:
    """Return the first bytes of compiled files."""
    return importlib.util.MAGIC_NUMBER


def get_tag() -> str | None:
    """Return what the names of compiled files hold of this Python."""
    return sys.implementation.cache_tag


def get_suffixes() -> list[Description]:
    """Return how the files of modules end."""
    machinery = importlib.machinery
    return [
        *((suffix, "rb", C_EXTENSION) for suffix in machinery.EXTENSION_SUFFIXES),
        *((suffix, "r", PY_SOURCE) for suffix in machinery.SOURCE_SUFFIXES),
        *((suffix, "rb", PY_COMPILED) for suffix in machinery.BYTECODE_SUFFIXES),
    ]


def lock_held() -> bool:
    """Return False: there is no lock for all imports any more."""
    return False


def acquire_lock() -> None:
    """Do nothing: imports of different modules no longer wait for each other."""


def release_lock() -> None:
    """Do nothing."""


def is_builtin(name: str) -> int:
    """Return 1 for a module that is part of the interpreter, else 0."""
    return int(name in sys.builtin_module_names)


def is_frozen(name: str) -> bool:
    """Return whether a module is frozen into the interpreter."""
    return importlib.machinery.FrozenImporter.find_spec(name) is not None


def find_module(name: str, path: list[str] | None = None) -> tuple[Any, str | None, Description]:
    """Find a module: an open file or None, its path, and what it is.

    Raises
    ------
    ImportError
        If there is none.
    """
    if path is None and is_builtin(name):
        return None, None, ("", "", C_BUILTIN)
    for folder in sys.path if path is None else path:
        inside = os.path.join(folder, name)
        if any(os.path.isfile(os.path.join(inside, f"__init__{end}")) for end in (".py", ".pyc")):
            return None, inside, ("", "", PKG_DIRECTORY)
        for suffix, mode, kind in get_suffixes():
            file = inside + suffix
            if os.path.isfile(file):
                if kind == PY_SOURCE:
                    import tokenize

                    return tokenize.open(file), file, (suffix, mode, kind)
                return open(file, mode), file, (suffix, mode, kind)
    raise ImportError(f"No module named {name!r}", name=name)


def load_module(name: str, file: Any, filename: str | None, details: Description) -> ModuleType:
    """Load what `find_module` has found.

    Raises
    ------
    ImportError
        If the module is of no known kind.
    """
    kind = details[2]
    if kind in (C_BUILTIN, PY_FROZEN):
        return importlib.import_module(name)
    if filename is None:
        raise ImportError(f"No file for {name!r}", name=name)
    if kind == PY_SOURCE:
        return load_source(name, filename, file)
    if kind == PY_COMPILED:
        return load_compiled(name, filename, file)
    if kind == C_EXTENSION:
        return load_dynamic(name, filename, file)
    if kind == PKG_DIRECTORY:
        return load_package(name, filename)
    raise ImportError(f"Don't know how to import {name} (type code {kind})", name=name)


def load_source(name: str, pathname: str, file: Any = None) -> ModuleType:
    """Load a source, whatever its name ends with; a module of that name that is there is loaded again."""
    return _load(name, pathname, importlib.machinery.SourceFileLoader(name, pathname))


def load_compiled(name: str, pathname: str, file: Any = None) -> ModuleType:
    """Load a compiled file."""
    return _load(name, pathname, importlib.machinery.SourcelessFileLoader(name, pathname))


def load_dynamic(name: str, path: str, file: Any = None) -> ModuleType:
    """Load an extension."""
    return _load(name, path, importlib.machinery.ExtensionFileLoader(name, path))


def load_package(name: str, path: str) -> ModuleType:
    """Load a package from its folder."""
    file = os.path.join(path, "__init__.py")
    return _load(name, file, importlib.machinery.SourceFileLoader(name, file), [path])


def _load(name: str, path: str, loader: Any, folders: list[str] | None = None) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        name, path, loader=loader, submodule_search_locations=folders
    )
    if spec is None:
        raise ImportError(f"cannot load {path}", name=name, path=path)
    module = sys.modules.get(name)
    if module is None:
        module = importlib.util.module_from_spec(spec)
    is_new = name not in sys.modules
    module.__spec__, module.__loader__, module.__file__ = spec, loader, path
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        if is_new:
            sys.modules.pop(name, None)
        raise
    return sys.modules[name]
