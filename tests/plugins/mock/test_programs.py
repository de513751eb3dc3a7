"""What programs leave in a mock run: the right thing under the right name, in the job's folders alone."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

from .conftest import Mock

_IMAGE = b"SIMPLE  ="
_HDF5 = b"\x89HDF"


def test_dp3_leaves_empty_sets_under_whatever_name(mock: Mock) -> None:
    done = mock(
        """
prep.control.type = dppp
prep.argument.msin = files.output.mapfile
prep.argument.steps = []
own.control.type = executable_args
own.control.executable = /opt/wrappers/run_it.sh
own.control.args_format = lofar
own.control.outputkey = out
own.argument.msin = prep.output.mapfile
own.argument.msout = out
own.argument.steps = []
"""
    )
    sets = done.names()
    assert sets == {f"L1_SB00{number}.{step}" for number, step in product((0, 1), ("prep", "own"))}
    assert all((done.folder / name).is_dir() and not os.listdir(done.folder / name) for name in sets)


def test_options_of_dp3_in_a_step_parset_count(mock: Mock) -> None:
    done = mock(
        """
prep.control.type = dppp
prep.control.parsetasfile = True
prep.argument.msin = files.output.mapfile
prep.argument.steps = [solve]
prep.argument.solve.type = ddecal
prep.argument.solve.h5parm = input.output.working_directory/job/solved.h5
"""
    )
    assert (done.folder / "L1_SB000.prep").is_dir()
    assert (done.folder / "solved.h5").read_bytes().startswith(_HDF5)


def test_dp3_leaves_solutions_where_a_step_writes_them(mock: Mock) -> None:
    done = mock(
        """
prep.control.type = dppp
prep.argument.msin = files.output.mapfile
prep.argument.steps = [gaincal, apply]
prep.argument.gaincal.parmdb = input.output.working_directory/job/instrument
prep.argument.apply.type = applycal
prep.argument.apply.parmdb = input.output.working_directory/job/read.h5
"""
    )
    assert (done.folder / "instrument").is_dir()
    assert not (done.folder / "read.h5").exists()


def test_in_place_nothing_new_is_left(mock: Mock, outside: Path) -> None:
    done = mock(
        f"""
given.control.kind = plugin
given.control.type = addListMapfile
given.control.hosts = [localhost]
given.control.files = [{outside}/L2.MS]
given.control.mapfile_dir = input.output.mapfile_dir
given.control.filename = given.mapfile
flag.control.type = dppp
flag.control.inplace = True
flag.argument.msin = given.output.mapfile
flag.argument.steps = []
"""
    )
    assert done.names() == set()
    assert list(outside.iterdir()) == []


def images(root: str, parts: tuple[str, ...], letters: tuple[str, ...], corrected: bool) -> set[str]:
    """Return the names of image contract 2.4."""
    names = {f"{root}{part}-psf.fits" for part in parts}
    for part, letter in product(parts, letters):
        names |= {f"{root}{part}{letter}-{kind}.fits" for kind in ("image", "model", "residual", "dirty")}
        if corrected:
            names |= {f"{root}{part}{letter}-{kind}-pb.fits" for kind in ("image", "model", "residual")}
    return names


_WSCLEAN = """
image.control.type = executable_args
image.control.executable = /opt/wsclean-2.9/bin/wsclean
image.control.args_format = wsclean
image.control.inplace = True
image.control.inputkey = msin
image.control.mapfile_in = files.output.mapfile
"""


def test_wsclean_leaves_images_of_each_channel_and_polarisation(mock: Mock) -> None:
    done = mock(
        _WSCLEAN
        + """
image.argument.flags = [-join-channels, -use-idg, -grid-with-beam, msin]
image.argument.name = input.output.working_directory/job/full
image.argument.channels-out = 2
image.argument.pol = IV
"""
    )
    assert done.names() == images("full", ("-0000", "-0001", "-MFS"), ("-I", "-V"), corrected=True)
    assert all((done.folder / name).read_bytes().startswith(_IMAGE) for name in done.names())


def test_wsclean_leaves_just_one_image_of_one_channel(mock: Mock) -> None:
    done = mock(
        _WSCLEAN
        + """
image.argument.flags = [-save-source-list, msin]
image.argument.name = input.output.working_directory/job/full
image.argument.pol = I
"""
    )
    assert done.names() == images("full", ("",), ("",), corrected=False) | {"full-sources.txt"}


def test_images_outside_of_the_job_are_not_made(mock: Mock, outside: Path) -> None:
    done = mock(_WSCLEAN + f"image.argument.flags = [msin]\nimage.argument.name = {outside}/full\n")
    assert done.names() == set()
    assert list(outside.iterdir()) == []


def test_names_and_programs_say_what_a_product_is(mock: Mock) -> None:
    done = mock(
        """
collect.control.type = executable_args
collect.control.executable = /opt/losoto/bin/H5parm_collector.py
collect.control.mapfile_in = files.output.mapfile
collect.control.inputkey = in
collect.control.outputkey = out
collect.argument.flags = [in, -o, out]
cut.control.type = executable_args
cut.control.executable = /opt/cutter
cut.control.outputsuffixes = [.fits, .h5parm, .txt, .MS]
cut.control.mapfile_in = files.output.mapfile
cut.control.inputkey = in
cut.argument.flags = [in]
"""
    )
    assert (done.folder / "L1_SB000.collect").read_bytes().startswith(_HDF5)
    assert (done.folder / "L1_SB001.cut.fits").read_bytes().startswith(_IMAGE)
    assert (done.folder / "L1_SB001.cut.h5parm").read_bytes().startswith(_HDF5)
    assert (done.folder / "L1_SB001.cut.txt").read_bytes() == b""
    assert (done.folder / "L1_SB001.cut.MS").is_dir()


def test_source_databases_are_tables_or_blobs(mock: Mock) -> None:
    lines = """
NAME.control.type = executable_args
NAME.control.executable = /opt/lofar/bin/makesourcedb
NAME.control.args_format = lofar
NAME.control.outputkey = out
NAME.control.inputkey = in
NAME.control.mapfile_in = files.output.mapfile
NAME.argument.format = <
"""
    blob = lines.replace("NAME", "blob") + "blob.argument.outtype = blob\n"
    done = mock(lines.replace("NAME", "table") + blob)
    assert (done.folder / "L1_SB000.table").is_dir()
    assert (done.folder / "L1_SB000.blob").read_bytes() == b""


def test_copies_are_made_in_the_job_folder_alone(mock: Mock, outside: Path) -> None:
    done = mock(
        f"""
results.control.kind = plugin
results.control.type = makeDirectory
results.control.directory = input.output.job_directory/results
keep.control.type = executable_args
keep.control.executable = /bin/cp
keep.control.mapfile_in = files.output.mapfile
keep.control.inputkey = source
keep.control.arguments = [-r, source, input.output.job_directory/results]
away.control.type = executable_args
away.control.executable = /bin/mv
away.control.mapfile_in = files.output.mapfile
away.control.inputkey = source
away.control.arguments = [source, {outside}]
one.control.type = executable_args
one.control.executable = cp
one.control.mapfile_in = files.output.mapfile
one.control.inputkey = source
one.control.arguments = [source, input.output.job_directory/results/first.h5]
far.control.type = executable_args
far.control.executable = /usr/bin/rsync
far.control.mapfile_in = files.output.mapfile
far.control.inputkey = source
far.control.arguments = [-a, source, archive.example.org:/store]
"""
    )
    assert done.names("results/*") == {"L1_SB000.MS", "L1_SB001.MS", "first.h5"}
    assert (done.folder / "results" / "L1_SB000.MS").is_dir()
    assert list(outside.iterdir()) == []
    assert not [name for name in done.names() if ":" in name]


def test_a_link_does_not_lead_out_of_the_job_folder(mock: Mock, outside: Path, tmp_path: Path) -> None:
    job = tmp_path / "project" / "job"
    job.mkdir(parents=True)
    (job / "results").symlink_to(outside)
    mock(
        _WSCLEAN
        + "image.argument.flags = [msin]\nimage.argument.name = input.output.job_directory/results/a\n"
    )
    assert list(outside.iterdir()) == []


def test_what_is_there_is_not_replaced(mock: Mock, tmp_path: Path) -> None:
    mine = tmp_path / "project" / "job" / "full-image.fits"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    lines = "image.argument.flags = [msin]\nimage.argument.name = input.output.job_directory/full\n"
    done = mock(_WSCLEAN + lines)
    assert mine.read_text() == "mine"
    assert (done.folder / "full-model.fits").read_bytes().startswith(_IMAGE)
