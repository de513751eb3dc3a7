"""Where Python's files are."""

from __future__ import annotations

import sysconfig

get_config_var, get_config_vars = sysconfig.get_config_var, sysconfig.get_config_vars


def get_python_lib(plat_specific: bool = False, standard_lib: bool = False, prefix: str | None = None) -> str:
    """Return the folder of the packages, or of the standard library."""
    kind = ("plat" if plat_specific else "") + ("stdlib" if standard_lib else "" if plat_specific else "pure")
    kind = {"plat": "platlib", "pure": "purelib", "purestdlib": "stdlib"}.get(kind, kind)
    return sysconfig.get_path(kind, vars={"base": prefix, "platbase": prefix} if prefix else None)


def get_python_inc(plat_specific: bool = False, prefix: str | None = None) -> str:
    """Return the folder of the headers."""
    return sysconfig.get_path("platinclude" if plat_specific else "include")
