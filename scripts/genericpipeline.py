#!/usr/bin/env python3
"""LOFAR's command for running a parset; loaded as a module, it has the pipeline as a class (contract 14)."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from genericpipe.cli.legacy import main

    sys.exit(main())
else:
    from genericpipe.compat.lofarpipe import genericpipeline

    class GenericPipeline(genericpipeline.GenericPipeline):
        """A pipeline that this file runs."""

        script = __file__
