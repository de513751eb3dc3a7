"""The sub-tables of every measurement set, with LOFAR's own columns in them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from .cells import direction, epoch, opened, position, put, unit
from .observation import SUBBAND_WIDTH, Observation


def write_sub_tables(path: Path, observation: Observation) -> None:
    """Fill the sub-tables that are the same for all subbands.

    Parameters
    ----------
    path
        A measurement set as casacore's ``default_ms`` makes it.
    observation
        What to write.
    """
    _antennas(path, observation)
    _feeds(path, observation)
    _field(path, observation)
    _observation(path, observation)
    _polarization(path)
    with opened(path, "SPECTRAL_WINDOW") as windows:
        windows.addrows(1)
    with opened(path, "DATA_DESCRIPTION") as description:
        description.addrows(1)
        put(description, 0, {"SPECTRAL_WINDOW_ID": 0, "POLARIZATION_ID": 0, "FLAG_ROW": False})
    with opened(path, "HISTORY") as history:
        history.addrows(1)
        made = {"TIME": observation.start, "APPLICATION": "genericpipe simulate", "PRIORITY": "INFO"}
        put(history, 0, {**made, "MESSAGE": "simulated: no telescope has seen this", "OBJECT_ID": 0})


def write_subband(path: Path, observation: Observation, subband: int) -> None:
    """Fill what differs between subbands: frequencies and file name."""
    import numpy as np

    middle, number = observation.frequencies[subband], observation.channels
    width = SUBBAND_WIDTH / number
    widths = np.full(number, width)
    window = {
        "MEAS_FREQ_REF": 5,  # as the telescope sees it: TOPO
        "CHAN_FREQ": middle + (np.arange(number) - (number - 1) / 2) * width,
        "REF_FREQUENCY": middle,
        "CHAN_WIDTH": widths,
        "EFFECTIVE_BW": widths,
        "RESOLUTION": widths,
        "FLAG_ROW": False,
        "FREQ_GROUP": 0,
        "FREQ_GROUP_NAME": "",
        "IF_CONV_CHAIN": 0,
        "NAME": f"SB-{subband}",
        "NET_SIDEBAND": 0,
        "NUM_CHAN": number,
        "TOTAL_BANDWIDTH": SUBBAND_WIDTH,
    }
    with opened(path, "SPECTRAL_WINDOW") as windows:
        put(windows, 0, window)
    with opened(path, "OBSERVATION") as observations:
        observations.putcell("LOFAR_FILENAME", 0, observation.name(subband))


def _antennas(path: Path, observation: Observation) -> None:
    from casacore.tables import makearrcoldesc, makescacoldesc

    stations = observation.stations
    with opened(path, "ANTENNA") as antennas:
        reference = makearrcoldesc("LOFAR_PHASE_REFERENCE", 0.0, ndim=1, shape=[3], keywords=position())
        antennas.addcols(makescacoldesc("LOFAR_STATION_ID", 0))
        antennas.addcols(reference)
        antennas.addrows(len(observation.fields))
        for row, field in enumerate(observation.fields):
            cells = {
                "NAME": field.name,
                "STATION": "LOFAR",
                "TYPE": "GROUND-BASED",
                "MOUNT": "X-Y",
                "POSITION": field.position,
                "OFFSET": [0.0, 0.0, 0.0],
                "DISH_DIAMETER": field.diameter,
                "FLAG_ROW": False,
                "LOFAR_STATION_ID": stations.index(field.station),
                "LOFAR_PHASE_REFERENCE": field.position,
            }
            put(antennas, row, cells)


def _feeds(path: Path, observation: Observation) -> None:
    import numpy as np

    with opened(path, "FEED") as feeds:
        feeds.addrows(len(observation.fields))
        for row in range(len(observation.fields)):
            cells = {
                "ANTENNA_ID": row,
                "BEAM_ID": -1,
                "FEED_ID": 0,
                "INTERVAL": observation.interval * observation.slots,
                "TIME": (observation.start + observation.end) / 2,
                "NUM_RECEPTORS": 2,
                "SPECTRAL_WINDOW_ID": -1,
                "POSITION": [0.0, 0.0, 0.0],
                "BEAM_OFFSET": np.zeros((2, 2)),
                "POLARIZATION_TYPE": ["X", "Y"],
                "POL_RESPONSE": np.eye(2, dtype=np.complex64),
                "RECEPTOR_ANGLE": [
                    -math.pi / 4,
                    -math.pi / 4,
                ],  # the dipoles stand across the points of the compass
            }
            put(feeds, row, cells)


def _field(path: Path, observation: Observation) -> None:
    import numpy as np
    from casacore.tables import makearrcoldesc

    middle = np.array([observation.direction])
    with opened(path, "FIELD") as fields:
        # DP3 and EveryBeam point the tiles there. Unlike the other directions it is no polynomial.
        fields.addcols(makearrcoldesc("LOFAR_TILE_BEAM_DIR", 0.0, keywords=direction("J2000")))
        fields.addrows(1)
        cells = dict.fromkeys(("DELAY_DIR", "PHASE_DIR", "REFERENCE_DIR"), middle)
        rest = {"CODE": "", "FLAG_ROW": False, "NAME": "BEAM_0", "NUM_POLY": 0, "SOURCE_ID": -1}
        tiles = {"TIME": observation.start, "LOFAR_TILE_BEAM_DIR": middle[0]}
        put(fields, 0, {**cells, **rest, **tiles})


def _observation(path: Path, observation: Observation) -> None:
    from casacore.tables import makearrcoldesc, makescacoldesc

    start, end = observation.start, observation.end
    low, high = min(observation.frequencies) / 1e6, max(observation.frequencies) / 1e6
    epochs = {"LOFAR_OBSERVATION_START": start, "LOFAR_OBSERVATION_END": end, "LOFAR_FILEDATE": start}
    megahertz = {
        "LOFAR_OBSERVATION_FREQUENCY_MAX": high,
        "LOFAR_OBSERVATION_FREQUENCY_MIN": low,
        "LOFAR_OBSERVATION_FREQUENCY_CENTER": (low + high) / 2,
        "LOFAR_CLOCK_FREQUENCY": 200.0,
    }
    plain: dict[str, Any] = {
        "LOFAR_PROJECT_TITLE": "simulation",
        "LOFAR_PROJECT_PI": "",
        "LOFAR_PROJECT_CONTACT": "",
        "LOFAR_OBSERVATION_ID": observation.identifier,
        "LOFAR_SUB_ARRAY_POINTING": 0,
        "LOFAR_NOF_BITS_PER_SAMPLE": 8,
        "LOFAR_ANTENNA_SET": "HBA_DUAL_INNER",
        "LOFAR_FILTER_SELECTION": "HBA_110_190" if high < 190 else "HBA_210_250",
        "LOFAR_SYSTEM_VERSION": "genericpipe simulate",
        "LOFAR_PIPELINE_NAME": "",
        "LOFAR_PIPELINE_VERSION": "",
        "LOFAR_FILENAME": "",
        "LOFAR_FILETYPE": "uv",
    }
    lists = {"LOFAR_PROJECT_CO_I": [""], "LOFAR_TARGET": [observation.target]}
    standard = {
        "TIME_RANGE": [start, end],
        "SCHEDULE": ["corrSchedule"],
        "FLAG_ROW": False,
        "OBSERVER": "genericpipe simulate",
        "PROJECT": "SIMULATION",
        "RELEASE_DATE": end,
        "SCHEDULE_TYPE": "LOFAR",
        "TELESCOPE_NAME": "LOFAR",
    }
    with opened(path, "OBSERVATION") as observations:
        for name, value in {**epochs, **megahertz, **plain}.items():
            keywords = epoch() if name in epochs else unit("MHz") if name in megahertz else {}
            observations.addcols(makescacoldesc(name, value, keywords=keywords))
        for name in lists:
            observations.addcols(makearrcoldesc(name, ""))
        observations.addrows(1)
        put(observations, 0, {**standard, **epochs, **megahertz, **plain, **lists})


def _polarization(path: Path) -> None:
    import numpy as np

    with opened(path, "POLARIZATION") as polarizations:
        polarizations.addrows(1)
        products = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.int32)
        kinds = np.array([9, 10, 11, 12], np.int32)  # XX, XY, YX, YY
        put(
            polarizations, 0, {"NUM_CORR": 4, "CORR_TYPE": kinds, "CORR_PRODUCT": products, "FLAG_ROW": False}
        )
