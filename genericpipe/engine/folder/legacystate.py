"""Reading a pickled statefile without letting it do anything: no name in it means more than a dictionary."""

from __future__ import annotations

import io
import pickle
import re

# What LOFAR's own pickles name: the inputs and outputs of recipes, the fields that describe them, and the
# class below both. Anything else could be run by naming it.
_INGREDIENTS = {
    "lofarpipe.support.lofaringredient": re.compile(r"LOFAR(ingredient|input|output)|\w*Field|FileList"),
    "lofarpipe.cuisine.ingredient": re.compile(r"\w*[Ii]ngredient"),
}
_DICTIONARY = {("builtins", "dict"), ("__builtin__", "dict"), ("collections", "OrderedDict")}
_REBUILD = {("copyreg", "_reconstructor"), ("copy_reg", "_reconstructor")}
_OBJECT = {("builtins", "object"), ("__builtin__", "object")}
_LIST = {("builtins", "list"), ("__builtin__", "list")}


class StateUnreadable(Exception):
    """A pickle that is damaged or that names what no statefile does."""


class _Ingredient(dict[object, object]):
    """Stands for every class of LOFAR's: a dictionary whose attributes are of no interest."""

    def __setstate__(self, state: object) -> None:
        """Drop the attributes: descriptions of fields."""

    def append(self, item: object) -> None:
        """Drop the items of a list-like field."""

    def extend(self, items: object) -> None:
        """Drop the items of a list-like field."""


def _rebuilt(cls: object, base: object, state: object) -> _Ingredient:
    """Stand for ``copyreg._reconstructor``: whatever the class, a dictionary of what its base held."""
    return _Ingredient(state) if isinstance(state, dict) else _Ingredient()


class _Reader(pickle.Unpickler):
    """Knows the few names that statefiles hold."""

    def find_class(self, module: str, name: str) -> object:
        """Return what stands for a name.

        Raises
        ------
        StateUnreadable
            For every other name.
        """
        place = (module, name)
        if place in _REBUILD:
            return _rebuilt
        if place in _DICTIONARY or place in _OBJECT:
            return _Ingredient
        if place in _LIST:
            return list
        allowed = _INGREDIENTS.get(module)
        if allowed is not None and allowed.fullmatch(name):
            return _Ingredient
        raise StateUnreadable(f"it names {module}.{name}, which has no place in a statefile")

    def persistent_load(self, pid: object) -> object:
        """Refuse objects that are kept elsewhere."""
        raise StateUnreadable("it refers to an object outside it")


def load_state(content: bytes) -> object:
    """Return the plain value that a pickled statefile holds: dictionaries, lists, tuples, texts, numbers.

    Raises
    ------
    StateUnreadable
        If it is damaged, or names anything but LOFAR's own inputs and outputs.
    """
    try:
        # Texts of Python 2 are bytes of unknown encoding; paths have to come through as they were.
        reader = _Reader(io.BytesIO(content), encoding="utf-8", errors="surrogateescape")
        return _plain(reader.load())
    except StateUnreadable:
        raise
    except Exception as error:  # a damaged pickle can raise anything
        raise StateUnreadable(str(error) or type(error).__name__) from None


def _plain(value: object, depth: int = 0) -> object:
    if depth > 50:
        raise StateUnreadable("it holds itself")
    if isinstance(value, dict):
        return {_plain(key, depth + 1): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(item, depth + 1) for item in value)
    if value is None or isinstance(value, (str, bytes, bool, int, float)):
        return value
    return str(value)
