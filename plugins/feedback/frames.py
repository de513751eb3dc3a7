"""Names that FITS and casacore have for things, and those that the archive takes (image contract 5.2)."""

from __future__ import annotations

#: Of FITS and of casacore, which differ.
_FRAMES = {
    "TOPOCENT": "TOPOCENTER",
    "TOPO": "TOPOCENTER",
    "GEOCENTR": "GEOCENTER",
    "GEO": "GEOCENTER",
    "BARYCENT": "BARYCENTER",
    "BARY": "BARYCENTER",
    "HELIOCEN": "HELIOCENTER",
    "LSRK": "LSRK",
    "LSRD": "LSRD",
    "GALACTOC": "GALACTIC",
    "GALACTO": "GALACTIC",
    "LOCALGRP": "LOCAL_GROUP",
    "LGROUP": "LOCAL_GROUP",
}
LOCATION_FRAMES = (*dict.fromkeys(_FRAMES.values()), "RELOCATABLE")
#: The frame of a product that names none.
DEFAULT_FRAME = "GEOCENTER"

RA_DEC_SYSTEMS = ("ICRS", "FK5", "FK4", "FK4-NO-E", "GAPPT")
EQUINOXES = {2000.0: "J2000", 1950.0: "B1950"}

#: FITS's numbers of polarisations.
POLARIZATIONS = {
    1: "I",
    2: "Q",
    3: "U",
    4: "V",
    -1: "RR",
    -2: "LL",
    -3: "RL",
    -4: "LR",
    -5: "XX",
    -6: "YY",
    -7: "XY",
    -8: "YX",
}


def location_frame(name: str) -> str:
    """Return the archive's name of a spectral reference frame; of none, ``GEOCENTER``.

    Raises
    ------
    ValueError
        If the archive has no name for it.
    """
    frame = name.strip().upper()
    if not frame:
        return DEFAULT_FRAME
    if frame not in _FRAMES:
        raise ValueError(f"the archive has no name for the frame {name!r}")
    return _FRAMES[frame]
