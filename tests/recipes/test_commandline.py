"""Command lines for each ``args_format``, each derived by hand from contract 7.3 and 7.5."""

from __future__ import annotations

import pytest

from genericpipe.recipes.commandline import command_line
from genericpipe.recipes.substitution import Words, substitute

FILES = {"in": "/d/a.MS", "out": "/w/j/a.s"}


def line(args_format: str, flags: list[str], options: dict[str, str], files: dict[str, str]) -> list[str]:
    """The command line of one entry, without the program; options arrive in byte order of their names."""
    ordered = dict(sorted(options.items(), key=lambda item: item[0].encode()))
    return list(command_line("exe", substitute(flags, ordered, files), args_format))[1:]


GNU = [
    # flags, options, files, expected
    ([], {}, {}, []),
    (["-v"], {}, {}, ["-v"]),
    (["a", "b"], {}, {}, ["a", "b"]),
    ([], {"k": "v"}, {}, ["--k=v"]),
    ([], {"b": "1", "a": "2"}, {}, ["--a=2", "--b=1"]),
    ([], {"b": "1", "B": "2", "a": "3"}, {}, ["--B=2", "--a=3", "--b=1"]),
    (["x"], {"k": "v"}, {}, ["x", "--k=v"]),
    (["in"], {}, FILES, ["/d/a.MS"]),
    (["in", "out"], {}, FILES, ["/d/a.MS", "/w/j/a.s"]),
    (["in", "in"], {}, FILES, ["/d/a.MS", "/d/a.MS"]),
    (["xin", "in x"], {}, FILES, ["xin", "in x"]),
    (["-o=in"], {}, FILES, ["-o=in"]),
    ([], {"opt": "in"}, FILES, ["--opt=/d/a.MS", "--out=/w/j/a.s"]),
    (["A"], {}, FILES, ["A"]),
    (["A"], {"o": "z"}, FILES, ["A", "--o=z", "--in=/d/a.MS", "--out=/w/j/a.s"]),
    (["in"], {"o": "z"}, FILES, ["/d/a.MS", "--o=z", "--out=/w/j/a.s"]),
    (["in", "out"], {"o": "z"}, FILES, ["/d/a.MS", "/w/j/a.s", "--o=z"]),
    ([], {"opt": "in", "opt2": "pre in"}, {"in": "/d/a.MS"}, ["--opt=/d/a.MS", "--opt2=pre in"]),
    ([], {"in": "keep"}, {"in": "/d/a.MS"}, ["--in=/d/a.MS"]),
    ([], {"a": "in", "b": "in"}, {"in": "/d/a.MS"}, ["--a=/d/a.MS", "--b=/d/a.MS"]),
    (["-S", "in", "x y", "out"], {"opt": "in"}, FILES, ["-S", "/d/a.MS", "x y", "/w/j/a.s", "--opt=/d/a.MS"]),
    ([], {"k": "a#b=c"}, {}, ["--k=a#b=c"]),
    ([], {"k": ""}, {}, ["--k="]),
    ([], {"k": "[0..3, 2*5]"}, {}, ["--k=[0..3, 2*5]"]),
]

LOFAR = [
    ([], {}, {}, []),
    (["-v"], {}, {}, ["-v"]),
    ([], {"k": "v"}, {}, ["k=v"]),
    ([], {"steps": "[avg]", "msin": "in"}, {"in": "/d/a.MS"}, ["msin=/d/a.MS", "steps=[avg]"]),
    (
        [],
        {"msin": "in", "steps": "[avg]", "avg.type": "average", "msin.datacolumn": "DATA"},
        {"in": "/d/a.MS", "msout": "/w/j/a.s"},
        ["avg.type=average", "msin=/d/a.MS", "msin.datacolumn=DATA", "steps=[avg]", "msout=/w/j/a.s"],
    ),
    ([], {"msin.x": "1", "msin": "2", "msinx": "3"}, {}, ["msin=2", "msin.x=1", "msinx=3"]),
    ([], {"a-b": "1", "a.b": "2", "aB": "3", "ab": "4"}, {}, ["a-b=1", "a.b=2", "aB=3", "ab=4"]),
    ([], {"o": "1"}, {"msin": "/d/a.MS"}, ["o=1", "msin=/d/a.MS"]),
    ([], {"o": "1"}, {"msin": "/a", "sourcedb": "/b"}, ["o=1", "msin=/a", "sourcedb=/b"]),
    ([], {"predict.sourcedb": "sourcedb"}, {"sourcedb": "/b"}, ["predict.sourcedb=/b"]),
    ([], {}, {"msin": "/d/a.MS", "msout": "/o"}, []),
    (["f"], {}, {"msin": "/d/a.MS"}, ["f"]),
    (["in", "msin=1"], {"q": "1"}, {"in": "/d"}, ["/d", "msin=1", "q=1"]),
    ([], {"format": "<"}, {"in": "/d/m.sky", "out": "/o"}, ["format=<", "in=/d/m.sky", "out=/o"]),
    (
        [],
        {"format": "<", "outtype": "blob"},
        {"in": "/d/m.sky", "out": "/o"},
        ["format=<", "outtype=blob", "in=/d/m.sky", "out=/o"],
    ),
    ([], {"msout": "."}, {"msout": "/o"}, ["msout=/o"]),
    ([], {"z": "out", "y": "out"}, {"out": "/o"}, ["y=/o", "z=/o"]),
    ([], {"s": "a b"}, {}, ["s=a b"]),
    ([], {"s": "a;b|c`d`$X"}, {}, ["s=a;b|c`d`$X"]),
    ([], {"s": "{a:1}"}, {}, ["s={a:1}"]),
    ([], {"msin": "['/d/a', '/d/b']"}, {}, ["msin=['/d/a', '/d/b']"]),
    (["[a]"], {"s": "[]"}, {}, ["[a]", "s=[]"]),
]

ARGPARSE = [
    ([], {}, {}, []),
    (["-v"], {}, {}, ["-v"]),
    ([], {"k": "v"}, {}, ["--k", "v"]),
    ([], {"k": "v w"}, {}, ["--k", "v w"]),
    ([], {"k": ""}, {}, ["--k", ""]),
    ([], {"b": "1", "a": "2"}, {}, ["--a", "2", "--b", "1"]),
    (["x"], {"k": "v"}, {}, ["x", "--k", "v"]),
    (["x", "y z"], {"k": "v"}, {}, ["x", "y z", "--k", "v"]),
    (["in"], {}, FILES, ["/d/a.MS"]),
    (["in"], {"k": "v"}, FILES, ["/d/a.MS", "--k", "v", "--out", "/w/j/a.s"]),
    ([], {"k": "in"}, {"in": "/d"}, ["--k", "/d"]),
    ([], {"k": "in", "j": "out"}, FILES, ["--j", "/w/j/a.s", "--k", "/d/a.MS"]),
    ([], {"k": "xin"}, {"in": "/d"}, ["--k", "xin", "--in", "/d"]),
    (["in", "out"], {}, FILES, ["/d/a.MS", "/w/j/a.s"]),
    ([], {"k": "-1"}, {}, ["--k", "-1"]),
    ([], {"k": "a=b"}, {}, ["--k", "a=b"]),
    ([], {"k": "[1, 2]"}, {}, ["--k", "[1, 2]"]),
    ([], {"A": "1", "a": "2"}, {}, ["--A", "1", "--a", "2"]),
    ([], {"k.l": "1"}, {}, ["--k.l", "1"]),
    (["A"], {}, {"in": "/d"}, ["A"]),
    ([], {"a": "1"}, {"b": "/b", "c": "/c"}, ["--a", "1", "--b", "/b", "--c", "/c"]),
]

WSCLEAN = [
    ([], {}, {}, []),
    (["-z", "end"], {}, {}, ["-z", "end"]),
    (
        ["-z", "end"],
        {"size": "10 20", "Alpha": "[1, 2]", "beta": "x"},
        {},
        ["-size", "10", "20", "-beta", "x", "-Alpha", "1", "2", "-z", "end"],
    ),
    ([], {"a": "1", "b": "2"}, {}, ["-b", "2", "-a", "1"]),
    ([], {"k": ""}, {}, ["-k", ""]),
    ([], {"k": "a  b"}, {}, ["-k", "a", "", "b"]),
    ([], {"k": "-1"}, {}, ["-k", "-1"]),
    ([], {"weight": "briggs 0.0"}, {}, ["-weight", "briggs", "0.0"]),
    ([], {"k": "[a,b]"}, {}, ["-k", "a", "b"]),
    ([], {"k": "[a, b c]"}, {}, ["-k", "a", "bc"]),
    ([], {"k": "[[1,2],[3]]"}, {}, ["-k", "1", "2]", "[3"]),
    ([], {"k": "['/d/a', '/d/b']"}, {}, ["-k", "/d/a", "/d/b"]),
    (["[/d/a.MS,/d/b.MS]"], {}, {}, ["/d/a.MS", "/d/b.MS"]),
    (["['/d/a.MS', '/d/b.MS']"], {}, {}, ["/d/a.MS", "/d/b.MS"]),
    (["ms"], {"size": "1 2"}, {"ms": "[/d/a,/d/b]"}, ["-size", "1", "2", "/d/a", "/d/b"]),
    (
        [],
        {"size": "1 2"},
        {"ms": "[/d/a.MS,/d/b.MS]", "name": "/o"},
        ["-name", "/o", "-ms", "/d/a.MS", "/d/b.MS", "-size", "1", "2"],
    ),
    ([], {"o": "x"}, {"msout": "o", "ms": "i"}, ["-ms", "i", "-msout", "o", "-o", "x"]),
    (["-reorder", "ms"], {"name": "/i"}, {"ms": "/d/a"}, ["-name", "/i", "-reorder", "/d/a"]),
    (["y z"], {}, {}, ["y z"]),
    (["-x", "ms", "y z"], {"neg": "-1"}, {"ms": "[/d/h]"}, ["-neg", "-1", "-x", "/d/h", "y z"]),
    ([], {"padding": "1.6", "niter": "100000"}, {}, ["-padding", "1.6", "-niter", "100000"]),
    (["[a"], {}, {}, ["[a"]),
]

LOSOTO = [
    (flags, options, files, [files.get(word, word) for word in flags])
    for flags in ([], ["h5in"], ["-v"], ["h5in", "x y"], ["a", "b"])
    for options in ({}, {"k": "v"}, {"b": "h5in"}, {"a": "1", "z": ""})
    for files in ({"h5in": "/d/a.h5"},)
]


@pytest.mark.parametrize(("flags", "options", "files", "expected"), GNU)
def test_gnu(flags, options, files, expected) -> None:
    assert line("gnu", flags, options, files) == expected


@pytest.mark.parametrize(("flags", "options", "files", "expected"), LOFAR)
def test_lofar(flags, options, files, expected) -> None:
    assert line("lofar", flags, options, files) == expected


@pytest.mark.parametrize(("flags", "options", "files", "expected"), ARGPARSE)
def test_argparse_gives_two_words_an_option(flags, options, files, expected) -> None:
    """FIX: LOFAR's own gave one word with a blank inside."""
    assert line("argparse", flags, options, files) == expected


@pytest.mark.parametrize(("flags", "options", "files", "expected"), WSCLEAN)
def test_wsclean(flags, options, files, expected) -> None:
    assert line("wsclean", flags, options, files) == expected


@pytest.mark.parametrize(("flags", "options", "files", "expected"), LOSOTO)
def test_losoto_has_no_options(flags, options, files, expected) -> None:
    assert line("losoto", flags, options, files) == expected


def test_the_program_comes_first() -> None:
    assert command_line("/bin/exe", Words(("a",), {}), "gnu") == ("/bin/exe", "a")


@pytest.mark.parametrize("args_format", ["gnu", "lofar", "argparse", "wsclean"])
def test_a_parset_file_is_the_first_word_and_options_are_left_out(args_format) -> None:
    words = Words(("a", "b"), {"k": "v"})
    assert command_line("exe", words, args_format, "/w/a.parset") == ("exe", "/w/a.parset", "a", "b")


def test_losoto_takes_the_parset_file_last() -> None:
    words = Words(("/d/a.h5",), {"k": "v"})
    assert command_line("losoto", words, "losoto", "/w/a.parset") == ("losoto", "/d/a.h5", "/w/a.parset")


def test_wsclean_splits_lists_with_a_parset_file_too() -> None:
    words = Words(("[a,b]",), {})
    assert command_line("exe", words, "wsclean", "/w/p") == ("exe", "/w/p", "a", "b")
