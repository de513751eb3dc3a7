"""Settings of sphinx-build."""

import sys
from pathlib import Path

import genericpipe

# Our own directives: tables that the code itself gives.
sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "genericpipe"
author = "the genericpipe developers"
copyright = "2026, the genericpipe developers"
version = release = genericpipe.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "generated"]
exclude_patterns = ["_build", "_ext"]

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

autodoc_typehints = "description"
napoleon_google_docstring = False

html_theme = "furo"
html_title = f"genericpipe {release}"
