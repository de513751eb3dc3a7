"""A run ends before its first step where the data forbid it, and goes on where they are only odd."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Text = Callable[..., str]
SUBBAND = 195312.5


def test_a_fatal_finding_ends_the_run_before_anything(
    project: Callable[..., Any], lofar_set: Callable[..., Path], image_parset: Text
) -> None:
    sets = [lofar_set("a.MS"), lofar_set("b.MS", changes={"ANTENNA": {"DISH_DIAMETER": 0.0}})]
    made = project({"bin/wsclean": "#!/bin/sh\nexit 0\n"})
    out = made.file("out")
    out.mkdir()
    made.write("image.parset", image_parset(sets, out))
    outcome = made.run("run", "image.parset").expect(3)
    assert "[same-frequency]" in outcome.stderr
    assert "[bad-diameter]" in outcome.stderr
    assert "image.parset:1: error: data_input_filenames: " in outcome.stderr
    assert not list(made.file("image/mapfiles").glob("*"))


def test_warnings_let_it_run(
    project: Callable[..., Any], lofar_set: Callable[..., Path], image_parset: Text
) -> None:
    sets = [lofar_set("a.MS"), lofar_set("b.MS", 150e6 + SUBBAND), lofar_set("c.MS", 150e6 + 2 * SUBBAND)]
    sets.append(lofar_set("d.MS", 150e6 + 4 * SUBBAND))
    made = project({"bin/wsclean": "#!/bin/sh\nexit 0\n"})
    out = made.file("out")
    out.mkdir()
    # The last step would look for an image; here only what comes before it is of interest.
    text = image_parset(sets, out).replace("do_magic, image]", "do_magic]")
    made.write("image.parset", text)
    outcome = made.run("run", "image.parset").expect(0)
    assert "[frequency-gap]" in outcome.stdout + outcome.stderr
    assert made.file("image/mapfiles/do_magic.datamap_deep_high_size").is_file()
