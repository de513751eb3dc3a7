"""The demonstration: from nothing to an image whose sources are those that were put in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

# A small and coarse image: this is about the demonstration, not about how good images are.
COARSE = ("--set", "cellsize_highres_deg=0.0056", "--set", "maxlambda_highres=2000")

STEPS = (
    "create_ms_map combine_mapfile do_magic do_magic_maps average combine_mapfile_deep plot_uvcov dpppconcat"
)


def demo(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the demonstration in the checkout, as `make demo` does."""
    command = [sys.executable, "-m", "demo", "--folder", str(folder), *words]
    env = {name: value for name, value in os.environ.items() if not name.startswith("GENERICPIPE_")}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_an_image_from_nothing(tmp_path: Path) -> None:
    pytest.importorskip("everybeam", reason="the extra tools")
    pytest.importorskip("lofarantpos", reason="the extra tools")
    for program in ("wsclean", Path(sys.executable).with_name("DP3.py")):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    if not Path(sys.executable).with_name("genericpipe").exists():
        pytest.skip("genericpipe is not installed in this environment")
    folder = tmp_path / "demo-run"
    done = demo(folder, "--subbands", "4", "--duration", "1200", *COARSE)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout
    assert f"image     {folder}/image.fits\n" in said
    assert f"feedback  {folder}/Image/images.metadata (nothing is wrong)\n" in said
    for title, name in re.findall(r"^(picture|uv plane) +(.*)$", said, re.MULTILINE):
        assert Path(name).read_bytes().startswith(b"\x89PNG"), title
    assert {title for title, _ in re.findall(r"^(picture|uv plane) +(.*)$", said, re.MULTILINE)} == {
        "picture",
        "uv plane",
    }
    sources = re.findall(r"^T\d\d +\S+ +(\S+) +(\S+) +(\S+) +(\S+)$", said, re.MULTILINE)
    assert len(sources) == 10
    # A beam of 100 arcsec and so few data do not tell all sources well from the sidelobes of others.
    median, scatter = re.findall(r"flux / catalogue (\S+) \+- (\S+) \(median, scatter\)", said)[0]
    assert 0.9 < float(median) < 1.1, said
    assert float(scatter) < 0.25, said
    for step in STEPS.split():
        assert re.search(rf"^{step} +\d+\.\d s$", said, re.MULTILINE), step
    assert re.search(r"^genericpipe's own share: \d+\.\d\d s \(\d+\.\d%\)", said, re.MULTILINE)


def test_what_is_of_no_demonstration_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "letters.txt").write_text("dear all")
    done = demo(tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        f"demo: {tmp_path}/letters.txt is of no demonstration: name another folder with --folder\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "letters.txt"]
