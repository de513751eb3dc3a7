"""LOFAR's pipeline framework, as far as scripts of generic pipelines use it."""
