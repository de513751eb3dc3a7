"""Stands for the functions of `cgi` that are of use outside web servers."""

from html import escape as _escape
from urllib.parse import parse_qs, parse_qsl

__all__ = ["escape", "parse_qs", "parse_qsl"]


def escape(text: str, quote: bool = False) -> str:
    """Escape what HTML reserves."""
    return _escape(text, quote)
