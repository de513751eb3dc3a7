"""A plan: the services of the engine that foretell instead of running."""

from __future__ import annotations
