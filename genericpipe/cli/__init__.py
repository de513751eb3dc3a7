"""The command ``genericpipe``: its frame and one module for each sub-command."""

from __future__ import annotations
