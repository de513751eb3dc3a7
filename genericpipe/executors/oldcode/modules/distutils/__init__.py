"""Stands for the parts of `distutils` that scripts used; Python 3.12 took it out."""

import sys

from . import truth as util

sys.modules[f"{__name__}.util"] = util  # as it was called
