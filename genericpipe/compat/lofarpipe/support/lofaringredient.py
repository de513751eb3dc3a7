"""What a recipe takes and gives: fields that check and convert values (contract 14)."""

from __future__ import annotations

import os
from typing import Any, Iterator, Mapping, MutableMapping

from .utilities import string_to_list

__all__ = [
    "BoolField",
    "DictField",
    "DirectoryField",
    "ExecField",
    "Field",
    "FileField",
    "FileList",
    "FloatField",
    "IntField",
    "LOFARingredient",
    "LOFARinput",
    "LOFARoutput",
    "ListField",
    "RecipeIngredients",
    "StringField",
]


class Field:
    """One value that a recipe takes or gives.

    Parameters
    ----------
    opts
        The options of the command line that set it, as ``-x`` and ``--example``.
    help
        What it is.
    default
        Its value where none is given.
    optional
        Whether it may stay without.
    """

    def __init__(self, *opts: str, help: str = "", optional: bool = False, **default: Any) -> None:
        if set(default) - {"default"}:
            raise TypeError(f"a field takes help, default and optional, not {', '.join(sorted(default))}")
        self.optionstrings = opts
        self.help = help
        self.optional = optional
        if default:  # whether there is one is asked by its presence
            self.default = default["default"]

    def is_valid(self, value: Any) -> bool:
        """Return whether a converted value may stand."""
        return True

    def coerce(self, value: Any) -> Any:
        """Return a value as what it is to be; one that cannot be converted is returned as it is."""
        return value


class StringField(Field):
    """A text."""

    def is_valid(self, value: Any) -> bool:
        """Return whether a value is a text."""
        return isinstance(value, str)


class IntField(Field):
    """A whole number."""

    def is_valid(self, value: Any) -> bool:
        """Return whether a value is a whole number."""
        return isinstance(value, int)

    def coerce(self, value: Any) -> Any:
        """Return a value as a whole number, if it can be one."""
        try:
            return int(value)
        except (TypeError, ValueError):
            return value


class FloatField(Field):
    """A number."""

    def is_valid(self, value: Any) -> bool:
        """Return whether a value is a number."""
        return isinstance(value, float)

    def coerce(self, value: Any) -> Any:
        """Return a value as a number, if it can be one."""
        try:
            return float(value)
        except (TypeError, ValueError):
            return value


class FileField(Field):
    """The path of something that exists."""

    def is_valid(self, value: Any) -> bool:
        """Return whether a value is the path of something that exists."""
        return isinstance(value, str) and os.path.exists(value)

    def coerce(self, value: Any) -> Any:
        """Return a value as the path of something that exists, if it can be one."""
        return os.fspath(value) if isinstance(value, os.PathLike) else value


class ExecField(FileField):
    """The path of a program."""

    def is_valid(self, value: Any) -> bool:
        """Return whether a value is the path of a program."""
        return isinstance(value, str) and os.access(value, os.X_OK)


class DirectoryField(FileField):
    """The path of a folder."""

    def is_valid(self, value: Any) -> bool:
        """Return whether a value is the path of a folder."""
        return isinstance(value, str) and os.path.isdir(value)


class BoolField(Field):
    """True or false, in any usual spelling; empty and ``None`` are false (contract 7.1)."""

    _SPELLINGS: Mapping[str, bool] = {
        **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
        **dict.fromkeys(("false", "f", "no", "n", "off", "0", "none", ""), False),
    }

    def is_valid(self, value: Any) -> bool:
        """Return whether a value is true or false."""
        return isinstance(value, bool)

    def coerce(self, value: Any) -> Any:
        """Return a value as true or false, if it can be one."""
        return self._SPELLINGS.get(str(value).strip().lower(), value)


class ListField(Field):
    """A list, or the text of one in brackets."""

    def is_valid(self, value: Any) -> bool:
        """Return whether a value is a list."""
        return isinstance(value, list)

    def coerce(self, value: Any) -> Any:
        """Return a value as a list, if it can be one."""
        if isinstance(value, str):
            return string_to_list(value)
        return list(value) if isinstance(value, (tuple, set, frozenset)) else value


class FileList(ListField):
    """A list of paths of things that exist."""

    def is_valid(self, value: Any) -> bool:
        """Return whether a value is a list of paths of things that exist."""
        return super().is_valid(value) and all(isinstance(one, str) and os.path.exists(one) for one in value)


class DictField(Field):
    """A dictionary."""

    def is_valid(self, value: Any) -> bool:
        """Return whether a value is a dictionary."""
        return isinstance(value, dict)


class LOFARingredient(MutableMapping[str, Any]):
    """Values of fields: each is converted and checked when it is set.

    Parameters
    ----------
    fields
        The fields by name.
    """

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = fields
        self._values: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        if key not in self._values and hasattr(self._fields.get(key), "default"):
            # A copy: a list is not shared between recipes (contract 15, 1).
            self._values[key] = self._checked(key, self._copied(self._fields[key].default))
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._values[key] = self._checked(key, value)

    def __delitem__(self, key: str) -> None:
        del self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter([key for key in self._fields if key in self])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        return key in self._values or hasattr(self._fields.get(str(key)), "default")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)!r})"

    @staticmethod
    def _copied(value: Any) -> Any:
        return type(value)(value) if isinstance(value, (list, dict, set)) else value

    def _checked(self, key: str, value: Any) -> Any:
        """Return a value as its field has it.

        Raises
        ------
        TypeError
            If there is no such field, or the value does not suit it.
        """
        if key not in self._fields:
            raise TypeError(f"Ingredient {key} not defined")
        field = self._fields[key]
        converted = field.coerce(value)
        if not field.is_valid(converted):
            raise TypeError(f"{value!s} is an invalid value for {type(field).__name__} {key}")
        return converted

    @property
    def missing(self) -> list[str]:
        """The fields that are not optional and have no value."""
        return [key for key, field in self._fields.items() if not field.optional and key not in self]

    def complete(self) -> bool:
        """Return whether every field that is not optional has a value."""
        return not self.missing


class LOFARinput(LOFARingredient):
    """What a recipe takes."""


class LOFARoutput(LOFARingredient):
    """What a recipe gives."""


_NO_FIELDS: Mapping[str, Field] = {}


class RecipeIngredients:
    """Gathers the fields of a recipe: those of its class, and of the classes it is made from.

    A class names its own in the dictionaries ``inputs`` and ``outputs``; an object has the values there.
    """

    inputs: Any = _NO_FIELDS
    outputs: Any = _NO_FIELDS
    _infields: Mapping[str, Field] = _NO_FIELDS
    _outfields: Mapping[str, Field] = _NO_FIELDS

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._infields = _gathered(cls, "inputs")
        cls._outfields = _gathered(cls, "outputs")

    def __init__(self) -> None:
        super().__init__()
        self.inputs = LOFARinput(self._infields)
        self.outputs = LOFARoutput(self._outfields)


def _gathered(cls: type, name: str) -> dict[str, Field]:
    gathered: dict[str, Field] = {}
    for one in reversed(cls.__mro__):
        gathered.update(vars(one).get(name) or {})
    return gathered
