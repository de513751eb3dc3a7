"""Reads the sources of a site: where one uses what is gone, its syntax tree is changed before it is run."""

from __future__ import annotations

import builtins
import re
from importlib.machinery import SourceFileLoader
from typing import Any

from .site import Site

#: What may need a change. A source without any of these is compiled as it is, and not parsed twice.
_OLD = re.compile(
    rb"\b(?:iter|view)(?:items|keys|values)\b|\bhas_key\b|\.next\b|\bdef (?:next|__nonzero__|__div__)\b"
    rb"|\b(?:basestring|cmp|execfile|intern|long|raw_input|reduce|reload|StandardError|unichr|unicode|xrange)\b"
    rb"|\b(?:apply|file)\b|\.(?:func|im)_[a-z]+\b|\.(?:message|getchildren|getiterator|isAlive|readfp)\b"
    rb"|\.(?:itemset|newbyteorder|ptp|tostring)\b|\bcopy *= *(?:False|0)\b"
    rb"|\b(?:keys|values|items)\(\)\[|\b(?:map|filter|zip)\([^\n]*\)\["
)


class Sources:
    """Compiles sources, those of a site with what is gone put back.

    Parameters
    ----------
    site
        Which sources they are, and what tells of old things.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def code(self, data: bytes, path: str) -> Any:
        """Return the code of a source, or None if nothing in it needs a change.

        Raises
        ------
        SyntaxError, ValueError
            If it does not parse.
        """
        if not _OLD.search(data):
            return None
        from .calls import Calls
        from .rewriting import rewritten

        # Code may run within any names, but always finds these.
        vars(builtins).update(Calls(self._site).by_name())
        return compile(rewritten(data, path), path, "exec", dont_inherit=True)

    def serve_all_imports(self) -> None:
        """Change what the site imports from now on, however it does: by name, by `imp`, by a loader it makes.

        What was changed is never written beside the source, where another Python would find it.
        """
        usual = SourceFileLoader.get_code

        def get_code(loader: SourceFileLoader, fullname: str) -> Any:
            path = loader.get_filename(fullname)
            changed = self.code(loader.get_data(path), path) if self._site.owns(path) else None
            return usual(loader, fullname) if changed is None else changed

        SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]
