# PYTHON_ARGCOMPLETE_OK
"""``python -m genericpipe``: the same as the command ``genericpipe``."""

from __future__ import annotations

import sys

from genericpipe.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
