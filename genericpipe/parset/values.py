"""Raw text as a boolean or a number, by the rules of C that LOFAR's reader follows (contract 4.2)."""

from __future__ import annotations

import re
import struct
from decimal import Decimal
from fractions import Fraction

from ..errors import ParsetError
from .quotes import ALL_BLANKS

_INTEGER = re.compile(r"[+-]?[0-9]+|0[xX][0-9a-fA-F]+")
_FLOAT = re.compile(
    r"(?P<decimal>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<hexadecimal>[+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?)"
    r"|(?P<special>[+-]?(?:[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|[nN][aA][nN](?:\([0-9A-Za-z_]*\))?))"
)
_NONZERO_DIGIT = re.compile(r"[1-9]")
_NONZERO_HEX_DIGIT = re.compile(r"[1-9a-fA-F]")
_LARGEST_DIGITS = 10
_DOUBLE_MIN_NORMAL = 2.0**-1022
_FLOAT_MIN_NORMAL = 2.0**-126


def as_bool(raw: str) -> bool:
    """Return the value as a boolean: only the first character counts.

    Raises
    ------
    ParsetError
        If it is none of t, T, 1, y, Y and f, F, 0, n, N; a quote or a blank is not.
    """
    if raw[:1] in ("t", "T", "1", "y", "Y"):
        return True
    if raw[:1] in ("f", "F", "0", "n", "N"):
        return False
    quoted = raw[:1] in ("'", '"')
    raise ParsetError(
        f"{raw} is not a boolean value", hint="leave out the quotes" if quoted else "write true or false"
    )


def as_int(raw: str) -> int:
    """Return the value as a 32-bit integer.

    Decimal with an optional sign (a leading zero means nothing), or hexadecimal with ``0x``; blanks around
    it do not matter. Legacy read an empty value as 0 (contract 4.2, FIX).

    Raises
    ------
    ParsetError
        If it is not an integer or needs more than 32 bits.
    """
    text = raw.strip(ALL_BLANKS)
    if not _INTEGER.fullmatch(text):
        raise _not_a(raw, "an integer", "integer")
    hexadecimal = text[:2] in ("0x", "0X")
    digits = (text[2:] if hexadecimal else text.lstrip("+-")).lstrip("0") or "0"
    # Python refuses to convert very long digit strings, and such a number is out of range anyway.
    value = int(digits, 16 if hexadecimal else 10) if len(digits) <= _LARGEST_DIGITS else 1 << 63
    value = -value if text.startswith("-") else value
    if not -(2**31) <= value < 2**31:
        raise ParsetError(f"{raw} is outside 4-byte int range", hint="the largest is 2147483647")
    return value


def as_float(raw: str) -> float:
    """Return the value as a double, by the rules of C's ``strtod`` for the whole text.

    Infinities, nan and hexadecimal floating point are numbers, underscores are not. Legacy read an empty
    value as 0; here it is an error, as for integers.

    Raises
    ------
    ParsetError
        If it is not a number, or if it is too large or too close to zero for a double.
    """
    value, text, kind = _double(raw)
    if kind != "special" and (
        value in (float("inf"), float("-inf")) or _underflows(value, _DOUBLE_MIN_NORMAL, text, kind)
    ):
        raise ParsetError(f"{raw} is invalid or outside double range")
    return value


def as_single(raw: str) -> float:
    """Return the value rounded to single precision, by the rules of C's ``strtof`` (``getFloat``).

    Raises
    ------
    ParsetError
        If it is not a number, or if it is too large or too close to zero for single precision.
    """
    value, text, kind = _double(raw)
    if kind == "special":
        return value
    try:
        single: float = struct.unpack("<f", struct.pack("<f", _away_from_tie(value, text, kind)))[0]
    except OverflowError:
        single = float("inf")
    if single in (float("inf"), float("-inf")) or _underflows(single, _FLOAT_MIN_NORMAL, text, kind):
        raise ParsetError(f"{raw} is invalid or outside float range")
    return single


def _double(raw: str) -> tuple[float, str, str]:
    """Return the nearest double, the text without blanks, and which sort of number it is."""
    text = raw.strip(ALL_BLANKS)
    match = _FLOAT.fullmatch(text)
    if not match:
        raise _not_a(raw, "a floating point", "number")
    kind = str(match.lastgroup)
    if kind == "hexadecimal":
        try:
            return float.fromhex(text), text, kind
        except (OverflowError, ValueError):
            # ValueError: an exponent of too many digits.
            mantissa, _, exponent = text.lower().partition("p")
            zero = not _NONZERO_HEX_DIGIT.search(mantissa.partition("x")[2])
            return 0.0 if zero or exponent.startswith("-") else float("inf"), text, kind
    return float(text.partition("(")[0]), text, kind


def _underflows(result: float, smallest: float, text: str, kind: str) -> bool:
    """Tell whether C would report an underflow: a denormal or zero result that is not exact."""
    if abs(result) >= smallest:
        return False
    mantissa = text.lower().partition("p" if kind == "hexadecimal" else "e")[0]
    nonzero = _NONZERO_HEX_DIGIT if kind == "hexadecimal" else _NONZERO_DIGIT
    if not nonzero.search(mantissa.replace("0x", "")):
        return False
    return result == 0 or _excess(text, kind, result) != 0


def _away_from_tie(value: float, text: str, kind: str) -> float:
    """Return `value`, moved off the middle between two singles if `text` is not exactly in the middle.

    Rounding to double and then to single would otherwise go wrong there.
    """
    bits: int = struct.unpack("<q", struct.pack("<d", value))[0]
    if bits & 0x1FFFFFFF != 0x10000000:
        return value
    moved: float = struct.unpack("<d", struct.pack("<q", bits + _excess(text, kind, value)))[0]
    return moved


def _excess(text: str, kind: str, value: float) -> int:
    """Return 1, 0 or -1: whether the number in `text` is larger than `value`, regardless of sign, or smaller.

    `value` is the double or single next to that number and not zero, which bounds the sizes here.
    """
    if kind == "decimal":
        return int(Decimal(text).copy_abs().compare(Decimal(abs(value))))
    mantissa, _, exponent = text.lower().lstrip("+-")[2:].partition("p")
    whole, _, fraction = mantissa.partition(".")
    # Every double is a whole number of units of 2**-1074.
    number, shift = int(whole + fraction, 16), int(exponent or "0") - 4 * len(fraction) + 1074
    units = int(Fraction(abs(value)) * 2**1074)
    difference = (number << shift) - units if shift >= 0 else number - (units << -shift)
    return (difference > 0) - (difference < 0)


def _not_a(raw: str, what: str, plain: str) -> ParsetError:
    text = raw.strip(ALL_BLANKS)
    if not text:
        return ParsetError(f"an empty value is not {what} value", hint=f"give {plain} after the '='")
    quoted = text[0] in "'\""
    hint = "leave out the quotes" if quoted else f"write one {plain} and nothing else"
    return ParsetError(f"{raw} is not {what} value", hint=hint)
