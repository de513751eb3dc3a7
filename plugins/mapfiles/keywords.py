"""What a step gives a plugin: the control keys, all of them text, taken with errors that name them."""

from __future__ import annotations

import difflib
import logging
import os
import re
from collections.abc import Collection, Mapping

from genericpipe import GenericPipeError, did_you_mean, entries_of

_LOG = logging.getLogger(__name__)

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
# So close that it is a slip of the finger. `mapfile_out` is not: it means something else than `mapfile_in`.
_SLIP = 0.85
_TRUTH = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0"), False),
}


class Keywords:
    """The keywords of one call of ``plugin_main``.

    A key that looks like a misspelt one of the plugin's is warned about; others may be there (contract 9:
    all control keys arrive).

    Parameters
    ----------
    plugin
        The name of the plugin, for messages.
    given
        The keywords; values become text.
    known
        All keys that the plugin reads.
    """

    def __init__(self, plugin: str, given: Mapping[str, object], known: Collection[str]) -> None:
        self.plugin = plugin
        self._given = given
        self._has_methods = "method" in known
        for key in given:
            meant = [] if key in known else difflib.get_close_matches(key, known, 1, _SLIP)
            if meant and meant[0] not in given:
                _LOG.warning("%s: the key %r is not used; did you mean %r?", plugin, key, meant[0])

    def fault(self, message: str, hint: str = "") -> GenericPipeError:
        """Return an error that begins with the plugin's name."""
        return GenericPipeError(f"{self.plugin}: {message}", hint=hint)

    def optional(self, key: str) -> str:
        """Return the text of a key, empty where it is not given."""
        value = self._given.get(key)
        return "" if value is None else str(value)

    def text(self, key: str, *, empty: bool = False) -> str:
        """Return the text of a key that has to be there.

        Parameters
        ----------
        key
            The key.
        empty
            Whether it may be empty.

        Raises
        ------
        GenericPipeError
            If it is missing or empty.
        """
        value = self.optional(key)
        if key not in self._given or self._given[key] is None:
            # compressMapfile is often given a method, of which it knows nothing.
            method = self.optional("method") if self._has_methods else ""
            needs = f"method {method!r} needs the key {key!r}" if method else f"the key {key!r} is missing"
            raise self.fault(needs, f"add <step>.control.{key} = ... to the step")
        if not value and not empty:
            raise self.fault(f"the key {key!r} is empty", f"give a value in <step>.control.{key}")
        return value

    def count(self, key: str, least: int) -> int:
        """Return the value of a key as a whole number.

        Raises
        ------
        GenericPipeError
            If it is missing, no whole number, or smaller than `least`.
        """
        text = self.text(key)
        if not _INTEGER.fullmatch(text.strip()) or int(text) < least:
            raise self.fault(f"{key} = {text!r} is no whole number from {least} on")
        return int(text)

    def number(self, key: str, default: int) -> int:
        """Return the value of a key as a whole number that may be negative.

        Parameters
        ----------
        key
            The key.
        default
            The number where it is missing or empty.

        Raises
        ------
        GenericPipeError
            If it is no whole number.
        """
        text = self.optional(key).strip()
        if not text:
            return default
        if not _INTEGER.fullmatch(text):
            raise self.fault(f"{key} = {text!r} is no whole number")
        return int(text)

    def flag(self, key: str, default: bool) -> bool:
        """Return the value of a key as a truth value.

        Parameters
        ----------
        key
            The key.
        default
            The value where it is missing or empty.

        Raises
        ------
        GenericPipeError
            If it is none.
        """
        text = self.optional(key).strip()
        if not text:
            return default
        if text.lower() not in _TRUTH:
            raise self.fault(f"{key} = {text!r} is no truth value", "give True or False")
        return _TRUTH[text.lower()]

    def items(self, key: str) -> list[str]:
        """Return the items of a key that holds a list, such as ``[a, b]``; text without brackets is one item.

        Raises
        ------
        GenericPipeError
            If it is missing or holds no item.
        """
        found = entries_of(self._given.get(key) if isinstance(self._given.get(key), list) else self.text(key))
        found = [item.strip() for item in found]
        if not any(found):
            raise self.fault(f"{key} = {self.optional(key)!r} is an empty list", f"give {key} = [..., ...]")
        if not all(found):
            raise self.fault(f"{key} = {self.optional(key)!r} has an empty item")
        return found

    def choice(self, key: str, known: Collection[str]) -> str:
        """Return the value of a key that names one of several things.

        Raises
        ------
        GenericPipeError
            If it is missing or another one; names the nearest.
        """
        return self.checked(key, self.text(key), known)

    def checked(self, what: str, name: str, known: Collection[str]) -> str:
        """Return `name` if it is a known one.

        Raises
        ------
        GenericPipeError
            If it is another one; names the nearest.
        """
        if name not in known:
            hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
            raise self.fault(f"unknown {what} {name!r}", hint)
        return name

    def target(self) -> str:
        """Return the path of the mapfile to write, ``<mapfile_dir>/<filename>``.

        Raises
        ------
        GenericPipeError
            If either is missing or empty.
        """
        return os.path.join(self.text("mapfile_dir"), self.text("filename"))
