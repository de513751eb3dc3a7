"""What keeps a job folder in order: its lock, LOFAR's statefile, files written in one go."""

from __future__ import annotations
