"""How many jobs run at once on a host (design: explicit numbers are honoured, unset means usable cores)."""

from __future__ import annotations

from ..config import Config, usable_cores
from ..errors import Finding, Severity


class Slots:
    """The number of jobs at once on each host, and the one warning where it exceeds the machine."""

    def __init__(self, config: Config, cores: int | None = None) -> None:
        self._cores = cores or usable_cores()
        self._default = config.max_per_node
        self._capped = config.get("local", "cap") == "cores"
        self._warned = False

    def on_a_host(self, max_per_node: int) -> int:
        """Return how many jobs of a step run at once on one host.

        Parameters
        ----------
        max_per_node
            What the step says; 0 where it says nothing.
        """
        wanted = max_per_node or self._default or self._cores
        return max(1, min(wanted, self._cores) if self._capped else wanted)

    def excess(self, jobs: int, threads: int) -> Finding | None:
        """Return the warning about more threads than cores, once a run."""
        if self._warned or self._capped or jobs * max(threads, 1) <= self._cores:
            return None
        self._warned = True
        return Finding(
            Severity.WARNING,
            "more-threads-than-cores",
            f"jobs at once: {jobs}, threads of each: {max(threads, 1)}; "
            f"that is more than the {self._cores} usable cores",
            None,
            "lower max_per_node or nthreads, or set [local] cap = cores",
        )
