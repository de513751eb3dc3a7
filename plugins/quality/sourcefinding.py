"""Sources are found in an image by PyBDSF."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from .catalogues import CatalogueSource
from .fitsimage import SkyImage, read_image
from .keywords import QualityError

#: Formats of source lists: our word -> PyBDSF's.
FORMATS = {"fits": "fits", "csv": "csv", "bbs": "bbs", "ds9": "ds9"}
_INSTALL = "pip install 'genericpipe[bdsf]', or 'bdsf' into the same environment"


@dataclass(frozen=True)
class FinderSettings:
    """How PyBDSF looks for sources; the defaults are PyBDSF's own but for wavelets and the box.

    Parameters
    ----------
    island, pixel
        Thresholds of an island's edge and of its peak, in units of the noise.
    wavelets
        Whether what is left is searched on larger scales.
    box
        Size and step of the boxes in which noise is measured, pixels; None: PyBDSF chooses.
    adaptive
        Whether boxes are smaller around bright sources.
    bright_box
        Size and step of those; None: PyBDSF chooses.
    bright
        How many times the noise a source has to be for that; None: PyBDSF chooses.
    cores
        How many processes there may be; None: as many as cores are usable.
    """

    island: float = 3.0
    pixel: float = 5.0
    wavelets: bool = False
    box: tuple[int, int] | None = None
    adaptive: bool = False
    bright_box: tuple[int, int] | None = None
    bright: float | None = None
    cores: int | None = None


def find_sources(
    image: SkyImage | str | os.PathLike[str],
    settings: FinderSettings | None = None,
    *,
    catalogue: str | os.PathLike[str] | None = None,
    form: str = "fits",
) -> list[CatalogueSource]:
    """Find the sources of an image with PyBDSF.

    Parameters
    ----------
    image
        The image, with a beam, or its path. It is not changed; nothing is written beside it.
    settings
        How to look.
    catalogue
        Where the source list is written; its folder is made.
    form
        Its format: ``fits``, ``csv``, ``bbs`` (Gaussians, a sky model) or ``ds9``.

    Returns
    -------
    list
        The sources, with integrated fluxes at the frequency of the image.

    Raises
    ------
    QualityError
        If PyBDSF is not installed, the image cannot be used, PyBDSF fails, or the list cannot be written.
    """
    bdsf = _bdsf()
    looked_at = image if isinstance(image, SkyImage) else read_image(image)
    if looked_at.beam is None:
        raise QualityError(
            f"{looked_at.path} has no beam (BMAJ, BMIN): PyBDSF needs one",
            hint="WSClean's -fit-beam fits one",
        )
    with tempfile.TemporaryDirectory(prefix="genericpipe-bdsf-") as folder:
        found = _process(bdsf, looked_at, settings or FinderSettings(), folder)
        if catalogue is not None:
            _write(found, Path(catalogue), form)
    return [
        CatalogueSource(
            str(source.source_id),
            float(source.posn_sky_centroid[0]) % 360.0,
            float(source.posn_sky_centroid[1]),
            float(source.total_flux),
            looked_at.frequency,
        )
        for source in found.sources
    ]


def _bdsf() -> ModuleType:
    try:
        import bdsf
    except ImportError as error:
        if error.name not in (None, "bdsf"):
            raise QualityError(f"PyBDSF cannot be imported: {error}", hint=_INSTALL) from None
        raise QualityError("finding sources needs PyBDSF, which is not installed", hint=_INSTALL) from None
    module: ModuleType = bdsf
    return module


def _process(bdsf: ModuleType, image: SkyImage, settings: FinderSettings, folder: str) -> Any:
    options: dict[str, Any] = {
        "thresh_isl": settings.island,
        "thresh_pix": settings.pixel,
        "atrous_do": settings.wavelets,
        "adaptive_rms_box": settings.adaptive,
        "ncores": settings.cores or len(os.sched_getaffinity(0)),
        "thresh": "hard",  # so that pixel means what it says however many sources there are
        "outdir": folder,  # PyBDSF keeps a log, beside the image if it is not told where
        "quiet": True,
    }
    chosen = {
        "rms_box": settings.box,
        "rms_box_bright": settings.bright_box,
        "adaptive_thresh": settings.bright,
    }
    options |= {name: value for name, value in chosen.items() if value is not None}
    if image.frequency is None:
        options["frequency"] = 1.0  # wanted, but of no effect on what is found
    try:
        # Its messages on an image without sources, say, are told by us.
        with contextlib.redirect_stdout(io.StringIO()):
            return bdsf.process_image(str(image.path.resolve()), **options)
    except (RuntimeError, ValueError, IndexError, TypeError, ZeroDivisionError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise QualityError(f"PyBDSF could not search {image.path}: {reason}") from None


def _write(found: Any, path: Path, form: str) -> None:
    made = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.redirect_stdout(io.StringIO()):
            found.write_catalog(
                outfile=str(made),
                format=FORMATS[form],
                catalog_type="gaul" if form == "bbs" else "srl",
                clobber=True,
                force_output=True,
            )
        made.replace(path)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise QualityError(f"the source list {path} cannot be written: {reason}") from None
    finally:
        made.unlink(missing_ok=True)
