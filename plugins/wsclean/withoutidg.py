"""What is done where a step wants IDG and the installed WSClean has none (image contract 2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from genericpipe import Config, Finding, GenericPipeError, Severity

from .capabilities import Capabilities
from .options import CommandLine, Option

SECTION, KEY, WGRIDDER = "wsclean", "without_idg", "wgridder"
SETTING = f"[{SECTION}] {KEY} = {WGRIDDER}"

IDG = ("use-idg",)
BEAMS = ("grid-with-beam", "apply-primary-beam")
DIFFERENTIAL = "use-differential-lofar-beam"
# Only IDG and EveryBeam read these.
_REPLACED = {
    *IDG,
    *BEAMS,
    DIFFERENTIAL,
    *("idg-mode", "gridder", "beam-aterm-update", "aterm-kernel-size", "save-aterms", "reuse-primary-beam"),
    *("primary-beam-limit", "pb-grid-size", "pb-undersampling", "beam-model", "beam-mode"),
    *("beam-normalisation-mode", "save-psf-pb", "mwa-path"),
}
# What these ask for is more than a beam, and nothing here does it.
_REFUSED = ("aterm-config", "apply-facet-beam")


@dataclass(frozen=True)
class Correction:
    """How images are to be corrected afterwards.

    Parameters
    ----------
    differential
        Whether the data are corrected at the phase centre already, whatever is written in them.
    limit
        Where the beam is lower, the corrected image has no value.
    interval
        Seconds between two looks at the beam.
    """

    differential: bool
    limit: float = 0.005
    interval: float = 300.0


def asked_for(option: Option) -> str:
    """Return what an option needs, ``IDG`` or ``EveryBeam``; empty where it needs neither."""
    if option.name in IDG or (option.name == "gridder" and option.values[:1] == ("idg",)):
        return "IDG"
    if option.name == "grid-with-beam":
        return "IDG"
    return "EveryBeam" if option.name == "apply-primary-beam" else ""


def lacking(options: Iterable[Option], can: Capabilities) -> list[tuple[Option, str]]:
    """Return the options that a program cannot serve, each with the library that it lacks."""
    missing = []
    for option in options:
        wanted = asked_for(option)
        if wanted == "IDG" and can.idg and option.name == "grid-with-beam":
            wanted = "EveryBeam"
        there = {"IDG": can.idg, "EveryBeam": can.everybeam}.get(wanted, True)
        if not there:
            missing.append((option, wanted))
    return missing


def is_set(config: Config) -> bool:
    """Return whether the site wants WSClean's own gridder where IDG is missing."""
    return (config.get("wsclean", "without_idg") or "").strip().lower() == WGRIDDER


def bad_setting(config: Config) -> Finding | None:
    """Return what is wrong with the setting, if anything is."""
    said = (config.get("wsclean", "without_idg") or "").strip()
    if not said or is_set(config):
        return None
    return Finding(
        Severity.ERROR,
        "bad-setting",
        f"[{SECTION}] {KEY} = {said}: there is nothing of that name",
        config.location(SECTION, KEY),
        f"write {WGRIDDER}, or leave it out",
    )


def replaced(line: CommandLine) -> tuple[CommandLine, Correction | None]:
    """Return a call with ``-use-wgridder`` in place of IDG and the beam, and how to correct its images.

    Parameters
    ----------
    line
        The call as the step makes it.

    Returns
    -------
    tuple
        The call, and the correction: None where the step does not ask for the beam.

    Raises
    ------
    GenericPipeError
        If it asks for what nothing but IDG can do.
    """
    for name in _REFUSED:
        if line.has(name):
            raise GenericPipeError(
                f"-{name}: only a WSClean with IDG and EveryBeam can do that",
                hint=f"take the option out; {SETTING} replaces no more than the gridder and the average beam",
            )
    correction = None
    if line.has(*BEAMS):
        _check_average(line)
        correction = Correction(
            line.has(DIFFERENTIAL),
            line.number("primary-beam-limit", Correction.limit),
            line.number("beam-aterm-update", Correction.interval),
        )
    plain = line.without(_REPLACED)
    return (plain if plain.has("use-wgridder") else plain.setting("use-wgridder")), correction


def _check_average(line: CommandLine) -> None:
    """Refuse images for which nothing here makes an average beam."""
    polarisations = line.value("pol", default="I").upper()
    for name, is_understood in (
        ("intervals-out", line.value("intervals-out", default="1") == "1"),
        ("field", line.value("field", default="0") == "0"),
        ("spws", not line.has("spws")),
        # The scalar beam of Stokes I holds for I and V.
        ("pol", "I" in polarisations or "V" in polarisations),
        ("beam-model", line.value("beam-model", default="hamaker").lower() == "hamaker"),
    ):
        if not is_understood:
            raise GenericPipeError(
                f"-{name} {line.value(name)}: there is no average beam for such images but EveryBeam's in"
                " WSClean",
                hint=f"{SETTING} corrects one image in I or V a channel, of one field and window",
            )
