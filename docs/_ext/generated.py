"""Directives that stand for what the code says of itself: ``{step-kind} loop``, ``{command} lint``, ...

What each gives is Markdown, made by a function in `declarations` or `commandlines`; nothing is written to
disk. The declarations of a site's plugin can be shown in the same way, where it is plugged in when the
documentation is built.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import commandlines
import declarations
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import genericpipe

DIRECTIVES: dict[str, Callable[[str], str]] = {**declarations.DIRECTIVES, **commandlines.DIRECTIVES}


class Generated(SphinxDirective):
    """A directive whose content a function gives."""

    optional_arguments = 1
    final_argument_whitespace = True
    make: ClassVar[Callable[[str], str]]

    def run(self) -> list[nodes.Node]:
        """Return the parsed content."""
        for source in Path(genericpipe.__file__).parent.rglob("*.py"):
            self.env.note_dependency(str(source))
        try:
            text = type(self).make(self.arguments[0] if self.arguments else "")
        except LookupError as error:
            raise self.error(str(error)) from error
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, object]:
    """Add the directives."""
    for name, make in DIRECTIVES.items():
        app.add_directive(name, type("Generated", (Generated,), {"make": staticmethod(make)}))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
