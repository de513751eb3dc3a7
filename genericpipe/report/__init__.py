"""What people read: log, progress, run report, graph, comparison of two runs, provenance."""

from __future__ import annotations
