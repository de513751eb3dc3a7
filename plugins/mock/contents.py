"""What made-up files hold: as little as their formats allow, so that whoever opens one finds it valid."""

from __future__ import annotations

import io
import struct
from functools import cache

# HDF5's word for "no address".
_NOWHERE = 0xFFFF_FFFF_FFFF_FFFF
# Sizes in a file of the first version, with addresses and lengths of 8 bytes.
_SUPERBLOCK, _HEADER, _HEAP, _NAMES = 96, 40, 32, 88
# Of a group: how many links a leaf holds, and half of how many children a node of its tree has.
_LEAF, _INTERNAL = 4, 16
_NODE = 24 + (2 * _INTERNAL + 1) * 8 + 2 * _INTERNAL * 8


@cache
def hdf5() -> bytes:
    """Return an HDF5 file without any group but the root.

    As the HDF5 File Format Specification 2.0 has it: superblock version 0, the object header of the root
    group with its symbol table, which is a tree without children and a heap that holds just the empty name.
    """
    tree = _SUPERBLOCK + _HEADER
    heap = tree + _NODE
    end = heap + _HEAP + _NAMES
    superblock = struct.pack(
        "<8s8BHHI4Q",
        b"\x89HDF\r\n\x1a\n",
        0,
        0,
        0,
        0,
        0,
        8,
        8,
        0,
        _LEAF,
        _INTERNAL,
        0,
        0,
        _NOWHERE,
        end,
        _NOWHERE,
    )
    root = struct.pack("<QQIIQQ", 0, _SUPERBLOCK, 1, 0, tree, heap)
    # One message, of type 0x11: where the symbol table is.
    header = struct.pack("<BBHII4xHHB3xQQ", 1, 0, 1, 1, 24, 0x11, 16, 0, tree, heap)
    node = struct.pack("<4sBBHQQ", b"TREE", 0, 0, 0, _NOWHERE, _NOWHERE).ljust(_NODE, b"\0")
    # After the empty name, 8 bytes long, comes one free block, the last (1).
    names = struct.pack("<4sB3xQQQ", b"HEAP", 0, _NAMES, 8, heap + _HEAP)
    names += struct.pack("<QQQ", 0, 1, _NAMES - 8).ljust(_NAMES, b"\0")
    return superblock + root + header + node + names


@cache
def fits(unit: str = "JY/BEAM", polarisation: int = 1, frequency: float = 144e6) -> bytes:
    """Return a FITS image of 4 by 4 pixels with the header of a radio image; no pixel is zero.

    Parameters
    ----------
    unit
        Unit of the pixels.
    polarisation
        Code of the Stokes parameter, as the FITS standard counts them: 1 for I.
    frequency
        Frequency in Hz.
    """
    import numpy as np
    from astropy.io.fits import PrimaryHDU

    pixels = np.linspace(0.001, 0.016, 16, dtype=np.float32).reshape(1, 1, 4, 4)
    image = PrimaryHDU(pixels)
    axes = (
        ("RA---SIN", 24.422, -0.00208, 3.0, "deg"),
        ("DEC--SIN", 33.16, 0.00208, 3.0, "deg"),
        ("FREQ", frequency, 195312.5, 1.0, "Hz"),
        ("STOKES", float(polarisation), 1.0, 1.0, ""),
    )
    for number, values in enumerate(axes, start=1):
        for key, value in zip(("CTYPE", "CRVAL", "CDELT", "CRPIX", "CUNIT"), values, strict=True):
            image.header[f"{key}{number}"] = value
    image.header.update(
        {"BUNIT": unit, "BMAJ": 0.00694, "BMIN": 0.00694, "BPA": 0.0, "EQUINOX": 2000.0, "RADESYS": "FK5"}
    )
    image.header.update({"TELESCOP": "LOFAR", "OBJECT": "mock", "ORIGIN": "genericpipe mock run"})
    file = io.BytesIO()
    image.writeto(file)
    return file.getvalue()
