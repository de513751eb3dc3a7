"""What an image says of the data that it was made of, and what is taken from these."""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from genericpipe_plugins.feedback import genericpipe_product_metadata

pytest.importorskip("casacore.tables")

from genericpipe_plugins.feedback.imagedsets import sets_of

Maker = Callable[..., Path]


def cards(text: str) -> list[str]:
    """Return a text as cfitsio writes it into HISTORY: 72 characters a card, blanks at their ends lost."""
    return [text[start : start + 72].rstrip() for start in range(0, len(text), 72)]


def described(path: Path) -> dict[str, str]:
    answer = genericpipe_product_metadata(product_type="SkyImage", path=path)
    assert answer is not None
    return dict(answer)


@pytest.mark.parametrize("padding", range(74))
def test_a_command_line_is_put_together_again(tmp_path: Path, padding: int) -> None:
    """Wherever the cards are cut: also between two words."""
    sets = [tmp_path / "a.MS", tmp_path / "b.MS"]
    for path in sets:
        path.mkdir(exist_ok=True)
        (path / "table.dat").touch()
    line = f"wsclean -name {'x' * padding} -scale 0.00208 {sets[0]} {sets[1]}"
    assert sets_of(cards(line)) == [str(path) for path in sets]


def found(tmp_path: Path, line: str, *more: str) -> Sequence[str]:
    (tmp_path / "a.MS").mkdir(exist_ok=True)
    (tmp_path / "a.MS/table.dat").touch()
    return sets_of([*cards(line.replace("HERE", str(tmp_path))), *more])


def test_an_option_s_path_is_no_set(tmp_path: Path) -> None:
    assert found(tmp_path, "wsclean -temp-dir HERE HERE/a.MS") == [str(tmp_path / "a.MS")]


def test_one_that_is_gone_leaves_none(tmp_path: Path) -> None:
    assert found(tmp_path, "wsclean -join-channels HERE/gone.MS HERE/a.MS") == []
    assert found(tmp_path, "wsclean HERE/a.MS HERE/gone.MS") == []


def test_nobody_knows_where_a_relative_path_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert found(tmp_path, "wsclean a.MS") == []


def test_other_history(tmp_path: Path) -> None:
    assert sets_of(["plot_image: noise added", f"DP3 msin={tmp_path}"]) == []
    # Where the last card happens to be full, what follows is taken for more of the line, and nothing found.
    length = len(f"wsclean -name  {tmp_path}/a.MS")
    line = f"wsclean -name {'x' * (1 + -length % 72)} HERE/a.MS"
    assert found(tmp_path, line, "MEANRMS added") == [str(tmp_path / "a.MS")]
    assert found(tmp_path, f"/usr/bin/{line}") == [str(tmp_path / "a.MS")]


def test_the_data_give_pointing_and_time(fits_image: Maker, small_set: Maker) -> None:
    path = small_set()
    record = described(fits_image(history=tuple(cards(f"wsclean -name x {path}"))))
    assert record["imagerIntegrationTime"] == "30.0"
    assert float(record["Pointing.angle1"]) == 2 * math.pi - 1.5
    assert record["Pointing.angle2"] == "0.25"
    # The image has its own centre.
    assert float(record["DirectionCoordinate.DirectionLinearAxis[1].referenceValue"]) == math.radians(
        24.42208
    )
    assert record["percentageWritten"] == "100"


def test_each_time_counts_once(fits_image: Maker, small_set: Maker) -> None:
    """Two bands of one time, and one more time in the second."""
    first = small_set("a.MS")
    second = small_set("b.MS", times=(4871282417.0, 4871282427.0))
    record = described(fits_image(history=tuple(cards(f"wsclean {first} {second}"))))
    assert record["imagerIntegrationTime"] == "40.0"


def test_data_that_are_gone_or_damaged(
    fits_image: Maker, small_set: Maker, capsys: pytest.CaptureFixture[str]
) -> None:
    path = small_set()
    image = fits_image(history=tuple(cards(f"wsclean -name x {path}")))
    (path / "FIELD/table.dat").write_bytes(b"rubbish")
    record = described(image)
    assert "the data that it was made of cannot be read" in capsys.readouterr().err
    shutil.rmtree(path)
    assert described(image) == record
    assert "imagerIntegrationTime" not in record
    assert float(record["Pointing.angle1"]) == math.radians(24.42208)
    assert record["percentageWritten"] == "100"


def test_wsclean_itself(real_set: Path, tmp_path: Path) -> None:
    """An image that WSClean made, and the set that it made it of."""
    program = shutil.which("wsclean")
    if program is None:
        pytest.skip("there is no wsclean on PATH")
    words = "-size 64 64 -scale 60asec -niter 10 -channels-out 2 -join-channels -fit-beam -name image".split()
    subprocess.run([program, *words, real_set], cwd=tmp_path, check=True, capture_output=True)
    record = described(tmp_path / "image-MFS-image.fits")
    assert float(record["imagerIntegrationTime"]) == pytest.approx(60.0834048)
    assert float(record["Pointing.angle1"]) == pytest.approx(math.radians(24.42208), abs=1e-7)
    assert float(record["SpectralCoordinate.spectralQuantityValue"]) == pytest.approx(134375000.0, abs=2000)
    assert record["DirectionCoordinate.DirectionLinearAxis[0].length"] == "64"
    assert record["percentageWritten"] == "100"
    assert float(record["rmsNoiseValue"]) > 0
