"""LOFAR's `lofar.mstools`: out of scope, which importing it tells."""

from __future__ import annotations

from ._absent import OutOfScope

raise OutOfScope(__name__)
