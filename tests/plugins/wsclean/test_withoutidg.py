"""What becomes of the options of IDG where there is none."""

from __future__ import annotations

import pytest
from genericpipe_plugins.wsclean.capabilities import Capabilities
from genericpipe_plugins.wsclean.options import CommandLine
from genericpipe_plugins.wsclean.withoutidg import Correction, lacking, replaced

from genericpipe import GenericPipeError


def line(options: str) -> CommandLine:
    return CommandLine.parse(["wsclean", *options.split(), "a.MS"])


def test_the_options_of_the_image_pipeline() -> None:
    # Image contract 2.4, what has to do with gridder and beam.
    call, correction = replaced(
        line(
            "-reorder -use-idg -idg-mode hybrid -grid-with-beam -use-differential-lofar-beam"
            " -beam-aterm-update 600 -name a -primary-beam-limit 0.1"
        )
    )
    assert call == line("-use-wgridder -reorder -name a")
    assert correction == Correction(differential=True, limit=0.1, interval=600.0)


def test_without_a_beam_nothing_is_corrected() -> None:
    assert replaced(line("-use-idg -idg-mode cpu -name a")) == (line("-use-wgridder -name a"), None)


def test_the_newer_spelling_and_the_older_way_to_correct() -> None:
    call, correction = replaced(line("-gridder idg -apply-primary-beam -use-wgridder"))
    assert call == line("-use-wgridder")
    assert correction == Correction(differential=False)


@pytest.mark.parametrize("option", ["-aterm-config a.cfg", "-apply-facet-beam"])
def test_more_than_a_beam_is_refused(option: str) -> None:
    with pytest.raises(GenericPipeError, match=f"^{option.split()[0]}: only a WSClean with IDG"):
        replaced(line(f"-use-idg -grid-with-beam {option}"))


@pytest.mark.parametrize(
    "option", ["-intervals-out 3", "-field 1", "-spws 0,1", "-pol XX,YY", "-beam-model lobes"]
)
def test_what_has_no_average_beam_here_is_refused(option: str) -> None:
    with pytest.raises(GenericPipeError, match=f"^{option}: "):
        replaced(line(f"-use-idg -grid-with-beam {option}"))
    assert replaced(line(f"-use-idg {option}"))[1] is None


@pytest.mark.parametrize(
    ("options", "has", "missing"),
    [
        ("-use-idg -grid-with-beam", "", [("use-idg", "IDG"), ("grid-with-beam", "IDG")]),
        ("-use-idg -grid-with-beam", "IDG", [("grid-with-beam", "EveryBeam")]),
        ("-use-idg -grid-with-beam", "IDG EveryBeam", []),
        ("-gridder idg", "EveryBeam", [("gridder", "IDG")]),
        ("-gridder wgridder -use-wgridder", "", []),
        ("-apply-primary-beam", "IDG", [("apply-primary-beam", "EveryBeam")]),
        ("-apply-primary-beam", "EveryBeam", []),
        # Alone they do nothing.
        ("-idg-mode cpu -use-differential-lofar-beam", "", []),
    ],
)
def test_what_a_program_lacks(options: str, has: str, missing: list[tuple[str, str]]) -> None:
    can = Capabilities("/x/wsclean", "3.1.0", "IDG" in has.split(), "EveryBeam" in has.split(), True)
    assert [(option.name, library) for option, library in lacking(line(options).options, can)] == missing
