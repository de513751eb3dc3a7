"""Simulate an observation, make an image of it and look at the result: ``python -m demo``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from demo.commands import Failed
from demo.folder import prepare
from demo.pipeline import make_image
from demo.simulation import simulate
from demo.summary import summarise


def main() -> int:
    """Run the demonstration; return 0 where every source was found and the feedback is complete, else 1."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    add = parser.add_argument
    add("--folder", type=Path, default=Path("demo-run"), help="where all is written (default: demo-run)")
    add("--subbands", type=int, default=8, help="of the observation (default: 8)")
    add("--duration", type=float, default=2400, help="of the observation, s (default: 2400)")
    add("--no-plots", dest="plots", action="store_false", help="draw no pictures")
    add("--set", dest="options", action="append", default=[], metavar="NAME=VALUE", help="of the pipeline")
    asked = parser.parse_args()
    folder = asked.folder.absolute()
    try:
        prepare(folder)
        observation = simulate(folder, asked.subbands, asked.duration)
        made = make_image(folder, observation, asked.options, plots=asked.plots)
        return summarise(observation, made)
    except Failed as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
