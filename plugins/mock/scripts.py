"""What the scripts of prefactor and of the production pipelines return, and the mapfiles they write.

Steps that follow build on these: as many sets as there are groups, sizes that are sizes, names that are not
the same for all. What any path or word does for is left to the mock run itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from genericpipe import DataMap, DataProduct, MapfileError, PythonCall, entries_of

from . import frequencygroups, imagesizes
from .making import Maker

# The calibrator that every sky model of prefactor has.
_CALIBRATOR = "3C196"


def results_of(call: PythonCall, made: Maker) -> dict[str, str]:
    """Return what a script returns as far as it is known, and write its mapfiles.

    Parameters
    ----------
    call
        The call that is not made.
    made
        Writes mapfiles.

    Raises
    ------
    GenericPipeError
        If a file cannot be written.
    """
    known = _KNOWN.get(os.path.basename(call.script))
    return {} if known is None else known(call, made)


def files_of(call: PythonCall, key: str = "ms_input") -> list[str]:
    """Return the files that a script is to work on: its first word, or a keyword.

    Parameters
    ----------
    call
        The call; the text is a list, one file, or the path of a mapfile.
    key
        The keyword.
    """
    text = str(call.positional[0] if call.positional else call.keywords.get(key, "")).strip()
    if os.path.isfile(text):
        try:
            text_of_map = [product.file for product in DataMap.load(text).data if not product.skip]
        except MapfileError:
            return [text]  # a file of another kind
        return [file for entry in text_of_map for file in entries_of(entry)]
    return [file for file in entries_of(text) if file]


def word_of(call: PythonCall, key: str, default: str = "") -> str:
    """Return the text of a keyword."""
    value = call.keywords.get(key, default)
    return value.strip() if isinstance(value, str) else default


def _sort_times(call: PythonCall, made: Maker) -> dict[str, str]:
    return frequencygroups.answer(files_of(call), lambda key: word_of(call, key), made)


def _image_sizes(call: PythonCall, made: Maker) -> dict[str, str]:
    return imagesizes.answer(files_of(call), lambda key: word_of(call, key), made, imagesizes.OF_EACH_BAND)


def _deep_image_sizes(call: PythonCall, made: Maker) -> dict[str, str]:
    return imagesizes.answer(files_of(call), lambda key: word_of(call, key), made, imagesizes.OF_ALL_BANDS)


def _concatenated(call: PythonCall, made: Maker) -> dict[str, str]:
    """Answer for concat_MS.py: all sets in one, which aoflagger does not have to read into memory."""
    output = call.positional[1] if len(call.positional) > 1 else word_of(call, "ms_output")
    path = os.path.join(word_of(call, "mapfile_dir"), word_of(call, "filename"))
    if not output or not made.map(path, DataMap([DataProduct("localhost", output, False)])):
        return {}
    return {"concatmapfile": path, "memory": "-indirect-read"}


def _calibrator(call: PythonCall, made: Maker) -> dict[str, str]:
    """Answer for find_skymodel_cal.py, which looks for the sky model of what was observed."""
    folder = word_of(call, "DirSkymodelCal")
    if not folder:
        return {}
    return {"SkymodelCal": os.path.join(folder, f"{_CALIBRATOR}.skymodel"), "SkymodelName": _CALIBRATOR}


def _unflagged(call: PythonCall, made: Maker) -> dict[str, str]:
    """Answer for check_unflagged_fraction.py: nothing is flagged, so the set stays in the list."""
    files = files_of(call, "ms_file")
    return {"flagged": files[0], "unflagged_fraction": "1.0"} if files else {}


def _mask(call: PythonCall, made: Maker) -> dict[str, str]:
    """Answer for make_clean_mask.py, which tells WSClean how deep to clean, in Jy."""
    return {"threshold_5sig": "0.005"}


def _solutions(call: PythonCall, made: Maker) -> dict[str, str]:
    """Answer for losotoImporter.py, which gathers solutions in a file that its second word names."""
    name = call.positional[1] if len(call.positional) > 1 else word_of(call, "h5parmdb")
    if not name:
        return {}
    path = made.place(name)
    made.hdf5(path)
    return {"h5parm": path}


_KNOWN: Mapping[str, Callable[[PythonCall, Maker], dict[str, str]]] = {
    "InitSubtract_sort_and_compute.py": _image_sizes,
    "InitSubtract_deep_sort_and_compute.py": _deep_image_sizes,
    "do_magic.py": _deep_image_sizes,
    "sort_times_into_freqGroups.py": _sort_times,
    "concat_MS.py": _concatenated,
    "find_skymodel_cal.py": _calibrator,
    "check_unflagged_fraction.py": _unflagged,
    "make_clean_mask.py": _mask,
    "losotoImporter.py": _solutions,
}
