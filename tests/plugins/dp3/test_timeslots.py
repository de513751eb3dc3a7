"""How many time slots come out, held against the real DP3."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from genericpipe_plugins.dp3.sets import read_header
from genericpipe_plugins.dp3.timeslots import slots_written

AVERAGES = [
    {},
    {"steps": "[avg]", "avg.type": "average", "avg.timestep": "2"},
    {"steps": "[avg]", "avg.type": "averager", "avg.timestep": "4"},
    {"steps": "[avg]", "avg.type": "squash", "avg.timeresolution": "20"},
    {"steps": "[average]", "average.timeresolution": "25"},
    {"steps": "[average]", "average.timeresolution": "4", "average.timestep": "3"},
    {"steps": "[a,b]", "a.type": "average", "b.type": "average", "a.timestep": "2", "b.timeresolution": "40"},
    {"steps": "[avg]", "avg.type": "average", "avg.freqstep": "2"},
]


@pytest.mark.parametrize("options", AVERAGES, ids=str)
def test_what_is_foreseen_is_what_dp3_writes(
    options: dict[str, str], dp3: Path, real_set: Callable[[str], Path], tmp_path: Path
) -> None:
    path, made = real_set("tNDPPP-generic"), tmp_path / "out.MS"
    given = {"msin": str(path), "msout": str(made), "steps": "[]", **options}
    subprocess.run(
        [dp3, *(f"{key}={value}" for key, value in given.items())],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        check=True,
    )
    header = read_header(path)
    assert header.slots == 6
    assert slots_written(given, header.slots, header.interval) == read_header(made).slots


@pytest.mark.parametrize(
    "options",
    [
        {"msin.starttime": "29Mar2013/13:59:53"},
        {"steps": "[split]"},
        {"steps": "[up]", "up.type": "upsample"},
        {"steps": "[avg]", "avg.type": "average", "avg.timestep": "many"},
    ],
    ids=str,
)
def test_what_cannot_be_foreseen_is_not(options: dict[str, str]) -> None:
    assert slots_written(options, 6, 10.0) is None
