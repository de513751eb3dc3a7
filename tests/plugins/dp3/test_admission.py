"""What is looked at before DP3 starts: what makes the real one fail or do harm, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.dp3 import genericpipe_admit_job
from genericpipe_plugins.dp3.admission import look_at

from genericpipe import Finding, Job, Location, Severity

Sets = Callable[..., Path]
Steps = Callable[..., Any]

SUBBAND = 195312.5


@pytest.fixture
def look(step: Steps, tmp_path: Path) -> Callable[..., list[Finding]]:
    """Return a function that looks at options, of which `out.MS` is the output by default."""

    def found(**options: str) -> list[Finding]:
        given = {"msout": "out.MS", **{key.replace("_", "."): text for key, text in options.items()}}
        return list(look_at(given, tmp_path, step(given)))

    return found


def listed(*paths: Path) -> str:
    return f"[{','.join(map(str, paths))}]"


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def dp3_with(dp3: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        [dp3, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_neighbouring_subbands_are_fine(look: Any, lofar_set: Sets) -> None:
    paths = [lofar_set(f"{n}.MS", 150e6 + n * SUBBAND) for n in (1, 0, 2)]
    assert look(msin=listed(*paths), msin_datacolumn="DATA", msout_storagemanager="Dysco") == []


def test_dysco_needs_two_time_slots_or_dp3_aborts(
    look: Any, dp3: Path, real_set: Callable[[str], Path], tmp_path: Path
) -> None:
    options = {
        "msin": str(real_set("tAWImager2")),
        "msout": "out.MS",
        "msout.storagemanager": "Dysco",
        "steps": "[avg]",
        "avg.type": "average",
        "avg.timeresolution": "16",
    }
    done = dp3_with(dp3, tmp_path, *(f"{key}={value}" for key, value in options.items()))
    assert done.returncode not in (0, 1)
    assert "at least two timeblocks" in done.stderr
    shutil.rmtree(tmp_path / "out.MS")
    (found,) = look(**{key.replace(".", "_"): value for key, value in options.items()})
    assert (found.severity, found.code) == (Severity.ERROR, "dp3-dysco-slots")
    assert found.location == Location("a.parset", 12)
    assert "single time slot" in found.message
    assert look(**{**{key.replace(".", "_"): text for key, text in options.items()}, "steps": "[]"}) == []


def test_inputs_that_are_not_there(look: Any, lofar_set: Sets) -> None:
    there = lofar_set("a.MS")
    (found,) = look(msin="no.MS")
    assert (found.code, found.hint) == ("dp3-no-input", "")
    (found,) = look(msin=f"[{there},no.MS,nor.MS]")
    assert "no.MS and 1 more of its 3 inputs" in found.message
    assert "msin.missingdata" in found.hint
    # As production pipelines put flagged channels in place of lost subbands.
    gaps = {"msin_missingdata": "True", "msin_orderms": "False"}
    assert look(msin=f"[{there},no.MS]", **gaps) == []
    assert codes(look(msin="[no.MS,nor.MS]", **gaps)) == ["dp3-no-input"]
    assert codes(look(msin=f"[{there},no.MS]", msin_missingdata="True")) == ["dp3-no-input"]


def test_patterns_are_left_to_dp3(look: Any) -> None:
    assert look(msin="no*.MS") == []


@pytest.mark.parametrize("overwrite", ["", "false", "True", "yes"])
def test_an_output_that_is_there(overwrite: str, look: Any, lofar_set: Sets, tmp_path: Path) -> None:
    lofar_set("a.MS")
    (tmp_path / "out.MS").mkdir()
    found = look(msin="a.MS", **({"msout_overwrite": overwrite} if overwrite else {}))
    assert codes(found) == ([] if overwrite in ("True", "yes") else ["dp3-output-exists"])
    assert look(msin="a.MS", msout=".") == []
    assert look(msin="a.MS", msout="a.MS") == []


def test_the_column_that_is_read_has_to_be_there(look: Any, lofar_set: Sets) -> None:
    (found,) = look(msin=str(lofar_set()), msin_datacolumn="CORRECTED_DATA")
    assert found.code == "dp3-no-column"
    assert "CORRECTED_DATA" in found.message
    assert found.location == Location("a.parset", 12)


def test_what_is_no_measurement_set(look: Any, tmp_path: Path) -> None:
    (tmp_path / "a.MS").mkdir()
    (found,) = look(msin="a.MS")
    assert found.code == "dp3-bad-input"
    assert str(tmp_path / "a.MS") in found.message


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"slots": 3}, "another last time (-4.006 s)"),
        ({"interval": 2.00278016, "slots": 7}, "another time interval (2.00278 s, not 4.00556 s)"),
        ({"changes": {"ANTENNA": {"NAME": "RS106HBA"}}}, "other stations"),
        ({"changes": {"POLARIZATION": {"NUM_CORR": 2}}}, "another number of correlations (2, not 4)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_sets_that_dp3_does_not_join(other: Any, words: str, look: Any, lofar_set: Sets) -> None:
    paths = lofar_set("a.MS"), lofar_set("b.MS", 150e6 + SUBBAND, **other)
    (found,) = look(msin=listed(*paths))
    assert (found.severity, found.code) == (Severity.ERROR, "dp3-sets-differ")
    assert words in found.message
    assert str(paths[1]) in found.message


def test_baselines_in_another_order(look: Any, lofar_set: Sets) -> None:
    import numpy as np

    ends = np.tile(np.array([0, 1, 0, 1, 0, 2], np.int32), 4)
    paths = lofar_set("a.MS"), lofar_set("b.MS", 150e6 + SUBBAND, changes={"": {"ANTENNA1": ends}})
    assert codes(look(msin=listed(*paths))) == ["dp3-sets-differ"]
    # Which of them are read is chosen.
    assert look(msin=listed(*paths), msin_baseline="CS*&") == []


def test_times_that_are_chosen_need_not_be_equal(look: Any, lofar_set: Sets) -> None:
    paths = lofar_set("a.MS"), lofar_set("b.MS", 150e6 + SUBBAND, slots=3)
    assert look(msin=listed(*paths), msin_ntimes="2") == []


def test_the_same_frequencies_twice_are_joined_by_dp3_without_a_word(
    look: Any, dp3: Path, real_set: Callable[[str], Path], tmp_path: Path
) -> None:
    first = real_set("tNDPPP-generic")
    second = shutil.copytree(first, tmp_path / "copy.MS")
    done = dp3_with(dp3, tmp_path, f"msin={listed(first, second)}", "msout=out.MS", "steps=[]")
    assert done.returncode == 0
    shutil.rmtree(tmp_path / "out.MS")
    (found,) = look(msin=listed(first, second))
    assert (found.severity, found.code) == (Severity.ERROR, "dp3-same-frequencies")
    assert str(first) in found.message
    assert str(second) in found.message


def test_a_subband_that_is_left_out_is_a_warning(look: Any, lofar_set: Sets) -> None:
    paths = [lofar_set(f"{n}.MS", 150e6 + n * SUBBAND) for n in (0, 1, 3)]
    (found,) = look(msin=listed(*paths))
    assert (found.severity, found.code) == (Severity.WARNING, "dp3-subbands-left-out")
    # The last channel of subband 1 and the first of subband 3, 4 channels each.
    assert "150.3418 MHz to 150.5859 MHz" in found.message
    gaps = {"msin_missingdata": "True", "msin_orderms": "False"}
    assert look(msin=f"[{paths[0]},{paths[1]},gap,{paths[2]}]", **gaps) == []


@pytest.mark.parametrize("value", [0.0, float("nan"), float("inf")])
def test_weights_of_which_none_can_be_used(value: float, look: Any, lofar_set: Sets) -> None:
    import numpy as np

    weights = np.full((24, 4, 4), value, np.float32)
    path = lofar_set(changes={"": {"WEIGHT_SPECTRUM": weights}})
    (found,) = look(msin=str(path))
    assert (found.severity, found.code) == (Severity.ERROR, "dp3-no-weights")
    assert look(msin=str(path), msin_autoweight="True") == []
    weights[-1, -1, -1] = 1.0
    assert look(msin=str(lofar_set("b.MS", changes={"": {"WEIGHT_SPECTRUM": weights}}))) == []


def test_only_jobs_of_dp3_are_looked_at(job: Callable[..., Job], step: Steps) -> None:
    assert list(genericpipe_admit_job(step(), job("wsclean", "msin=no.MS"))) == []
    (found,) = genericpipe_admit_job(step(), job("/opt/NDPPP", "msin=no.MS", "msout=b.MS"))
    assert found.code == "dp3-no-input"
