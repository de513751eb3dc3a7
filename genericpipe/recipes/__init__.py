"""A step -> jobs: what recipes take and make of it."""

from __future__ import annotations
