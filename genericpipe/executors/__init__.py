"""Where a command runs: on this machine or on a cluster; each way is a module."""

from __future__ import annotations
