"""The field that a station sees: the width of its beam."""

from __future__ import annotations

import math

from .faults import fault

#: Metres a second, rounded as the script of prefactor has it; the true one gives 0.07 % less.
SPEED_OF_LIGHT = 3.0e8
#: Beam width in units of wavelength over diameter: one value for HBA and LBA.
WIDTH_FACTOR = 1.1

#: Diameters of stations in metres beyond which a header is wrong (image contract 6).
DIAMETERS = (5.0, 200.0)
#: Mean elevations in degrees: up to the first there is no image, up to the second a warning (contract 6).
ELEVATION_REFUSED, ELEVATION_DOUBTFUL = 5.0, 20.0


def width(frequency: float, diameter: float, elevation: float) -> float:
    """Return the full width at half maximum of a station's beam.

    ``1.1 * (c / frequency / diameter) / sin(elevation)``: seen from low elevations a station is shorter,
    which makes the beam longer; the longer axis is taken for both, as the field is square.

    Source: image contract 3.2 (prefactor's deep sort and compute script); the factor 1.1 is that of
    van Haarlem et al. 2013, A&A 556, A2, eq. B.1, for a LOFAR station.

    Parameters
    ----------
    frequency
        Reference frequency of the band in Hz.
    diameter
        Diameter of the station in m.
    elevation
        Mean elevation of the phase centre in rad.

    Returns
    -------
    float
        The width in degrees.

    Raises
    ------
    GenericPipeError
        If the diameter or the elevation is not finite or outside what is possible: a diameter of 5 to 200 m,
        more than 5 degrees of elevation; or the frequency is not positive.
    """
    least, most = DIAMETERS
    if not least <= diameter <= most:
        raise fault(
            f"DISH_DIAMETER is {diameter:g} m, which no station has",
            "the correlator writes 0, and makebeamtables the true diameter: run it on the set"
            if not diameter > 0
            else "",
        )
    if not math.degrees(elevation) > ELEVATION_REFUSED:
        raise fault(
            f"the mean elevation of the phase centre is {math.degrees(elevation):.2f} degrees: the beam of a "
            f"station is undefined up to {ELEVATION_REFUSED:g} degrees"
        )
    if not frequency > 0 or math.isinf(frequency):
        raise fault(f"the reference frequency is {frequency:g} Hz")
    return WIDTH_FACTOR * (SPEED_OF_LIGHT / frequency / diameter) * (180 / math.pi) / math.sin(elevation)
