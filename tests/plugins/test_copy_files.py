"""copyFiles against image contract 2.5 and 4.2: full copies, links as in production, nothing half copied."""

from __future__ import annotations

import ast
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from genericpipe_plugins import copy_files

from genericpipe import GenericPipeError

Copy = Callable[..., list[tuple[str, str, bool]]]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Return copyFiles, called twice: keywords -> (host, file, skip) of its map, the same both times."""

    def call(**keywords: str) -> list[tuple[str, str, bool]]:
        target = tmp_path / "out.mapfile"
        given = {"hosts": "[localhost]", "mapfile_dir": str(tmp_path), "filename": target.name, **keywords}
        texts = []
        for _ in range(2):
            assert copy_files.plugin_main([], **given) == {"mapfile": str(target)}
            texts.append(target.read_text())
        assert texts[0] == texts[1]
        return [(one["host"], one["file"], one["skip"]) for one in ast.literal_eval(texts[0])]

    return call


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Return an image."""
    path = tmp_path / "scratch" / "fullband-MFS-image.fits"
    path.parent.mkdir()
    path.write_bytes(bytes(range(256)) * 5000)
    path.chmod(0o640)
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a folder with a file below a folder and a link."""
    path = tmp_path / "scratch.image"
    (path / "sub").mkdir(parents=True)
    (path / "sub" / "table.f0").write_text("data")
    (path / "link").symlink_to("sub/table.f0")
    return path


def message(copy: Copy, **keywords: str) -> str:
    """Return the first line of the error of a call."""
    with pytest.raises(GenericPipeError) as caught:
        copy(**keywords)
    return str(caught.value).splitlines()[0]


def test_each_output_is_a_copy_and_an_entry(copy: Copy, image: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / "new" / "a.fits", tmp_path / "b.fits", tmp_path / "c.fits"]
    outputs[1].write_text("old")
    made = copy(input_file=str(image), output_files=str([str(path) for path in outputs]), hosts="[n1, n2]")
    assert made == [
        ("n1", str(outputs[0]), False),
        ("n2", str(outputs[1]), False),
        ("n1", str(outputs[2]), False),
    ]
    for path in outputs:
        assert not path.is_symlink()
        assert path.read_bytes() == image.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["b.fits", "c.fits", "new", "out.mapfile", "scratch"]
    assert os.listdir(tmp_path / "new") == ["a.fits"]


def test_links_as_in_production(copy: Copy, image: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / "out" / "L1.fits", tmp_path / "feedback" / "L2.fits"]
    made = copy(
        input_file=str(image),
        output_files=f"[{outputs[0]}, {outputs[1]}]",
        use_symlinks="True",
    )
    upper = tmp_path / "out" / "FULLBAND-MFS-IMAGE.FITS"
    assert made == [("localhost", str(upper), False)] * 2
    assert not upper.is_symlink()
    assert upper.read_bytes() == image.read_bytes()
    for path in outputs:
        assert os.readlink(path) == str(upper)
    assert sorted(os.listdir(tmp_path / "out")) == ["FULLBAND-MFS-IMAGE.FITS", "L1.fits"]


def test_an_output_that_is_called_like_the_copy(copy: Copy, image: Path, tmp_path: Path) -> None:
    upper = tmp_path / "FULLBAND-MFS-IMAGE.FITS"
    copy(input_file=str(image), output_files=f"[{upper}, {tmp_path}/b.fits]", use_symlinks="True")
    assert not upper.is_symlink()
    assert (tmp_path / "b.fits").read_bytes() == image.read_bytes()


def test_an_input_in_capitals_stays_as_it_is(copy: Copy, tmp_path: Path) -> None:
    image = tmp_path / "A.FITS"
    image.write_text("data")
    made = copy(input_file=str(image), output_files=f"[{tmp_path}/b.fits]", use_symlinks="True")
    assert made == [("localhost", str(image), False)]
    assert image.read_text() == (tmp_path / "b.fits").read_text() == "data"


@pytest.mark.parametrize("links", ["True", "False"])
def test_copies_and_links_replace_each_other(copy: Copy, image: Path, tmp_path: Path, links: str) -> None:
    output = tmp_path / "b.fits"
    copy(input_file=str(image), output_files=f"[{output}]", use_symlinks=links)
    copy(input_file=str(image), output_files=f"[{output}]", use_symlinks=str(links == "False"))
    assert output.is_symlink() is (links == "False")
    assert output.read_bytes() == image.read_bytes()


def test_a_link_is_replaced_and_not_what_it_names(copy: Copy, image: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("precious")
    (tmp_path / "b.fits").symlink_to(other)
    copy(input_file=str(image), output_files=f"[{tmp_path}/b.fits]")
    assert other.read_text() == "precious"
    assert not (tmp_path / "b.fits").is_symlink()


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("before", ["nothing", "folder", "file", "link"])
def test_a_folder_with_all_that_is_in_it(
    copy: Copy, table: Path, tmp_path: Path, before: str, slash: str
) -> None:
    output = tmp_path / "b.image"
    if before == "folder":
        (output / "stale").mkdir(parents=True)
    elif before == "file":
        output.write_text("old")
    elif before == "link":
        output.symlink_to(table)
    assert copy(input_file=f"{table}{slash}", output_files=f"[{output}]") == [
        ("localhost", str(output), False)
    ]
    assert not output.is_symlink()
    assert sorted(os.listdir(output)) == ["link", "sub"]
    assert (output / "sub" / "table.f0").read_text() == "data"
    assert os.readlink(output / "link") == "sub/table.f0"
    assert sorted(os.listdir(tmp_path)) == ["b.image", "out.mapfile", "scratch.image"]


def test_links_to_a_folder(copy: Copy, table: Path, tmp_path: Path) -> None:
    copy(input_file=f"{table}/", output_files=f"[{tmp_path}/o/b.image]", use_symlinks="yes")
    assert os.readlink(tmp_path / "o" / "b.image") == str(tmp_path / "o" / "SCRATCH.IMAGE")
    assert (tmp_path / "o" / "b.image" / "sub" / "table.f0").read_text() == "data"


def test_the_first_entry_of_a_map(copy: Copy, image: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.mapfile"
    path.write_text(repr([("h", str(image), False), ("h", "/no/file", False)]))
    copy(input_mapfile=str(path), output_files=f"[{tmp_path}/b.fits]")
    assert (tmp_path / "b.fits").read_bytes() == image.read_bytes()


def test_the_input_is_never_an_output(copy: Copy, image: Path, table: Path, tmp_path: Path) -> None:
    (tmp_path / "again").symlink_to(image.parent)
    within = f"copyFiles: output_files: '{table}/sub/c' and the input '{table}': one is within the other"
    above = f"copyFiles: output_files: '{image.parent}' and the input '{image}': one is within the other"
    same = f"{tmp_path}/again/{image.name}"
    assert message(copy, input_file=str(image), output_files=f"[{image}]") == (
        f"copyFiles: output_files: '{image}' is the input itself, '{image}'"
    )
    assert message(copy, input_file=str(image), output_files=f"[{tmp_path}/b, {same}]") == (
        f"copyFiles: output_files: '{same}' is the input itself, '{image}'"
    )
    assert message(copy, input_file=str(table), output_files=f"[{table}/sub/c]") == within
    assert message(copy, input_file=str(image), output_files=f"[{image.parent}]") == above
    assert image.stat().st_size == 256 * 5000
    assert not (tmp_path / "b").exists()


def test_an_input_that_is_a_link(copy: Copy, image: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.fits"
    link.symlink_to(image)
    assert "is the input itself" in message(copy, input_file=str(link), output_files=f"[{link}]")
    assert "is the input itself" in message(copy, input_file=str(link), output_files=f"[{image}]")
    copy(input_file=str(link), output_files=f"[{tmp_path}/b.fits]")
    assert not (tmp_path / "b.fits").is_symlink()
    assert (tmp_path / "b.fits").read_bytes() == image.read_bytes()


def test_a_hard_link_to_the_input(copy: Copy, image: Path, tmp_path: Path) -> None:
    os.link(image, tmp_path / "b.fits")
    assert "is the input itself" in message(copy, input_file=str(image), output_files=f"[{tmp_path}/b.fits]")


def test_a_folder_is_not_replaced_by_a_file(copy: Copy, image: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    (folder / "sub").mkdir(parents=True)
    for links in ("True", "False"):
        said = message(copy, input_file=str(image), output_files=f"[{folder}]", use_symlinks=links)
        assert said == f"copyFiles: output_files: {str(folder)!r} is a folder, which a file does not replace"
    assert os.listdir(folder) == ["sub"]


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"input_file": "/no/file"}, "input_file: there is no file or folder '/no/file'"),
        ({"input_file": ""}, "the key 'input_file' is empty"),
        ({"input_mapfile": "x"}, "input_file and input_mapfile exclude each other"),
        ({"output_files": "[]"}, "output_files = '[]' is an empty list"),
        ({"output_files": "[/o/a, /o/b/]"}, "output_files: '/o/b/' is no name of a file"),
        ({"output_files": "[/o/a, /o/./a]"}, "output_files: '/o/a' stands there twice"),
        ({"hosts": "[]"}, "hosts = '[]' is an empty list"),
        ({"hosts": ""}, "the key 'hosts' is empty"),
        ({"filename": ""}, "the key 'filename' is empty"),
        ({"use_symlinks": "soft"}, "use_symlinks = 'soft' is no truth value"),
    ],
)
def test_errors(copy: Copy, image: Path, keywords: dict[str, str], said: str) -> None:
    given = {"input_file": str(image), "output_files": "[/o/a]", **keywords}
    assert message(copy, **given) == f"copyFiles: {said}"
    assert not Path("/o").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "copyFiles: input_mapfile: the mapfile {} has no entries"),
        ("[('h', '[/a,/b]')]", "copyFiles: input_mapfile: the first entry of {} is a list of files"),
        ("[('h', '')]", "copyFiles: input_mapfile: entry 1 of {} names no file"),
        ("[('h', '/no/file')]", "copyFiles: input_mapfile: there is no file or folder '/no/file'"),
    ],
)
def test_maps_that_do_not_name_a_file(copy: Copy, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "in.mapfile"
    path.write_text(text)
    assert message(copy, input_mapfile=str(path), output_files="[/o/a]") == said.format(path)


def test_what_fails_leaves_the_old_copy_and_nothing_else(copy: Copy, table: Path, tmp_path: Path) -> None:
    output = tmp_path / "b.image"
    output.mkdir()
    (output / "old").touch()
    os.mkfifo(table / "sub" / "pipe")  # nobody writes to it
    said = message(copy, input_file=str(table), output_files=f"[{output}]")
    assert said == (
        f"copyFiles: {str(table)!r} cannot be copied to {str(output)!r}: "
        f"'{table}/sub/pipe' is neither a file nor a folder"
    )
    assert os.listdir(output) == ["old"]
    assert sorted(os.listdir(tmp_path)) == ["b.image", "scratch.image"]


def test_a_full_disk_removes_only_the_copy_that_is_being_written(
    copy: Copy, image: Path, tmp_path: Path
) -> None:
    """/dev/full cannot be in a folder, so the limit is that of the size of a file."""
    import resource
    import signal

    done, output = tmp_path / "done.fits", tmp_path / "big.fits"
    done.write_text("old")
    output.write_text("old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        said = message(copy, input_file=str(image), output_files=f"[{output}]")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert said == f"copyFiles: {str(image)!r} cannot be copied to {str(output)!r}: File too large"
    assert output.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["big.fits", "done.fits", "scratch"]


def test_a_folder_above_that_cannot_be_made(copy: Copy, image: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = message(copy, input_file=str(image), output_files=f"[{tmp_path}/file/b.fits]")
    assert said == f"copyFiles: output_files: '{tmp_path}/file' is there and no folder"
