"""Contract 4.2: booleans and numbers."""

from __future__ import annotations

import math

import pytest

from genericpipe.errors import ParsetError
from genericpipe.parset import as_bool, as_float, as_int, as_single, as_string


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("'it' \"is\"", "it is"),
        ("x", "x"),
        ("''", ""),
        ("'a\"b'", 'a"b'),
        ("a'b'c", "abc"),
        (" ' a ' ", "  a  "),
        ('["a", b]', "[a, b]"),
    ],
)
def test_strings(raw, text):
    assert as_string(raw) == text


@pytest.mark.parametrize("raw", ["it's", "'", "\"a'"])
def test_open_quotes(raw):
    with pytest.raises(ParsetError, match="Unbalanced quoted string at position"):
        as_string(raw)


@pytest.mark.parametrize("raw", ["t", "T", "1", "y", "Y", "true", "TRUE", "10", "yes", "true ", "tomato"])
def test_true(raw):
    assert as_bool(raw) is True


@pytest.mark.parametrize("raw", ["f", "F", "0", "n", "N", "false", "no", "none", "0x1"])
def test_false(raw):
    assert as_bool(raw) is False


@pytest.mark.parametrize("raw", ["", " true", '"true"', "'t'", "x", "on", "off", "2", "-1"])
def test_no_boolean(raw):
    with pytest.raises(ParsetError) as caught:
        as_bool(raw)
    assert caught.value.message == f"{raw} is not a boolean value"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("5", 5),
        ("+5", 5),
        ("-5", -5),
        ("002", 2),
        ("010", 10),
        ("0x10", 16),
        ("0X1f", 31),
        (" 7\t", 7),
        ("\n7\v", 7),
        (" 0x10 ", 16),
        ("2147483647", 2147483647),
        ("-2147483648", -2147483648),
        ("0x7fffffff", 2147483647),
        ("0" * 5000 + "5", 5),
        ("-0", 0),
    ],
)
def test_integers(raw, value):
    assert as_int(raw) == value


@pytest.mark.parametrize(
    "raw",
    """1.5 1e3 abc "5" '5' 1_000 -0x10 +0x10 0x 0xg 0x-5 --5 5. nan \uff11 \u0661 5\x005 \xa05""".split(" "),
)
def test_no_integer(raw):
    with pytest.raises(ParsetError) as caught:
        as_int(raw)
    assert caught.value.message == f"{raw} is not an integer value"
    assert caught.value.hint


@pytest.mark.parametrize("raw", ["- 5", "1 2", "5 0x"])
def test_no_integer_with_blanks_inside(raw):
    with pytest.raises(ParsetError, match="is not an integer value"):
        as_int(raw)


@pytest.mark.parametrize("raw", ["", " ", "\t"])
def test_an_empty_number_is_an_error(raw):
    for convert in (as_int, as_float, as_single):
        with pytest.raises(ParsetError, match="empty"):
            convert(raw)


@pytest.mark.parametrize(
    "raw", ["2147483648", "-2147483649", "0x80000000", "0xffffffff", "9" * 20, "9" * 5000]
)
def test_more_than_32_bits(raw):
    with pytest.raises(ParsetError, match="is outside 4-byte int range"):
        as_int(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("+1", 1.0),
        (" 7 ", 7.0),
        ("0x10", 16.0),
        ("0x1.8p3", 12.0),
        ("0X.8", 0.5),
        ("-0x1p-1", -0.5),
        ("inf", math.inf),
        ("-INF", -math.inf),
        ("Infinity", math.inf),
        ("0e-999", 0.0),
        ("0.0e9999", 0.0),
        ("0x0p99999999999999999999", 0.0),
        ("0x1p-1074", 5e-324),
        ("2.2250738585072014e-308", 2.0**-1022),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("010", 10.0),
    ],
)
def test_doubles(raw, value):
    assert as_float(raw) == value


@pytest.mark.parametrize("raw", ["nan", "NAN", "-nan", "nan(abc_1)", "nan()"])
def test_not_a_number(raw):
    assert math.isnan(as_float(raw))
    assert math.isnan(as_single(raw))


@pytest.mark.parametrize(
    "raw",
    [
        "abc",
        '"5"',
        "1_000",
        "1 2",
        ".",
        "1e",
        "0x",
        "0x1p",
        "infinit",
        "nan(",
        "1d5",
        "1,5",
        "0x1_0",
        "\u0661",
        "+ 1",
    ],
)
def test_no_float(raw):
    for convert in (as_float, as_single):
        with pytest.raises(ParsetError) as caught:
            convert(raw)
        assert caught.value.message == f"{raw} is not a floating point value"
        assert caught.value.hint


@pytest.mark.parametrize(
    "raw",
    "1e400 -1e400 1e-400 1e-310 1e-320 4.9406564584124654e-324 0x1p99999 0x1p-2000 0x1.8p-1074"
    " 0x1p99999999999999999999 0x1p-99999999999999999999 1e-99999999999999999999"
    " 1e99999999999999999999".split(),
)
def test_outside_the_range_of_doubles(raw):
    with pytest.raises(ParsetError, match="is invalid or outside double range"):
        as_float(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("3.14", 3.1400001049041748),
        ("16777217", 16777216.0),
        ("3.4028235e38", 3.4028234663852886e38),
        ("1.17549435e-38", 1.1754943508222875e-38),
        ("0x1p-149", 2.0**-149),
        ("inf", math.inf),
        # Exactly between two singles as a double, but not as it is written: one rounding, not two.
        ("1.00000017881393432617187499", 1.0 + 2.0**-23),
        ("1.00000017881393432617187501", 1.0 + 2.0**-22),
        ("1.000000178813934326171875", 1.0 + 2.0**-22),
        ("1.000000059604644775390625", 1.0),
        ("0x1.000003p0", 1.0 + 2.0**-22),
        ("0x1.000001p0", 1.0),
        ("0x1.00000100000000000001p0", 1.0 + 2.0**-23),
        ("-0x1.00000100000000000001p0", -1.0 - 2.0**-23),
        ("0x1.000002ffffffffffffffp0", 1.0 + 2.0**-23),
    ],
)
def test_singles(raw, value):
    assert as_single(raw) == value


@pytest.mark.parametrize(
    "raw", ["1e-46", "1e-45", "1e39", "3.4028236e38", "1e400", "1e-400", "0x1p-150", "0x1.8p-149"]
)
def test_outside_the_range_of_singles(raw):
    with pytest.raises(ParsetError, match="is invalid or outside float range"):
        as_single(raw)
