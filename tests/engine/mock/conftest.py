"""A project of which mock runs are made, and what they note."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from genericpipe.mapfile import DataMap, read

if TYPE_CHECKING:
    from tests.conftest import Outcome, Project


@dataclass
class Stage:
    """A project in which pipelines are rehearsed."""

    project: Project
    parset: str = "p.parset"

    def mock(
        self, text: str, *words: str, file: str = "", status: int = 0, env: Mapping[str, str] | None = None
    ) -> Outcome:
        """Write a parset and make a mock run of it; `file` is the mock file's text, with ``@`` for here."""
        self.project.write(self.parset, text.replace("@", str(self.project.path)))
        if file:
            self.project.write("mock.toml", file.replace("@", str(self.project.path)))
            words = ("--mock-file", "mock.toml", *words)
        return self.project.run("run", "--mock", *words, self.parset, env=env).expect(status)

    @property
    def folder(self) -> Path:
        """The job folder."""
        return self.project.file(Path(self.parset).stem)

    def here(self, text: str) -> str:
        """Return text with ``@`` replaced by the project's folder."""
        return text.replace("@", str(self.project.path))

    def lines(self, step: str = "") -> list[dict[str, Any]]:
        """Return the lines of commands.jsonl, or those of one step."""
        text = (self.folder / "commands.jsonl").read_text("utf-8")
        return [line for line in map(json.loads, text.splitlines()) if step in ("", line["step"])]

    def argv(self, step: str) -> list[list[str]]:
        """Return the command lines of a step, with ``@`` for the project's folder."""
        here = str(self.project.path)
        return [[word.replace(here, "@") for word in line["argv"]] for line in self.lines(step)]

    def map(self, name: str) -> DataMap:
        """Return a mapfile of the job folder."""
        return read(self.folder / "mapfiles" / name)

    def files(self, name: str) -> list[Any]:
        """Return the files of a mapfile of the job folder, with ``@`` for the project's folder."""
        here = str(self.project.path)
        files = [one.file for one in self.map(name).data]
        return [file.replace(here, "@") if isinstance(file, str) else file for file in files]

    def snapshot(self) -> dict[str, bytes | None]:
        """Return every path of the project with what it holds."""
        return {
            str(path.relative_to(self.project.path)): path.read_bytes() if path.is_file() else None
            for path in sorted(self.project.path.rglob("*"))
        }


@pytest.fixture
def stage(project: Callable[..., Project]) -> Stage:
    return Stage(project())


def listing(name: str, folder: str, pattern: str = "") -> str:
    """Return the lines of a step that lists a folder."""
    return f"""
{name}.control.kind = plugin
{name}.control.type = createMapfile
{name}.control.method = mapfile_from_folder
{name}.control.folder = {folder}
{f"{name}.control.pattern = {pattern}" if pattern else ""}
{name}.control.mapfile_dir = input.output.mapfile_dir
{name}.control.filename = {name}.mapfile
"""


def program(name: str, flags: str, *lines: str, executable: str = "/no/such/program") -> str:
    """Return the lines of a step that runs a program."""
    given = "".join(f"{name}.{line}\n" for line in lines)
    return f"""
{name}.control.type = executable_args
{name}.control.executable = {executable}
{name}.argument.flags = {flags}
{given}"""


def script(name: str, flags: str, *lines: str, executable: str = "/no/such/script.py") -> str:
    """Return the lines of a step that runs a Python script."""
    return program(name, flags, *lines, executable=executable).replace("executable_args", "pythonplugin")


@pytest.fixture(scope="session")
def lines_of() -> Mapping[str, Callable[..., str]]:
    """Return what writes the lines of steps."""
    return {"listing": listing, "program": program, "script": script}
