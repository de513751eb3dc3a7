"""Settings of sphinx-build."""

import genericpipe

project = "genericpipe"
author = "the genericpipe developers"
copyright = "2026, the genericpipe developers"
version = release = genericpipe.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

autodoc_typehints = "description"
napoleon_google_docstring = False

html_theme = "furo"
html_title = f"genericpipe {release}"
