"""What of earlier runs still holds, and what runs again."""

from __future__ import annotations
