"""What changed sources call: the attributes and names of Python 2 and of numpy 1, where they are missing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .site import Site
from .supply import advice, find

#: The names by which changed sources know the methods of `Calls`.
METHOD, NAME = "_genericpipe_old_method", "_genericpipe_old_name"
COPY, ELEMENTS = "_genericpipe_old_copy", "_genericpipe_old_elements"

#: What was a list in Python 2.
_NO_LISTS: tuple[type[Any], ...] = (type({}.keys()), type({}.values()), type({}.items()), map, filter, zip)

_Old = Callable[[Any], Any]


def _renamed(today: str) -> tuple[_Old, str]:
    return lambda owner: getattr(owner, today), f"write .{today}" + ("" if today.startswith("__") else "()")


def _iterating(today: str) -> tuple[_Old, str]:
    return lambda owner: _then(iter, getattr(owner, today)), f"write .{today}()"


def _then(last: Callable[[Any], Any], first: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: last(first(*args))


def _message(owner: BaseException) -> str:
    if not isinstance(owner, BaseException):
        raise AttributeError
    return owner.args[0] if len(owner.args) == 1 else ""


def _getchildren(owner: Any) -> Callable[[], list[Any]]:
    owner.iterfind  # noqa: B018  (only what holds elements has children)
    return lambda: list(owner)


def _itemset(owner: Any) -> Callable[..., None]:
    flat = owner.flat

    def itemset(*args: Any) -> None:
        *place, value = args
        if len(place) == 1 and not isinstance(place[0], tuple):
            flat[place[0]] = value
        elif place:
            owner[place[0] if len(place) == 1 else tuple(place)] = value
        else:
            flat[owner.size - 1] = value

    return itemset


def _newbyteorder(owner: Any) -> Callable[..., Any]:
    dtype = owner.dtype
    return lambda order="S": owner.view(dtype.newbyteorder(order))


def _ptp(owner: Any) -> Callable[..., Any]:
    owner.dtype  # noqa: B018  (numbers of numpy only)
    return lambda *args, **keywords: sys.modules["numpy"].ptp(owner, *args, **keywords)


#: Attribute -> what gives it for an object that lacks it, and what to write instead.
METHODS: dict[str, tuple[_Old, str]] = {
    "iteritems": _iterating("items"),
    "iterkeys": _iterating("keys"),
    "itervalues": _iterating("values"),
    "viewitems": _renamed("items"),
    "viewkeys": _renamed("keys"),
    "viewvalues": _renamed("values"),
    "has_key": (lambda owner: owner.__contains__, "write `key in` it"),
    "next": (lambda owner: owner.__next__, "write next() of it"),
    "func_closure": _renamed("__closure__"),
    "func_code": _renamed("__code__"),
    "func_defaults": _renamed("__defaults__"),
    "func_dict": _renamed("__dict__"),
    "func_doc": _renamed("__doc__"),
    "func_globals": _renamed("__globals__"),
    "func_name": _renamed("__name__"),
    "im_func": _renamed("__func__"),
    "im_self": _renamed("__self__"),
    "message": (_message, "write str() of the exception"),
    "getchildren": (_getchildren, "write list() of it"),
    "getiterator": _renamed("iter"),
    "isAlive": _renamed("is_alive"),
    "readfp": _renamed("read_file"),
    "itemset": (_itemset, "write an assignment to its element"),
    "newbyteorder": (_newbyteorder, "write .view(dtype.newbyteorder())"),
    "ptp": (_ptp, "write numpy.ptp() of it"),
    "tostring": _renamed("tobytes"),
}

#: Name -> what is given, and after a bar what to write where that differs.
NAMES = {
    "StandardError": "builtins:Exception",
    "apply": ".functions:apply|write function(*arguments)",
    "basestring": "builtins:str",
    "cmp": ".functions:cmp|write (a > b) - (a < b)",
    "execfile": ".functions:execfile|write exec(open(path).read())",
    "file": "builtins:open",
    "intern": "sys:intern",
    "long": "builtins:int",
    "raw_input": "builtins:input",
    "reduce": "functools:reduce",
    "reload": "importlib:reload",
    "unichr": "builtins:chr",
    "unicode": "builtins:str",
    "xrange": "builtins:range",
}


class Calls:
    """Answers the changed sources of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def by_name(self) -> dict[str, Callable[..., Any]]:
        """Return what changed sources call, by the names that they use."""
        return {METHOD: self.method, NAME: self.name, COPY: self.copy, ELEMENTS: self.elements}

    def method(self, owner: Any, name: str) -> Any:
        """Return an attribute: the object's own, or what it would have been."""
        try:
            return getattr(owner, name)
        except AttributeError as error:
            missing = error
        old, instead = METHODS[name]
        try:
            found = old(owner)
        except AttributeError:
            raise missing from None
        self._site.tell(sys._getframe(1), f".{name}", instead)
        return found

    def copy(self, numpy: Any) -> bool | None:
        """Return what says to `numpy.array` that it need not copy: False, which numpy 2 takes at its word."""
        if int(numpy.__version__.partition(".")[0]) < 2:
            return False
        self._site.tell(sys._getframe(1), "copy=False of numpy 1", "write numpy.asarray")
        return None

    def elements(self, value: Any) -> Any:
        """Return what can be subscripted: of what was a list in Python 2, a list."""
        if not isinstance(value, _NO_LISTS):
            return value
        kind = type(value).__name__.removeprefix("dict_")
        self._site.tell(sys._getframe(1), f"the list that {kind}() gave", f"write list() around {kind}()")
        return list(value)

    def name(self, name: str) -> Any:
        """Return what a name of Python 2 stands for: the source's own, if a star import brought it."""
        frame = sys._getframe(1)
        if name in frame.f_globals:
            return frame.f_globals[name]
        self._site.tell(frame, name, advice(NAMES[name]))
        return find(NAMES[name].partition("|")[0])
