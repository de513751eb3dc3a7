#!/usr/bin/env python3
"""Stands beside ``genericpipeline.py`` for programs that load both, as factor did (contract 14).

LOFAR's own looked for step plugins in here. `genericpipe` does that itself; nobody else needs anything of it.
"""
