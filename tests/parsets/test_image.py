"""The image pipeline is without fault, and its command lines are those of the image contract, 2.2 to 2.4."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PARSET = ROOT / "parsets" / "Image.parset"
PAGE = ROOT / "docs" / "reference" / "image-pipeline.md"

SETS = ("/data/L1_SB000_uv.MS", "/data/L1_SB001_uv.MS", "/data/L1_SB002_uv.MS")
OUTPUTS = ("/results/a.fits", "/results/b.fits")

# Image contract 2: the ten steps, in this order.
STEPS = [
    "create_ms_map",
    "combine_mapfile",
    "do_magic",
    "do_magic_maps",
    "average",
    "combine_mapfile_deep",
    "dpppconcat",
    "wsclean_high_deep",
    "copy_output_images",
    "make_image_metadata",
]

# Image contract 1.
OPTIONS = {
    "data_input_filenames",
    "image_output_filenames",
    "cellsize_highres_deg",
    "fieldsize_highres",
    "maxlambda_highres",
    "image_padding",
    "axis_stretch",
    "idg_mode",
    "local_scratch_dir",
    "images_metadata_file",
    "parset_prefix",
    "image_rootname",
}


def options_of(text: str) -> dict[str, str]:
    """Return the options of a parset with the text of their defaults."""
    return {name: value.strip() for name, value in re.findall(r"^! *(\w+) *=(.*)$", text, re.MULTILINE)}


def rows_of(page: str) -> dict[str, list[str]]:
    """Return the rows of the tables of options: name -> unit, default, range, meaning."""
    text = page.partition("\n## Options\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", text, re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split(" |")] for name, cells in rows}


@pytest.fixture
def commands(project: Any) -> Any:
    """Return what runs the pipeline without its programs, and gives the command lines of each step."""

    def run(**options: str) -> dict[str, list[list[str]]]:
        site = project({})
        given = {
            "data_input_filenames": f"[{','.join(SETS)}]",
            "image_output_filenames": f"[{','.join(OUTPUTS)}]",
            **options,
        }
        words = [word for name, value in given.items() for word in ("--set", f"{name}={value}")]
        parsets = ROOT / "parsets"
        site.run(
            "run",
            "--mock",
            *("-c", parsets / "pipeline.cfg", "-t", parsets / "tasks.cfg", "-r", site.path),
            *words,
            PARSET,
        ).expect(0)
        found: dict[str, list[list[str]]] = {}
        for line in site.file("Image/commands.jsonl").read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            argv = [word.replace(str(site.path), "<work>") for word in told["argv"]]
            found.setdefault(told["step"], []).append(argv)
        return found

    return run


@pytest.mark.parametrize("extra", [{}, {"plots": "on", "source_list": "on"}])
def test_lint_finds_no_error(project: Any, extra: dict[str, str]) -> None:
    site = project({})
    words = [word for name, value in extra.items() for word in ("--set", f"{name}={value}")]
    told = site.run("lint", "--format", "json", *words, PARSET)
    found = [(one["severity"], one["code"]) for one in told.json()]
    assert told.status == 0, told.stdout
    # Nothing is missing either: the scripts that it names are ours.
    assert {severity for severity, _ in found} <= {"warning"}
    # DP3 and do_magic may go by another name; the key of production is gone from new DP3s.
    assert {code for _, code in found} <= {"other-program", "dp3-key-gone"}


def test_the_options_of_production_are_there() -> None:
    assert options_of(PARSET.read_text(encoding="utf-8")).keys() >= OPTIONS


def test_the_steps_are_those_of_production(commands: Any) -> None:
    assert list(commands()) == STEPS


def test_pictures_and_a_source_list_are_made_on_request(commands: Any) -> None:
    steps = list(commands(plots="on", source_list="on"))
    assert [one for one in steps if one in STEPS] == STEPS
    assert steps.index("plot_uvcov") == steps.index("average") + 2
    assert steps.index("wsclean_high_deep") < steps.index("plot_image") < steps.index("copy_output_images")
    assert "make_source_list" in steps
    assert "plot_image" not in commands(source_list="on")


def test_each_set_is_averaged(commands: Any) -> None:
    """Image contract 2.2; resolutions of an ordinary HBA observation, 3.2."""
    lines = commands()["average"]
    assert len(lines) == len(SETS)
    for argv, path in zip(lines, SETS, strict=True):
        stem = Path(path).stem
        assert argv[0] == "DP3"
        assert sorted(argv[1:]) == sorted(
            [
                f"msin={path}",
                "msin.datacolumn=DATA",
                f"msout=<work>/Image/{stem}.average",
                "msout.writefullresflag=False",
                "msout.overwrite=True",
                "msout.storagemanager=Dysco",
                "msout.storagemanager.databitrate=0",
                "numthreads=2",
                "steps=[avg]",
                "avg.type=average",
                "avg.timeresolution=16.02224128",
                "avg.freqresolution=195312.5",
            ]
        )


def test_averaged_sets_are_joined(commands: Any) -> None:
    """Image contract 2.3; the output is named for the last set, 2.1."""
    (argv,) = commands()["dpppconcat"]
    averaged = ",".join(f"<work>/Image/{Path(path).stem}.average" for path in SETS)
    assert sorted(argv[1:]) == sorted(
        [
            f"msin=[{averaged}]",
            "msin.datacolumn=DATA",
            "msout=<work>/Image/L1_SB002_uv.dpppconcat",
            "msout.writefullresflag=False",
            "msout.overwrite=True",
            "msout.storagemanager=Dysco",
            "msout.storagemanager.databitrate=0",
            "steps=[]",
        ]
    )


def wsclean_words(argv: list[str]) -> dict[str, tuple[str, ...]]:
    """Return the options of a WSClean command line with their values; the sets stand under an empty name."""
    taken: dict[str, tuple[str, ...]] = {}
    name = ""
    for word in argv[1:-1]:
        if word.startswith("-"):
            name = word
            assert name not in taken
            taken[name] = ()
        else:
            taken[name] += (word,)
    return {**taken, "": (argv[-1],)}


def test_the_image_is_made_as_in_production(commands: Any) -> None:
    """Image contract 2.4: three sets give two channels (3.2), 144 MHz an image of 6300 pixels (3.5)."""
    (argv,) = commands(max_cpus_per_img="4", max_percent_mem_per_img="50", local_scratch_dir="/scratch")[
        "wsclean_high_deep"
    ]
    assert argv[0] == "wsclean"
    assert wsclean_words(argv) == {
        "-no-update-model-required": (),
        "-reorder": (),
        "-fit-beam": (),
        "-join-channels": (),
        "-use-idg": (),
        "-idg-mode": ("cpu",),
        "-grid-with-beam": (),
        "-use-differential-lofar-beam": (),
        "-name": ("<work>/Image/fullband",),
        "-size": ("6300", "6300"),
        "-padding": ("1.4",),
        "-scale": ("0.00208",),
        "-channels-out": ("2",),
        "-pol": ("I",),
        "-niter": ("100000",),
        "-threshold": ("0.0",),
        "-mgain": ("0.65",),
        "-weight": ("briggs", "0.0"),
        "-weighting-rank-filter": ("3",),
        "-minuv-l": ("80",),
        "-maxuv-l": ("7000",),
        "-auto-mask": ("3.3",),
        "-auto-threshold": ("0.5",),
        "-local-rms-window": ("50",),
        "-local-rms-method": ("rms-with-min",),
        "-temp-dir": ("/scratch",),
        "-mem": ("50",),
        "-j": ("4",),
        "": ("<work>/Image/L1_SB002_uv.dpppconcat",),
    }
    # The window resets the method where it comes after it.
    assert argv.index("-local-rms-window") < argv.index("-local-rms-method")


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("cellsize_highres_deg", "0.00416", "-scale"),
        ("maxlambda_highres", "4000", "-maxuv-l"),
        ("image_padding", "1.2", "-padding"),
        ("idg_mode", "hybrid", "-idg-mode"),
        ("image_rootname", "/results/deep", "-name"),
        ("polarizations", "IQUV", "-pol"),
        ("auto_mask", "6", "-auto-mask"),
        ("auto_threshold", "4", "-auto-threshold"),
    ],
)
def test_options_reach_wsclean(commands: Any, option: str, value: str, word: str) -> None:
    extra = {"feedback_image": "-MFS-I-image.fits"} if option == "polarizations" else {}
    (argv,) = commands(**{option: value}, **extra)["wsclean_high_deep"]
    assert wsclean_words(argv)[word] == (value,)


def test_what_do_magic_is_told(commands: Any) -> None:
    (argv,) = commands(fieldsize_highres="2.5", axis_stretch="1.1")["do_magic"]
    assert {"cellsize_highres_deg=0.00208", "fieldsize_highres=2.5", "image_padding=1.4"} <= {*argv}
    assert "y_axis_stretch=1.1" in argv


def test_each_output_is_a_copy_and_is_described(commands: Any) -> None:
    """Image contract 2.5 and 2.6."""
    lines = commands(parset_prefix="LOFAR.ObsSW.Observation.DataProducts", images_metadata_file="/results/m")
    (copy,) = lines["copy_output_images"]
    assert "input_file=<work>/Image/fullband-MFS-image.fits" in copy
    assert f"output_files=[{','.join(OUTPUTS)}]" in copy
    assert "use_symlinks=False" in copy
    (feedback,) = lines["make_image_metadata"]
    assert "mapfile_in=<work>/Image/mapfiles/output_images.mapfile" in feedback
    assert "metadata_file=/results/m" in feedback
    assert "product_type=SkyImage" in feedback
    assert any(word.startswith("prefix=LOFAR.ObsSW.Observation.DataProducts") for word in feedback)


def test_every_option_is_documented_with_its_default() -> None:
    options = options_of(PARSET.read_text(encoding="utf-8"))
    rows = rows_of(PAGE.read_text(encoding="utf-8"))
    assert {name: row[1].strip("`") for name, row in rows.items()} == options
    assert all(row[3] for row in rows.values())


def test_every_step_is_documented() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("\n## Steps\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| \d+ \| `(\w+)` \|", text, re.MULTILINE) == STEPS
