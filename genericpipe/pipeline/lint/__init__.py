"""What can be said of a pipeline before it runs, each with its line; nothing is run or imported for it."""

from __future__ import annotations

from .checks import lint

__all__ = ["lint"]
