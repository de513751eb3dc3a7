"""What can be said of a pipeline before it runs, each with its line; nothing is run or imported for it."""

from __future__ import annotations

from .checks import lint, plugin_failed
from .settled import settled

__all__ = ["lint", "plugin_failed", "settled"]
