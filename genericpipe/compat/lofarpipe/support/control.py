"""Pipelines that are written as Python (contract 14)."""

from __future__ import annotations

from typing import Any

from .stateful import StatefulRecipe

__all__ = ["control"]


class control(StatefulRecipe):
    """A recipe whose work is `pipeline_logic`, which cooks others by ``self.run_task``."""

    def usage(self) -> int:
        """Tell how it is called, and return the status for a wrong call."""
        print(f"Usage: {self.name} [options]")
        return 1

    def pipeline_logic(self) -> Any:
        """Run the tasks; a pipeline has its own."""
        raise NotImplementedError(f"{type(self).__name__} has no method pipeline_logic")

    def go(self) -> Any:
        """Run the pipeline, and say in the log how it went."""
        super().go()
        self.logger.info("LOFAR Pipeline (%s) starting.", self.name)
        try:
            status = self.pipeline_logic()
        except Exception:
            self.logger.error("LOFAR Pipeline finished unsuccesfully.")
            raise
        if status:
            self.logger.error("LOFAR Pipeline finished unsuccesfully.")
            return status
        self.logger.info("LOFAR Pipeline finished succesfully.")
        return 0
