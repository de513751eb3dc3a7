"""Parset and configuration -> Pipeline: what would run, in which order, with which text."""

from __future__ import annotations

from .build import build, unfold
from .declarations import ArgumentFormat, ControlKey, Recipe, ResultKey, StepKind
from .references import Reference, find, resolve
from .step import Pipeline, Step, Value

__all__ = [
    "ArgumentFormat",
    "ControlKey",
    "Pipeline",
    "Recipe",
    "Reference",
    "ResultKey",
    "Step",
    "StepKind",
    "Value",
    "build",
    "find",
    "resolve",
    "unfold",
]
