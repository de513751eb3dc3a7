"""What a run writes down while it goes on, and what that says afterwards."""

from __future__ import annotations
