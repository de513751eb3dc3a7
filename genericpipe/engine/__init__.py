"""Jobs become outcomes: the step loop, slots, processes, signals, retries, journal, resume, lock."""

from __future__ import annotations
