"""LOFAR's Python package, as far as scripts of generic pipelines use it."""
