"""A pipeline whose plugin, script and library are of 2014, as a site's author wrote them for numpy 1."""

from __future__ import annotations

from typing import Any

import pytest

from genericpipe.mapfile import DataMap

CONFIG = """\
[DEFAULT]
runtime_directory = .
working_directory = %(runtime_directory)s
recipe_directories = [site]
[layout]
job_directory = %(runtime_directory)s/%(job_name)s
[remote]
method = local
"""

#: Groups measurement sets by the band that their names give.
PLUGIN = """\
import os
import imp
import numpy as np
from lofarpipe.support.data_map import DataMap, DataProduct

bandlib = imp.load_source('bandlib', os.path.join(os.path.dirname(os.path.abspath(__file__)), 'bandlib.py'))


class BandMap(DataMap):
    def __init__(self, data=list(), iterator=iter):
        super(BandMap, self).__init__(data, iterator)

    def by_band(self):
        groups = {}
        for product in self:
            band = bandlib.band_of(product.file)
            if not groups.has_key(band):
                groups[band] = []
            groups[band].append(product.file)
        return groups


def plugin_main(args, **kwargs):
    mapfile_in = kwargs['mapfile_in']
    fileid = os.path.join(kwargs['mapfile_dir'], kwargs['filename'])
    data = BandMap.load(mapfile_in)
    data.iterator = BandMap.SkipIterator
    result = DataMap([])
    frequencies = []
    for band, files in sorted(data.by_band().iteritems()):
        result.append(DataProduct('localhost', ','.join(files), False))
        frequencies.append(np.float64(120 + 0.195 * np.float(band)))
    result.save(fileid)
    return {'mapfile': fileid, 'frequencies': frequencies}
"""

LIBRARY = """\
import re
import string

_digits = re.compile('SB([0-9]+)')


def band_of(path):
    return int(_digits.search(string.upper(path)).group(1)) // 10
"""

#: Looks at each group of files.
SCRIPT = """\
import os
from collections import Mapping
from distutils.spawn import find_executable
import numpy as np


class Numbers(object):
    def __init__(self, values):
        self.values = list(values)

    def __iter__(self):
        return self

    def next(self):
        if not self.values:
            raise StopIteration
        return self.values.pop(0)


def main(files, frequencies):
    names = [os.path.basename(name) for name in files.split(',')]
    values = np.array([float(one) for one in frequencies.strip('[]').split(',')], dtype=np.float)
    assert isinstance({}, Mapping) and find_executable('sh')
    weights = dict((name, np.float32(0.5)) for name in Numbers(names))
    return {'mean': [values.mean().round(4)], 'number': np.int64(len(names)),
            'weights': sorted(weights.iteritems())}
"""

PARSET = """\
pipeline.steps = [group, look]

group.control.kind = plugin
group.control.type = groupByBand
group.control.mapfile_in = in.mapfile
group.control.mapfile_dir = input.output.mapfile_dir
group.control.filename = groups.mapfile

look.control.type = pythonplugin
look.control.executable = scripts/look.py
look.control.mapfile_in = group.output.mapfile
look.control.inputkey = files
look.control.error_tolerance = False
look.argument.flags = [files]
look.argument.frequencies = group.output.frequencies
"""

MAP = """\
[{'host': 'localhost', 'file': '/data/sb001.ms', 'skip': False},
 {'host': 'localhost', 'file': '/data/sb012.ms', 'skip': False},
 {'host': 'localhost', 'file': '/data/sb003.ms', 'skip': False},
 {'host': 'localhost', 'file': '/data/sb014.ms', 'skip': True}]
"""


@pytest.fixture
def old(project: Any) -> Any:
    """Return the project of 2014."""
    return project(
        {
            "pipeline.cfg": CONFIG,
            "site/plugins/PipelineStep_groupByBand.py": PLUGIN,
            "site/plugins/bandlib.py": LIBRARY,
            "scripts/look.py": SCRIPT,
            "in.mapfile": MAP,
            "p.parset": PARSET,
        }
    )


def maps(project: Any) -> dict[str, list[str]]:
    """Return what the mapfiles of the run hold."""
    found = sorted(project.file("p/mapfiles").glob("*.mapfile"))
    return {path.name: [entry.file for entry in DataMap.load(path).data] for path in found}


def test_it_runs_as_it_did(old: Any) -> None:
    old.run("run", "p.parset").expect()
    found = maps(old)
    assert found["groups.mapfile"] == ["/data/sb001.ms,/data/sb003.ms", "/data/sb012.ms"]
    assert found["look.mean.mapfile"] == ["[120.0975]", "[120.0975]"]
    assert found["look.number.mapfile"] == ["2", "1"]
    assert found["look.weights.mapfile"] == ["[('sb001.ms', 0.5), ('sb003.ms', 0.5)]", "[('sb012.ms', 0.5)]"]


def test_each_old_thing_is_told_once_with_its_place(old: Any) -> None:
    old.run("run", "p.parset").expect()
    (told,) = old.file("p/logs").glob("*/group/0.err")
    lines = told.read_text().splitlines()
    plugin = old.file("site/plugins/PipelineStep_groupByBand.py")
    library = old.file("site/plugins/bandlib.py")
    expected = [
        f"{library}:8: warning: string.upper is gone and was supplied: write the method .upper() of the text",
        f"{plugin}:17: warning: .has_key is gone and was supplied: write `key in` it",
        f"{plugin}:30: warning: .iteritems is gone and was supplied: write .items()",
        f"{plugin}:32: warning: numpy.float is gone and was supplied: write float",
    ]
    assert sorted(line for line in lines if "module imp is gone" not in line) == sorted(expected)


def test_lint_tells_beforehand(old: Any) -> None:
    said = old.run("lint", "p.parset").expect().stdout
    start = "site/plugins/PipelineStep_groupByBand.py:17: warning: step 'group'"
    assert (
        f"{start}: plugin site/plugins/PipelineStep_groupByBand.py uses Python 2's .has_key (and .iteritems)"
        in said
    )
    assert (
        "scripts/look.py:26: warning: step 'look': script scripts/look.py uses Python 2's .iteritems" in said
    )


def test_a_library_in_python_2_ends_the_run_before_it_begins(old: Any) -> None:
    old.write("site/plugins/bandlib.py", "def band_of(path):\n    print path\n    return 1\n")
    old.write(
        "site/plugins/PipelineStep_groupByBand.py",
        PLUGIN.replace("bandlib = imp", "import bandlib\nunused = imp"),
    )
    outcome = old.run("run", "p.parset").expect(3)
    assert "site/plugins/bandlib.py:2" in outcome.stderr
    assert "is Python 2 source: the print statement in 'print path'" in outcome.stderr
    assert not list(old.file("p").glob("logs/*/group"))


def test_a_library_in_python_2_that_lint_cannot_know_of_is_told_by_the_job(old: Any) -> None:
    """It is loaded by a path that the plugin makes up."""
    library = old.write("site/plugins/bandlib.py", "def band_of(path):\n    print path\n    return 1\n")
    outcome = old.run("run", "p.parset").expect(1)
    line = f"{library}:2: is Python 2 source: the print statement"
    assert line in outcome.stderr + outcome.stdout
    (told,) = old.file("p/logs").glob("*/group/0.err")
    assert told.read_text().splitlines()[-1] == line
