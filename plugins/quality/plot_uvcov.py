"""What a ``pythonplugin`` step calls in the place of prefactor's plot_uvcov.py.

It is run by its path, so it imports its own package by name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from genericpipe_plugins.quality.keywords import Keywords, given
from genericpipe_plugins.quality.uvcoverage import MOST_POINTS, read_coverage
from genericpipe_plugins.quality.uvplot import UNITS, plot_coverage

from genericpipe import entries_of

_SAID = Keywords("plot_uvcov")


def main(
    ms_input: Sequence[str] | str,
    outname: str | os.PathLike[str],
    units: str = UNITS[0],
    points: int | str = MOST_POINTS,
    title: str | None = None,
) -> dict[str, str]:
    """Draw the uv coverage of measurement sets with what is flagged.

    Parameters
    ----------
    ms_input
        The sets: a list, the text of one (``[a.MS,b.MS]``), or one path.
    outname
        The picture, PNG.
    units
        Of the axes: ``lambda`` or ``km``.
    points
        How many points are shown at most.
    title
        A line above the picture.

    Returns
    -------
    dict
        ``picture``, its path, and ``flagged_fraction``, 0 to 1.

    Raises
    ------
    QualityError
        If a set cannot be read, a keyword not used, or the picture not written.
    """
    unit = _SAID.choice("units", units, UNITS)
    most = _SAID.whole("points", points)
    path = _SAID.path("the name of the picture", outname)
    files = entries_of(ms_input.strip() if isinstance(ms_input, str) else list(ms_input))
    files = [file.strip() for file in files if file.strip()]
    if not files:
        raise _SAID.fault("the first argument names no measurement set")
    coverage = read_coverage(files, most)
    made = plot_coverage(coverage, path, units=unit, title=str(title) if given(title) else "")
    print(f"plot_uvcov: {made}: {100 * coverage.fraction:.1f} % of {coverage.sets} sets are flagged")
    return {"picture": str(made), "flagged_fraction": f"{coverage.fraction:.6f}"}
