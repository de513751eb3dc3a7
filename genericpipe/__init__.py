"""Run LOFAR generic-pipeline parsets: the public API for plugins and scripts is what ``__all__`` lists."""

from __future__ import annotations
