"""What a pipeline chooses: the size of pixels and of the field."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from .faults import fault
from .headers import SAMPLINGS


@dataclass(frozen=True)
class Settings:
    """How large an image is to be.

    Parameters
    ----------
    cellsize_highres_deg, cellsize_lowres_deg
        Degrees a pixel, at high and at low resolution.
    fieldsize_highres, fieldsize_lowres
        Side of the field in full widths at half maximum of the station's beam.
    image_padding
        Factor of the padded sizes.
    y_axis_stretch
        Factor of the second axis.
    elevation_sampling
        Where the elevation is taken: ``rows``, every 10000th row from the first on, or ``times``, each time
        slot once.
    """

    cellsize_highres_deg: float = 0.00208
    cellsize_lowres_deg: float = 0.00694
    fieldsize_highres: float = 2.5
    fieldsize_lowres: float = 6.5
    image_padding: float = 1.0
    y_axis_stretch: float = 1.0
    elevation_sampling: str = SAMPLINGS[0]

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Settings:
        """Return the settings that keywords stand for, which may all be text.

        Parameters
        ----------
        given
            Some of the settings, by their names.

        Raises
        ------
        GenericPipeError
            If one is unknown, no positive number, or no way to sample.
        """
        known = [field.name for field in fields(cls)]
        made: dict[str, float | str] = {}
        for name, value in given.items():
            if name not in known:
                raise fault(f"unknown keyword {name!r}", f"there are {', '.join(known)}")
            made[name] = _sampling(value) if name == "elevation_sampling" else _number(name, value)
        return cls(**made)  # type: ignore[arg-type]


def _number(name: str, value: object) -> float:
    text = str(value).strip().strip("'\"")
    try:
        number = float(text)
    except ValueError:
        raise fault(f"{name} = {text!r} is no number") from None
    if not 0 < number < math.inf:
        raise fault(f"{name} = {text!r} is no positive number")
    return number


def _sampling(value: object) -> str:
    text = str(value).strip().strip("'\"").lower()
    if text not in SAMPLINGS:
        raise fault(f"elevation_sampling = {text!r} is unknown", f"give one of {', '.join(SAMPLINGS)}")
    return text
