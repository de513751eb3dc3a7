"""Stands for the module of Python 2."""

from io import StringIO

__all__ = ["StringIO"]
