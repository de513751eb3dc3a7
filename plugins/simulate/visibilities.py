"""What the telescope sees of a sky, computed by DP3: no code of ours says what is true."""

from __future__ import annotations

from pathlib import Path

from .dp3 import DP3

# One model of the dipoles for both ways: what predict puts in, applybeam takes out.
_ELEMENT = "hamaker"


def predict(dp3: DP3, path: Path, model: Path, log: Path, *, beam: bool, corrected: bool) -> None:
    """Fill DATA of a measurement set with the visibilities of a sky.

    Parameters
    ----------
    dp3
        The program.
    path
        The measurement set; it is changed in place.
    model
        The sources, as DP3 reads them.
    log
        What DP3 prints.
    beam
        Whether stations see through their beam, tiles and elements of each as its tables say.
    corrected
        Whether the beam at the phase centre is divided out again, as the keywords of DATA then tell.

    Raises
    ------
    DP3Error
        If DP3 fails.

    Notes
    -----
    Each visibility is that of the middle of its channel and time slot: no smearing.
    """
    steps = ["predict", "correct"] if beam and corrected else ["predict"]
    arguments = [
        f"msin={path}",
        "msin.datacolumn=DATA",
        "msout=.",
        f"steps=[{','.join(steps)}]",
        "numthreads=1",
        "predict.type=predict",
        f"predict.sourcedb={model}",
        "predict.operation=replace",
        f"predict.usebeammodel={beam}",
    ]
    if beam:
        arguments += [
            "predict.usechannelfreq=True",
            f"predict.elementmodel={_ELEMENT}",
            "predict.beammode=default",
        ]
    if "correct" in steps:
        arguments += [
            "correct.type=applybeam",
            "correct.invert=True",
            "correct.usechannelfreq=True",
            f"correct.elementmodel={_ELEMENT}",
            "correct.updateweights=False",
        ]
    dp3.run(arguments, log)
