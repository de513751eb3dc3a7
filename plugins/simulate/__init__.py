"""Simulated observations: measurement sets as LOFAR's HBA makes them, of a sky that is known."""

from __future__ import annotations

from .simulation import Simulated, simulate
from .sky import Source, read_sky

__all__ = ["Simulated", "Source", "read_sky", "simulate"]
