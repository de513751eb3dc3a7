"""A mock run: every step has its turn and leaves its mapfiles, and no program of the pipeline is started."""

from __future__ import annotations
