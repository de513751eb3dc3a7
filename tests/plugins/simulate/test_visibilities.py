"""Visibilities: what DP3 makes of the sets is what geometry, and EveryBeam, say of the sources in them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from genericpipe_plugins.simulate import Simulated, Source, dp3, simulate
from genericpipe_plugins.simulate.angles import offset
from genericpipe_plugins.simulate.settings import PHASE_CENTRE

from .conftest import PERFECT

# Of each station at each time: the response, with EveryBeam's own idea of where it points.
RESPONSES = """
import json, sys, everybeam
path, frequency, ra, dec, number, *times = sys.argv[1:]
telescope = everybeam.load_telescope(
    path,
    beam_normalisation_mode=everybeam.BeamNormalisationMode.none,
    use_channel_frequency=True,
    element_response_model="hamaker",
)
answer = [
    [
        [[float(part.real), float(part.imag)] for part in telescope.station_response(
            float(time), station, float(frequency), float(ra), float(dec)
        ).ravel()]
        for station in range(int(number))
    ]
    for time in times
]
print(json.dumps([type(telescope).__name__, answer]))
"""


def everybeam(tmp_path: Path, made: Simulated, frequency: float, ra: float, dec: float, times: Any) -> Any:
    """Return the class of the telescope, and its Jones matrices: shape (times, stations, 2, 2)."""
    number = len(made.observation.fields)
    words = [repr(float(word)) for word in (frequency, np.radians(ra), np.radians(dec))]
    words += [str(number), *(repr(float(time)) for time in times)]
    done = subprocess.run(
        [sys.executable, "-c", RESPONSES, str(made.measurement_sets[0]), *words],
        env=dict(dp3.find(tmp_path).environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kind, answer = json.loads(done.stdout)
    parts = np.array(answer)
    return kind, (parts[..., 0] + 1j * parts[..., 1]).reshape(len(times), number, 2, 2)


def cross(made: Simulated, column: Any) -> tuple[Any, Any, Any]:
    """Return DATA as matrices, (times, cross baselines, channels, 2, 2), and both ends of the baselines."""
    path = made.measurement_sets[0]
    slots = made.observation.slots
    first, second = (column(path, f"ANTENNA{end}").reshape(slots, -1)[0] for end in (1, 2))
    data = column(path, "DATA").reshape(slots, len(first), made.observation.channels, 2, 2)
    differ = first != second
    return data[:, differ], first[differ], second[differ]


def channels(made: Simulated, column: Any) -> Any:
    return column(made.measurement_sets[0], "CHAN_FREQ", "SPECTRAL_WINDOW")[0]


def brightness(source: Source, frequency: float) -> Any:
    """Return the matrix of linear feeds: XX = I + Q, XY = U + iV (Hamaker and Bregman 1996)."""
    flux = source.flux_at(frequency)
    return np.array(
        [
            [flux + source.q, source.u + 1j * source.v],
            [source.u - 1j * source.v, flux - source.q],
        ]
    )


def test_a_source_at_the_phase_centre_has_its_flux(centre: Simulated, column: Any) -> None:
    (source,) = centre.sources
    data, _, _ = cross(centre, column)
    for number, frequency in enumerate(channels(centre, column)):
        stokes_i = (data[..., number, 0, 0] + data[..., number, 1, 1]) / 2
        assert np.abs(stokes_i - source.flux_at(frequency)).max() < 1e-3 * source.flux
        assert np.ptp(stokes_i.imag) < 1e-3


def test_its_polarisation_too(centre: Simulated, column: Any) -> None:
    (source,) = centre.sources
    data, _, _ = cross(centre, column)
    for number, frequency in enumerate(channels(centre, column)):
        assert np.abs(data[..., number, :, :] - brightness(source, frequency)).max() < 2e-3


def test_the_keywords_tell_which_beam_was_taken_out(centre: Simulated, tmp_path: Path) -> None:
    from casacore.tables import table

    with table(str(centre.measurement_sets[0]), ack=False) as main:
        keywords = main.getcolkeywords("DATA")
    assert keywords["LOFAR_APPLIED_BEAM_MODE"] == "Full"
    where = keywords["LOFAR_APPLIED_BEAM_DIR"]
    there = [np.degrees(where[axis]["value"]) for axis in ("m0", "m1")]
    assert np.allclose([there[0] % 360, there[1]], PHASE_CENTRE)


def test_without_a_beam_geometry_is_all(tmp_path: Path, column: Any) -> None:
    ra, dec = offset(*PHASE_CENTRE, 1.5, 60.0)
    source = Source("aside", ra, dec, 2.0, -0.5, q=0.2)
    made = simulate(tmp_path, sky=[source], phase_centre=PHASE_CENTRE, beam=False, **PERFECT)
    path = made.measurement_sets[0]
    a, d, a0, d0 = np.radians([ra, dec, *PHASE_CENTRE])
    l = np.cos(d) * np.sin(a - a0)  # noqa: E741 - as the equation is written
    m = np.sin(d) * np.cos(d0) - np.cos(d) * np.sin(d0) * np.cos(a - a0)
    n = np.sqrt(1 - l**2 - m**2)
    waves = column(path, "UVW")[:, None, :] * channels(made, column)[None, :, None] / 299792458.0
    # The measurement equation; the sign is that of LOFAR's correlator, where it agrees with casacore's UVW.
    phases = waves @ np.array([l, m, n - 1])
    flux = np.array([source.flux_at(frequency) for frequency in channels(made, column)])
    expected = flux * np.exp(2j * np.pi * phases)
    found = column(path, "DATA")
    differ = column(path, "ANTENNA1") != column(path, "ANTENNA2")  # DP3 predicts no autocorrelations
    assert np.abs((found[..., 0] + found[..., 3]) / 2 - expected)[differ].max() < 5e-3
    assert np.abs((found[..., 0] - found[..., 3]) / 2)[differ] == pytest.approx(0.2, abs=1e-3)


def test_everybeam_reads_the_set_and_sees_the_same(tmp_path: Path, column: Any) -> None:
    ra, dec = offset(*PHASE_CENTRE, 1.2, 200.0)
    source = Source("aside", ra, dec, 2.0)
    made = simulate(
        tmp_path, sky=[source], phase_centre=PHASE_CENTRE, corrected=False, **{**PERFECT, "channels": 1}
    )
    data, first, second = cross(made, column)
    times = np.unique(column(made.measurement_sets[0], "TIME"))
    picked = [0, 10, 19]
    frequency = float(channels(made, column)[0])
    kind, jones = everybeam(tmp_path, made, frequency, ra, dec, times[picked])
    assert kind == "LOFAR"
    seen = jones[:, first] @ brightness(source, frequency) @ np.conj(np.swapaxes(jones[:, second], -1, -2))
    # Phases are those of the geometry; what the beam does is in the lengths.
    power = np.linalg.norm(seen, axis=(-2, -1))
    assert np.linalg.norm(data[picked][:, :, 0], axis=(-2, -1)) == pytest.approx(power, rel=2e-3)
    # Off the centre, with tiles broken, no two stations see the same.
    assert power.min() < 0.98 * power.max()
    assert power.max() < 0.9 * np.linalg.norm(brightness(source, frequency))
