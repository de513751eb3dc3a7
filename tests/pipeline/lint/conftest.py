"""A folder in which every file that a good parset names is there, and what lint says about a parset in it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe.cli.lint import check
from genericpipe.cli.pipelineoptions import add_pipeline_options
from genericpipe.errors import Finding

FILES = {
    "data.mapfile": "[{'host': 'localhost', 'file': '/data/a.MS', 'skip': False}]",
    "more.mapfile": "[{'host': 'localhost', 'file': '/data/b.MS', 'skip': False}]",
    "pipeline.cfg": (
        "[DEFAULT]\nruntime_directory = .\nworking_directory = .\nrecipe_directories = [site]\n"
        "task_files = [tasks.cfg]\nmany = plenty\nprogram = /bin/true\n"
        "[layout]\njob_directory = %(runtime_directory)s/job\n[remote]\nmethod = local\nmax_per_node = 4\n"
    ),
    "tasks.cfg": (
        "[tidy]\nrecipe = executable_args\nexecutable = /bin/true\n"
        "[typo]\nrecipe = executable_args\nexecutable = /bin/true\nmax_per_nod = 3\n"
        "[broken]\nrecipe = executable_args\nexecutable = %(nowhere)s/true\n"
        "[bare]\nexecutable = /bin/true\n"
        "[wordy]\nrecipe = executable_args\nexecutable = /bin/true\nnthreads = few\n"
    ),
    "site/plugins/PipelineStep_trim.py": "def plugin_main(args, mapfile_in, length='1'):\n    return {}\n",
    "site/plugins/PipelineStep_any.py": "def plugin_main(args, **kwargs):\n    return {}\n",
    "site/plugins/PipelineStep_wrapped.py": (
        "from functools import partial\ndef plugin_main(args, x):\n    return {}\n"
        "plugin_main = partial(plugin_main, x=1)\n"
    ),
    "site/plugins/PipelineStep_old.py": "def plugin_main(args, **kwargs):\n    print 'hello'\n",
    "site/plugins/PipelineStep_elderly.py": (
        "def plugin_main(args, **kwargs):\n    for k, v in kwargs.iteritems():\n        pass\n"
    ),
    "site/plugins/PipelineStep_torn.py": "def plugin_main(args, **kwargs:\n    return {}\n",
    "site/plugins/PipelineStep_empty.py": "def other(args):\n    return {}\n",
    "scripts/one.py": "def main(ms, step='1'):\n    return {}\n",
    "scripts/oldstyle.py": "def main(ms):\n    try:\n        pass\n    except ValueError, e:\n        pass\n",
    "data/first.MS": "",
    "site/nodes/of_the_site.py": "",
    "site/nodes/of_old.py": "import sys\nclass of_old(object):\n    pass\nprint 'hello'\n",
    "notexec": "#!/bin/sh\n",
    "opts.parset": "steps = [average]\n",
    "torn.parset": "= 3\n",
    "sub.parset": (
        "! tag = 1\n! deep = {{ tag }}\npipeline.steps = [s]\ns.control.type = executable_args\n"
        "s.control.executable = /bin/true\ns.control.mapfile_in = sub.output.mapfile\n"
        "s.control.inputkey = f\ns.argument.flags = [f, {{ deep }}]\n"
    ),
    "parsets/beside.parset": "pipeline.steps = [s]\ns.control.kind = plugin\ns.control.type = any\n",
}

Linted = Callable[..., list[Finding]]
Judge = Callable[[str, str, "int | None", str, str, str, "tuple[str, str]"], None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder, which is the current one."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GENERICPIPE_PLUGINS", raising=False)
    return tmp_path


@pytest.fixture
def linted(folder: Path) -> Linted:
    """Return what lints a text as ``a.parset``, with the options of the command line that are given."""

    def run(text: str, *words: str) -> list[Finding]:
        folder.joinpath("a.parset").write_text(text)
        parser = argparse.ArgumentParser()
        add_pipeline_options(parser)
        return list(check("a.parset", parser.parse_args(words)))

    return run


@pytest.fixture
def judge(linted: Linted) -> Judge:
    """Return what compares lint's answer to a bad parset and its good twin with a row of a table.

    ``mend`` is the text to replace in the bad parset, and what makes it good. Beside the finding that is
    expected there may be no error, and none at all in the good twin.
    """

    def run(
        code: str, severity: str, line: int | None, message: str, hint: str, text: str, mend: tuple[str, str]
    ) -> None:
        found = linted(text)
        shown = "\n".join(map(str, found))
        told = [finding for finding in found if finding.code == code]
        assert len(told) == 1, f"{code} is told {len(told)} times:\n{shown}"
        (finding,) = told
        assert finding.severity.value == severity, shown
        assert finding.location is not None, shown
        assert (finding.location.line, message in finding.message) == (line, True), shown
        assert hint in finding.hint, shown
        assert "\n" not in finding.message + finding.hint
        others = [one for one in found if one.code != code and one.severity.value == "error"]
        assert not others, shown
        old, new = mend
        assert old in text
        twin = linted(text.replace(old, new))
        assert not [one for one in twin if one.code == code or one.severity.value == "error"], "\n".join(
            map(str, twin)
        )

    return run
