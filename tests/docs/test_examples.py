"""The examples of the documentation are run, and their output is the one that is printed there.

A page takes part by ``examples: run`` in its front matter. There, every code block with a caption is a
file of that name, and every ``console`` block is run: lines that start with ``$`` are commands, what
follows is their output. ``...`` stands for any text.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Project

ROOT = Path(__file__).resolve().parent.parent.parent

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
CAPTION = re.compile(r"\A:caption: *(?P<name>\S+)\n+", re.MULTILINE)


@dataclass(frozen=True)
class File:
    """A code block with a caption: a file to write."""

    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """A line after a ``$`` in a console block, and what the page says it prints."""

    line: str
    expected: str


def runs(page: str) -> bool:
    """Return whether a page's front matter says that its examples are run."""
    front = re.match(r"---\n(.*?)^---$", page, re.MULTILINE | re.DOTALL)
    return bool(front and re.search(r"^examples: run$", front[1], re.MULTILINE))


def examples(page: str) -> Iterator[File | Command]:
    """Yield the files and commands of a page, in their order."""
    for block in FENCE.finditer(page):
        if caption := CAPTION.match(block["body"]):
            yield File(caption["name"], block["body"][caption.end() :])
        elif block["info"] == "console":
            for part in re.split(r"^\$ ", block["body"], flags=re.MULTILINE)[1:]:
                line, _, expected = part.partition("\n")
                yield Command(line, expected)


def matches(expected: str, said: str) -> bool:
    """Return whether a command said what was expected, where ``...`` stands for any text."""
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("..."))
    return re.fullmatch(pattern, said.strip(), re.DOTALL) is not None


PAGES = sorted(path for path in (ROOT / "docs").rglob("*.md") if runs(path.read_text()))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_the_examples_of_a_page(page: Path, project: Callable[[Mapping[str, str]], Project]) -> None:
    folder = project({})
    status = 0
    commands = 0
    for example in examples(page.read_text()):
        if isinstance(example, File):
            folder.write(example.name, example.text)
            continue
        commands += 1
        if example.line == "echo $?":
            said = str(status)
        else:
            program, *words = shlex.split(example.line)
            assert program == "genericpipe", f"{page}: only genericpipe and `echo $?` are run: {example.line}"
            outcome = folder.run(*words)
            status, said = outcome.status, outcome.stdout + outcome.stderr
        assert matches(example.expected, said), (
            f"{page}: $ {example.line}\n--- the page says\n{example.expected}\n--- it said\n{said}"
        )
    assert commands, f"{page}: examples: run, but there is no console block"


def test_there_are_pages_to_run() -> None:
    assert "first-lint.md" in {page.name for page in PAGES}


def test_blocks_become_files_and_commands() -> None:
    page = (
        "# Page\n```{code-block} text\n:caption: a.parset\n\nx = 1\n```\n"
        "```sh\n$ rm -rf /\n```\n```console\n$ genericpipe lint a.parset\nfine\n\nreally\n$ echo $?\n0\n```\n"
    )
    assert list(examples(page)) == [
        File("a.parset", "x = 1\n"),
        Command("genericpipe lint a.parset", "fine\n\nreally\n"),
        Command("echo $?", "0\n"),
    ]


@pytest.mark.parametrize(
    ("expected", "said", "same"),
    [
        ("a\n", "a\n\n", True),
        ("a ... d", "a b\nc d", True),
        ("a ... d", "a b c", False),
        ("a.c", "abc", False),
        ("", "a", False),
    ],
)
def test_output_is_compared_as_a_whole(expected: str, said: str, same: bool) -> None:
    assert matches(expected, said) is same


def test_only_marked_pages_are_run() -> None:
    assert runs("---\nexamples: run\n---\n# A")
    assert not runs("# A\n\nexamples: run\n")
