"""A step plugin as a package offers it, with what can be known of it before it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class StepPlugin:
    """A step plugin, and what it takes and gives: lint and plans look at that without importing it.

    Parameters
    ----------
    target
        Its function ``plugin_main``, or ``package.module:function``.
    needs
        The control keys without which it does nothing but fail.
    results
        The result keys that it gives, whatever the step; None where only a run can tell.
    results_from
        A prefix: each control key ``<prefix><name>`` makes it give ``<name>`` too.
    writes
        The keys that name a file or folder that it makes, besides ``<mapfile_dir>/<filename>``.
    only_maps
        Whether all that it gives depends on its keys and on the mapfiles that they name: other files and
        folders in them are names to it, and need not be there when it runs.
    """

    target: str | Callable[..., object]
    needs: tuple[str, ...] = ()
    results: tuple[str, ...] | None = None
    results_from: str = ""
    writes: tuple[str, ...] = ()
    only_maps: bool = False

    def results_with(self, keys: Iterable[str]) -> frozenset[str] | None:
        """Return the result keys that it gives to a step with these control keys, or None."""
        if self.results is None:
            return None
        prefix = self.results_from
        named = [key[len(prefix) :] for key in keys if prefix and key.startswith(prefix)]
        return frozenset((*self.results, *filter(None, named)))
