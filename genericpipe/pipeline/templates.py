"""Parsets that are Jinja2 templates, as factor's were: recognised here, so that nothing misreads them."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import Location, ParsetError
from ..parset import Parset
from ..parset.reader import decode, parse, read_bytes

_STATEMENT = re.compile(
    r"\{%[-+]?\s*(?:block|call|do|elif|else|end\w+|extends|filter|for|from|if|import|include|macro|raw|set|with)\b"
    r"[^}]*\}?"
)
_COMMENT = re.compile(r"\{#.*")
_BRACES = re.compile(r"\{\{([^{}]+)\}\}")
#: What is in braces and is more than a name: filters, keys, calls, texts, ``a.b``.
_EXPRESSION = re.compile(r"[|\[('\"~]|\s(?:if|is|and|or|in|[-+*/])\s")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
#: A comment of the parset itself, from its ``#`` on; one between braces belongs to the template.
_PARSET_COMMENT = re.compile(r"(?<!\{)#(?!\})")
_DEFINITION = re.compile(r"[ \t]*(?:!+|pipeline\.replace\.)[ \t]*([^=\n]*?)[ \t]*=")


@dataclass(frozen=True)
class Evidence:
    """What shows that a text is a template, and its line."""

    text: str
    line: int


class UnrenderedTemplate(ParsetError):
    """A template where a parset is wanted."""


def read_parset(path: str | os.PathLike[str], options: Iterable[str] = ()) -> Parset:
    """Read a parset for a pipeline.

    Parameters
    ----------
    path
        The file.
    options
        Names that ``{{ name }}`` may hold beside those that the parset itself defines.

    Raises
    ------
    UnrenderedTemplate
        If it is a template; its lines mean nothing before it is rendered.
    ParsetError
        If it cannot be read.
    """
    name = os.fspath(path)
    text = decode(read_bytes(name))
    found = evidence(text, options)
    if found is not None:
        raise UnrenderedTemplate(
            f"this is a Jinja2 template, not yet a parset: {found.text}",
            Location(name, found.line),
            f"render it first: {command(name)}; --list shows its variables",
        )
    return parse(text, name)


def command(name: str) -> str:
    """Return the command that renders a template."""
    file = Path(name)
    return f"genericpipe render {shlex.quote(name)} --set NAME=VALUE -o {shlex.quote(target(file).name)}"


def target(template: Path) -> Path:
    """Return a name for what a template becomes: ``a.rendered.parset`` for ``a.parset``."""
    return template.with_name(f"{template.stem}.rendered.parset")


def evidence(text: str, options: Iterable[str] = ()) -> Evidence | None:
    """Return the first thing in a text that only a Jinja2 template has, or None.

    ``{{ name }}`` is none, as every production parset has it, nor is anything in braces that is defined as an
    option.

    Parameters
    ----------
    text
        What the file holds.
    options
        Names of options that are defined elsewhere.
    """
    if "{" not in text:
        return None
    known: set[str] | None = None
    closes_comment = text.rfind("#}")
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if "{" in line:
            comment = _PARSET_COMMENT.search(line)
            body = line[: comment.start()] if comment else line
            found = _STATEMENT.search(body) or (
                _COMMENT.search(body) if start + body.find("{#") < closes_comment else None
            )
            if found:
                return Evidence(found.group().strip(), number)
            for braces in _BRACES.finditer(body):
                inner = braces.group(1).strip("-+").strip()
                if _EXPRESSION.search(inner) or _DOTTED.fullmatch(inner):
                    known = known if known is not None else {*options, *defined(text)}
                    if inner not in known:
                        return Evidence(braces.group(), number)
        start += len(line) + 1
    return None


def defined(text: str) -> Iterator[str]:
    """Yield the names of options that a text defines (contract 4.6), be it a parset or not."""
    for line in text.split("\n"):
        found = _DEFINITION.match(line)
        if found:
            yield found.group(1)
