"""``genericpipe simulate``: an observation of a known sky, to try a pipeline on."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe import ExitStatus, UsageError, hookimpl

from . import times
from .angles import read_declination, read_right_ascension

if TYPE_CHECKING:
    from .simulation import Simulated

DESCRIPTION = """\
Make a LOFAR HBA observation of a sky that is known: one measurement set for each subband, with real station
positions, broken tiles, noise, interference and flags. DP3 computes the visibilities, with the beam of each
station, which is then divided out at the phase centre. truth.json, beside the sets, says what is in them.
Needs DP3, EveryBeam and lofarantpos: pip install 'genericpipe[tools]'."""

EPILOG = """\
examples:
  genericpipe simulate --out data                     40 minutes of a test field with ten sources, 8 subbands
  genericpipe simulate --out data --sky mine.txt --stations core --duration 600
  genericpipe simulate --out data --subbands 120.1,140.0,160.2 --noise 0 --flagged 0 --broken-tiles 0

A sky is a text file. Its first line names the columns, name ra dec flux and if wanted index q u v frequency;
each line that follows is a point source.

exit status: 0 done, 1 DP3 failed, 2 something impossible was asked for, 3 the sky cannot be read, something
is not installed, or a set is there already."""


@hookimpl
def genericpipe_add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``simulate``."""
    parser = subparsers.add_parser(
        "simulate",
        help="make an observation of a known sky, to try pipelines on",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--out", metavar="DIR", type=Path, required=True, help="where the measurement sets go")
    sky = parser.add_argument_group("the sky")
    sky.add_argument(
        "--sky", metavar="FILE", type=Path, help="the sources; default: ten, out to beyond half power"
    )
    sky.add_argument(
        "--phase-centre",
        metavar="RA,DEC",
        type=_direction,
        help="in degrees, or 14:11:20.5,+52:12:10; default: the first source of the file, or 3C 295",
    )
    what = parser.add_argument_group("the observation")
    what.add_argument(
        "--subbands",
        metavar="N|MHZ,...",
        type=_subbands,
        default=8,
        help="how many, side by side, or the middle of each in MHz; default: 8",
    )
    what.add_argument(
        "--frequency",
        metavar="MHZ",
        type=_number,
        help="the middle of the first of so many subbands; default: 140.0390625",
    )
    what.add_argument("--channels", metavar="N", type=int, default=4, help="of a subband; default: 4")
    what.add_argument(
        "--start",
        metavar="TIME",
        type=_moment,
        help="in UTC, as 2018-11-26T08:00:00; default: the phase centre is highest half way through",
    )
    what.add_argument(
        "--duration", metavar="SECONDS", type=_number, default=2400.0, help="default: 2400, 40 minutes"
    )
    what.add_argument("--interval", metavar="SECONDS", type=_number, default=8.0, help="default: 8")
    what.add_argument(
        "--obsid", metavar="ID", default="100000", help="as in L100000_SB000_uv.MS; the default"
    )
    telescope = parser.add_argument_group("the telescope")
    telescope.add_argument(
        "--stations",
        metavar="WHICH",
        default="24",
        help="core, dutch, so many antenna fields, or names as CS001,RS106HBA; default: 24",
    )
    telescope.add_argument(
        "--broken-tiles", metavar="FRACTION", type=_number, default=0.1, help="of each field; default: 0.1"
    )
    telescope.add_argument(
        "--noise",
        metavar="JY",
        type=_number,
        help="of the real and the imaginary part of each visibility; default: what --sefd makes of it",
    )
    telescope.add_argument(
        "--sefd", metavar="JY", type=_number, default=3000.0, help="of 24 working tiles; default: 3000"
    )
    telescope.add_argument(
        "--flagged",
        metavar="FRACTION",
        type=_number,
        default=0.02,
        help="so much is interference, and flagged; default: 0.02",
    )
    telescope.add_argument(
        "--failed", metavar="NAME", action="append", default=[], help="a station without data; repeatable"
    )
    telescope.add_argument("--no-beam", action="store_true", help="the stations see all of the sky equally")
    telescope.add_argument(
        "--uncorrected", action="store_true", help="leave the beam at the phase centre in the data"
    )
    how = parser.add_argument_group("how")
    how.add_argument(
        "--seed", metavar="N", type=int, default=1, help="the same one gives the same data; default: 1"
    )
    how.add_argument("--threads", metavar="N", type=int, help="subbands at a time; default: as many as cores")
    how.add_argument("--dp3", metavar="PROGRAM", help="default: DP3.py or DP3, beside this Python or on PATH")
    how.add_argument("--overwrite", action="store_true", help="replace sets that are there already")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Simulate, with a line for each set; return the exit status."""
    from .settings import FREQUENCY
    from .simulation import simulate

    if arguments.frequency is not None and not isinstance(arguments.subbands, int):
        raise UsageError("--frequency goes with a number of --subbands, not with a list of them")
    # As Ctrl-C: what is half made is removed before we end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    done = simulate(
        arguments.out,
        sky=arguments.sky,
        phase_centre=arguments.phase_centre,
        subbands=arguments.subbands,
        frequency=FREQUENCY if arguments.frequency is None else arguments.frequency * 1e6,
        channels=arguments.channels,
        start=arguments.start,
        duration=arguments.duration,
        interval=arguments.interval,
        stations=arguments.stations,
        noise=arguments.noise,
        sefd=arguments.sefd,
        flagged=arguments.flagged,
        failed=arguments.failed,
        broken_tiles=arguments.broken_tiles,
        beam=not arguments.no_beam,
        corrected=not arguments.uncorrected,
        seed=arguments.seed,
        threads=arguments.threads,
        identifier=arguments.obsid,
        program=arguments.dp3,
        overwrite=arguments.overwrite,
        progress=lambda name: print(f"made {arguments.out / name}", flush=True),
    )
    print(_summary(done))
    return int(ExitStatus.DONE)


def _summary(done: Simulated) -> str:
    observation = done.observation
    ra, dec = observation.phase_centre
    return (
        f"{_several(len(done.sources), 'source')} around {ra:.4f}, {dec:+.4f} deg, seen from "
        f"{times.text_of(observation.start)} to {times.text_of(observation.end)} by "
        f"{len(observation.fields)} antenna fields\nwhat is in them: {done.truth}"
    )


def _several(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _told(read: Callable[[str], object], what: str) -> Callable[[str], object]:
    """Return a reader that tells argparse what was expected."""

    def reader(text: str) -> object:
        try:
            return read(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no {what}") from None

    return reader


def _read_direction(text: str) -> tuple[float, float]:
    ra, comma, dec = text.partition(",")
    if not comma:
        raise ValueError(text)
    return read_right_ascension(ra.strip()), read_declination(dec.strip())


def _read_subbands(text: str) -> int | Sequence[float]:
    if "," not in text and "." not in text:
        return int(text)
    return [float(part) * 1e6 for part in text.split(",") if part.strip()]


_direction = _told(_read_direction, "direction as 212.8355,52.2028 or 14:11:20.5,+52:12:10")
_subbands = _told(_read_subbands, "number of subbands, nor a list of frequencies in MHz")
_moment = _told(times.read_moment, "time as 2018-11-26T08:00:00")
_number = _told(float, "number")
