"""Stands for what `pipes` was mostly imported for."""

from shlex import quote

__all__ = ["quote"]
