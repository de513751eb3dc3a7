"""The command line of WSClean as a structure."""

from __future__ import annotations

import pytest
from genericpipe_plugins.wsclean.options import CommandLine, Option
from hypothesis import given
from hypothesis import strategies as st

# Image contract 2.4, with numbers in the place of what a run gives.
PRODUCTION = (
    "wsclean -no-update-model-required -reorder -fit-beam -join-channels -use-idg -idg-mode cpu"
    " -grid-with-beam -use-differential-lofar-beam -name /d/fullband -size 2500 2500 -padding 1.4"
    " -scale 0.00208"
    " -channels-out 12 -pol I -niter 100000 -threshold 0.0 -mgain 0.65 -weight briggs 0.0"
    " -weighting-rank-filter 3 -minuv-l 80 -maxuv-l 7000 -auto-mask 3.3 -auto-threshold 0.5"
    " -local-rms-window 50 -local-rms-method rms-with-min -temp-dir /tmp -mem 90 -j 20 /d/a.MS /d/b.MS"
).split()


def test_the_production_call() -> None:
    line = CommandLine.parse(PRODUCTION)
    assert line.sets == ("/d/a.MS", "/d/b.MS")
    assert line.words == tuple(PRODUCTION)
    assert line.ordered().words == tuple(PRODUCTION)
    assert line.values("size") == ("2500", "2500")
    assert line.values("weight") == ("briggs", "0.0")
    assert line.value("idg-mode") == "cpu"
    assert line.has("use-idg")
    assert not line.has("cpu")


@pytest.mark.parametrize(
    ("text", "options", "sets"),
    [
        ("-shift -10deg -2deg a.MS", [("shift", "-10deg", "-2deg")], ["a.MS"]),
        ("-weight natural a.MS", [("weight", "natural")], ["a.MS"]),
        ("-weight briggs -0.5 a.MS", [("weight", "briggs", "-0.5")], ["a.MS"]),
        ("-minuv-l 80 -maxuv-l", [("minuv-l", "80"), ("maxuv-l",)], []),
        (
            "-apply-facet-solutions s.h5 amp,phase a.MS",
            [("apply-facet-solutions", "s.h5", "amp,phase")],
            ["a.MS"],
        ),
        # Nobody here knows these: what stands before another option is theirs.
        ("-brandnew 3 -5 -quiet a.MS", [("brandnew", "3", "-5"), ("quiet",)], ["a.MS"]),
        ("-brandnew a.MS b.MS", [("brandnew",)], ["a.MS", "b.MS"]),
        ("--version", [("version",)], []),
        ("-name -odd -quiet a.MS", [("name", "-odd"), ("quiet",)], ["a.MS"]),
    ],
)
def test_words_belong_to_options(text: str, options: list[tuple[str, ...]], sets: list[str]) -> None:
    line = CommandLine.parse(("wsclean", *text.split()))
    assert [(one.name, *one.values) for one in line.options] == options
    assert list(line.sets) == sets


def test_the_window_stands_before_the_method() -> None:
    # Image contract 2.4: -local-rms-window sets the method back.
    words = "wsclean -local-rms-method rms-with-min -niter 5 -local-rms-window 50 a.MS".split()
    ordered = CommandLine.parse(words).ordered()
    assert ordered.words == tuple(
        "wsclean -local-rms-window 50 -local-rms-method rms-with-min -niter 5 a.MS".split()
    )


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (("-size", "100 200"), ("-size", "100", "200")),
        (("-weight", "briggs 0.5"), ("-weight", "briggs", "0.5")),
        (("-size", "100", "200"), ("-size", "100", "200")),
    ],
)
def test_pairs_are_two_words(given: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    line = CommandLine.parse(("wsclean", *given, "a.MS"))
    assert line.sets == ("a.MS",)
    assert line.ordered().words == ("wsclean", *wanted, "a.MS")


def test_an_option_is_set_in_its_place_or_first() -> None:
    line = CommandLine.parse("wsclean -quiet -temp-dir /tmp a.MS".split())
    assert line.setting("temp-dir", "/own").words == ("wsclean", "-quiet", "-temp-dir", "/own", "a.MS")
    assert line.setting("use-wgridder").words[:3] == ("wsclean", "-use-wgridder", "-quiet")
    assert line.without(("quiet",)).words == ("wsclean", "-temp-dir", "/tmp", "a.MS")


def test_the_last_option_of_a_name_counts() -> None:
    assert CommandLine.parse("wsclean -niter 5 -niter 7 a.MS".split()).value("niter") == "7"
    assert CommandLine.parse("wsclean a.MS".split()).value("niter", default="0") == "0"


OPTIONS = st.sampled_from(
    [
        Option("quiet"),
        Option("size", ("10", "20")),
        Option("weight", ("briggs", "0")),
        Option("niter", ("5",)),
        Option("weight", ("uniform",)),
        Option("restore", ("a", "b", "c")),
        Option("shift", ("-1deg", "-2deg")),
    ]
)


@given(st.lists(OPTIONS), st.lists(st.sampled_from(["a.MS", "/d/b c.MS", ""])))
def test_what_is_written_is_read_again(options: list[Option], sets: list[str]) -> None:
    line = CommandLine("wsclean", tuple(options), tuple(sets))
    assert CommandLine.parse(line.words) == line
