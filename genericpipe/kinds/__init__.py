"""What a step of each kind is, and does when its turn comes."""

from __future__ import annotations
