"""Stands for the module of Python 2."""

from subprocess import getoutput, getstatusoutput

__all__ = ["getoutput", "getstatusoutput"]
