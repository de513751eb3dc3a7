"""What prefactor's scripts return and write in a mock run: image contract 3.4, and what later steps take."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Mock

_FIRST, _SECOND = "/data/L1_SB000.MS", "/data/L1_SB001.MS"
_MAGIC = """
all.control.kind = plugin
all.control.type = compressMapfile
all.control.mapfile_in = files.output.mapfile
all.control.mapfile_dir = input.output.mapfile_dir
all.control.filename = all.mapfile
magic.control.type = pythonplugin
magic.control.executable = /nowhere/scripts/SCRIPT
magic.argument.flags = [all.output.mapfile]
magic.argument.outmapname = magic.datamap
magic.argument.mapfile_dir = input.output.mapfile_dir
"""
# Image contract 3.4: key -> suffix, and how many entries two files of two frequencies make.
_DEEP = {
    "groupmap": ("", 2),
    "single_mapfile": ("_single", 2),
    "high_size_mapfile": ("_high_size", 2),
    "low_size_mapfile": ("_low_size", 2),
    "high_padsize_mapfile": ("_high_padded_size", 2),
    "low_padsize_mapfile": ("_low_padded_size", 2),
    "deep_high_size_mapfile": ("_deep_high_size", 1),
    "deep_low_size_mapfile": ("_deep_low_size", 1),
    "deep_high_padsize_mapfile": ("_deep_high_padded_size", 1),
    "deep_low_padsize_mapfile": ("_deep_low_padded_size", 1),
    "nbands": ("_nbands", 1),
    "nchansout_clean1": ("_nchansout_clean1", 1),
    "freqstep": ("_freqstep", 2),
    "timestep": ("_timestep", 2),
    "nwavelengths_high_mapfile": ("_nwavelengths_high", 1),
    "nwavelengths_low_mapfile": ("_nwavelengths_low", 1),
}


def test_the_maps_of_the_deep_image(mock: Mock) -> None:
    done = mock(_MAGIC.replace("SCRIPT", "InitSubtract_deep_sort_and_compute.py"))
    maps = done.folder / "mapfiles"
    assert done.results("magic") == {
        key: str(maps / f"magic.datamap{suffix}") for key, (suffix, _) in _DEEP.items()
    }
    lengths = {key: len(done.map(f"magic.datamap{suffix}")) for key, (suffix, _) in _DEEP.items()}
    assert lengths == {key: number for key, (_, number) in _DEEP.items()}
    assert done.map("magic.datamap") == [[_FIRST], [_SECOND]]
    assert done.map("magic.datamap_single") == [_FIRST, _SECOND]
    for key, (suffix, _) in _DEEP.items():
        for entry in done.map(f"magic.datamap{suffix}"):
            if "size" in key:
                assert all(int(word) > 1 for word in entry.split())
                assert len(entry.split()) == 2
            elif "map" not in key:
                assert float(entry) > 0


def test_the_maps_of_images_of_each_band(mock: Mock) -> None:
    # Initial-Subtract matches sizes and baselines with the groups: one entry for each.
    done = mock(_MAGIC.replace("SCRIPT", "InitSubtract_sort_and_compute.py"))
    keys = {key for key in _DEEP if not key.startswith(("deep", "nbands", "nchansout"))}
    assert set(done.results("magic")) == keys
    assert {len(done.map(f"magic.datamap{_DEEP[key][0]}")) for key in keys} == {2}


def test_maps_outside_of_the_job_folder_are_not_written(mock: Mock, outside: Path) -> None:
    key = "magic.argument.mapfile_dir ="
    ours, theirs = f"{key} input.output.mapfile_dir", f"{key} {outside}"
    done = mock(_MAGIC.replace("SCRIPT", "InitSubtract_sort_and_compute.py").replace(ours, theirs))
    assert list(outside.iterdir()) == []
    assert done.names() >= {"L1_SB001.magic"}


_GROUPS = """
five.control.kind = plugin
five.control.type = addListMapfile
five.control.hosts = [localhost]
five.control.files = [/d/L1_SB0.MS, /d/L1_SB1.MS, /d/L1_SB2.MS, /d/L1_SB3.MS, /d/L1_SB4.MS]
five.control.mapfile_dir = input.output.mapfile_dir
five.control.filename = five.mapfile
all.control.kind = plugin
all.control.type = createMapfile
all.control.method = mapfile_all_to_one
all.control.mapfile_in = five.output.mapfile
all.control.mapfile_dir = input.output.mapfile_dir
all.control.filename = all.mapfile
sort.control.type = pythonplugin
sort.control.executable = /nowhere/scripts/sort_times_into_freqGroups.py
sort.argument.flags = [all.output.mapfile]
sort.argument.filename = sort_map
sort.argument.mapfile_dir = input.output.mapfile_dir
sort.argument.target_path = input.output.job_directory
sort.argument.stepname = dpppconcat
maps.control.kind = plugin
maps.control.type = mapfilenamesFromMapfiles
maps.control.mapfile_groupmap = sort.output.groupmapfile.mapfile
maps.control.mapfile_datamap = sort.output.mapfile.mapfile
concat.control.type = dppp
concat.control.mapfiles_in = [maps.output.datamap]
concat.control.mapfile_out = maps.output.groupmap
concat.control.inputkey = msin
concat.argument.steps = []
"""


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        ("sort.argument.numSB = -1", [5]),
        ("sort.argument.numSB = 2\nsort.argument.truncateLastSBs = False", [2, 2, 1]),
        ("sort.argument.numSB = 2\nsort.argument.truncateLastSBs = True", [2, 2]),
        ("sort.argument.numSB = 2\nsort.argument.mergeLastGroup = True", [2, 3]),
        ("sort.argument.numSB = 10\nsort.argument.truncateLastSBs = True", [5]),
    ],
)
def test_subbands_are_concatenated_in_groups(mock: Mock, options: str, sizes: list[int]) -> None:
    done = mock(_GROUPS + options + "\n")
    groups = done.map("sort_map")
    assert [len(group) for group in groups] == sizes
    files = [f"/d/L1_SB{number}.MS" for number in range(sum(sizes))]
    assert [file for group in groups for file in group] == files
    names = done.map("sort_map_groups")
    assert len(set(names)) == len(sizes)
    for name, group in zip(names, groups, strict=True):
        stem = Path(group[0]).stem
        assert Path(name).parent == done.folder
        assert Path(name).name.startswith(f"{stem}_")
        assert name.endswith(".msdpppconcat")  # later steps look for L*msdpppconcat
        assert Path(name).is_dir()


_TEXTS = """
all.control.kind = plugin
all.control.type = compressMapfile
all.control.mapfile_in = files.output.mapfile
all.control.mapfile_dir = input.output.mapfile_dir
all.control.filename = all.mapfile
sky.control.type = pythonplugin
sky.control.executable = /nowhere/find_skymodel_cal.py
sky.argument.flags = [all.output.mapfile]
sky.argument.DirSkymodelCal = /models
look.control.type = pythonplugin
look.control.executable = /nowhere/check_unflagged_fraction.py
look.argument.flags = [files.output.mapfile]
kept.control.kind = plugin
kept.control.type = pruneMapfile
kept.control.mapfile_in = look.output.flagged.mapfile
kept.control.mapfile_dir = input.output.mapfile_dir
kept.control.filename = kept.mapfile
kept.control.prune_str = None
mask.control.type = pythonplugin
mask.control.executable = /nowhere/make_clean_mask.py
mask.control.mapfile_in = files.output.mapfile
mask.control.inputkey = image
mask.control.outputkey = mask
mask.argument.flags = [image, mask]
import.control.type = pythonplugin
import.control.executable = /nowhere/losotoImporter.py
import.argument.flags = [all.output.mapfile, losoto.h5]
concat.control.type = pythonplugin
concat.control.executable = /nowhere/concat_MS.py
concat.argument.flags = [all.output.mapfile, outputkey]
concat.argument.filename = concatenated.mapfile
concat.argument.mapfile_dir = input.output.mapfile_dir
"""


def test_what_later_steps_build_on(mock: Mock) -> None:
    done = mock(_TEXTS)
    assert done.results("sky") == {"SkymodelCal": "/models/3C196.skymodel", "SkymodelName": "3C196"}
    # Nothing is flagged: no set is pruned, and each keeps its name.
    assert done.map("kept.mapfile") == [_FIRST, _SECOND]
    assert float(done.results("mask")["threshold_5sig"]) > 0
    assert (done.folder / "L1_SB000.mask").read_bytes().startswith(b"SIMPLE  =")
    assert done.results("import") == {"h5parm": str(done.folder / "losoto.h5")}
    assert (done.folder / "losoto.h5").read_bytes().startswith(b"\x89HDF")
    concatenated = done.folder / "L1_SB001.concat"
    assert concatenated.is_dir()
    assert done.map("concatenated.mapfile") == [str(concatenated)]
    assert done.results("concat")["memory"].startswith("-")  # a word of aoflagger's command line


def test_the_mock_file_has_the_last_word(mock: Mock) -> None:
    done = mock(_TEXTS, '[returns.sky]\nSkymodelName = "3C48"\n')
    assert done.results("sky") == {"SkymodelCal": "/models/3C196.skymodel", "SkymodelName": "3C48"}
