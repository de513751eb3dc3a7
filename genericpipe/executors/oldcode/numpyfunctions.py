"""Functions that numpy once had, for old sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

NINF, NZERO, PZERO = -numpy.inf, -0.0, 0.0


class _Casts:
    def __getitem__(self, dtype: Any) -> Callable[[Any], Any]:
        return lambda values: numpy.asarray(values).astype(dtype)


class _Sizes:
    def __getitem__(self, dtype: Any) -> int:
        return int(numpy.dtype(dtype).itemsize)


#: `numpy.cast` and `numpy.nbytes`.
CAST, NBYTES = _Casts(), _Sizes()


def alen(values: Any) -> int:
    """Return the length of the first axis; 1 for a number."""
    return len(numpy.array(values, ndmin=1))


def asfarray(values: Any, dtype: Any = float) -> Any:
    """Return an array of floating point numbers."""
    wanted = numpy.dtype(dtype)
    return numpy.asarray(values, wanted if issubclass(wanted.type, numpy.inexact) else float)


def asscalar(values: Any) -> Any:
    """Return the only element of an array."""
    return values.item()


def deprecate(*args: Any, **keywords: Any) -> Any:
    """Decorate with nothing."""
    return args[0] if args and callable(args[0]) else lambda function: function


def disp(message: Any, device: Any = None, linefeed: bool = True) -> None:
    """Print a message."""
    print(message, end="\n" if linefeed else "", file=device)


def find_common_type(array_types: Any, scalar_types: Any) -> Any:
    """Return a type for arrays and numbers: that of the arrays, unless a number is of a higher kind."""
    arrays = [numpy.dtype(one) for one in array_types]
    scalars = [numpy.dtype(one) for one in scalar_types]
    highest_array = numpy.result_type(*arrays) if arrays else None
    highest_scalar = numpy.result_type(*scalars) if scalars else None
    if highest_array is None or highest_scalar is None:
        return highest_array or highest_scalar
    kinds = "buifc"
    are_integers = {highest_scalar.kind, highest_array.kind} == {"u", "i"}  # which are of one kind
    is_higher = kinds.find(highest_scalar.kind) > kinds.find(highest_array.kind)
    return highest_scalar if is_higher and not are_integers else highest_array


def in1d(values: Any, among: Any, assume_unique: bool = False, invert: bool = False, **keywords: Any) -> Any:
    """Return, in one dimension, which values are among others."""
    return numpy.isin(numpy.asarray(values).ravel(), among, assume_unique, invert, **keywords)


def issctype(one: Any) -> bool:
    """Return whether something is a type of numbers."""
    if not isinstance(one, (type, numpy.dtype)):
        return False
    return bool(numpy.dtype(one).type is not numpy.object_) or one in (object, numpy.object_)


def issubclass_(one: Any, other: Any) -> bool:
    """Return whether something is a class below another."""
    return isinstance(one, type) and issubclass(one, other)


def issubsctype(one: Any, other: Any) -> bool:
    """Return whether the numbers of one type are of another."""
    return issubclass(obj2sctype(one), obj2sctype(other))


def msort(values: Any) -> Any:
    """Return a copy that is sorted along the first axis."""
    return numpy.sort(values, axis=0)


def obj2sctype(one: Any, default: Any = None) -> Any:
    """Return the type of the numbers of something."""
    if isinstance(one, type) and issubclass(one, numpy.generic):
        return one
    if isinstance(one, numpy.ndarray):
        return one.dtype.type
    try:
        return numpy.dtype(one).type
    except TypeError:
        return default


def sctype2char(one: Any) -> str:
    """Return the letter of a type."""
    return str(numpy.dtype(obj2sctype(one)).char)


def recfromtxt(name: Any, **keywords: Any) -> Any:
    """Read a table of text as a record array."""
    keywords.setdefault("dtype", None)
    return numpy.genfromtxt(name, **keywords).view(numpy.recarray)


def recfromcsv(name: Any, **keywords: Any) -> Any:
    """Read a table with commas and a line of names as a record array."""
    keywords.setdefault("case_sensitive", "lower")
    keywords.setdefault("names", True)
    keywords.setdefault("delimiter", ",")
    return recfromtxt(name, **keywords)
