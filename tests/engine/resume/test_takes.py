"""Which mapfiles a step's programs get by their paths."""

from __future__ import annotations

from pathlib import Path

from genericpipe.config import Settings, load
from genericpipe.engine.resume.takes import takes_of
from genericpipe.parset import read
from genericpipe.pipeline import build
from genericpipe.pipeline.binding import bind_step

PARSET = """
pipeline.steps = [a, b, c, s]
a.control.type = createMapfile
a.control.kind = plugin
b.control.type = createMapfile
b.control.kind = plugin
c.control.type = createMapfile
c.control.kind = plugin
s.control.type = executable_args
s.control.executable = /bin/true
s.control.mapfile_in = a.output.mapfile
s.argument.flags = [b.output.mapfile]
s.argument.mapfile_c = c.output.mapfile
s.argument.value = a.output.filter
"""


def test_maps_read_entry_by_entry_are_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "p.parset"
    path.write_text(PARSET)
    maps = {name: tmp_path / f"{name}.mapfile" for name in "abc"}
    for one in maps.values():
        one.write_text("[]")
    pipeline = build(read(path), load(Settings("job")))
    results = {name: {"mapfile": str(one), "filter": "x"} for name, one in maps.items()}
    bound = bind_step(pipeline.steps[-1], results)
    assert [one.path for one in bound.implicit] == [str(maps["b"])]
    assert takes_of(bound) == ("c",)
