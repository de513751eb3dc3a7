"""Contract 4.2: expansion. Whatever the contract does not spell out was observed on the C++ code."""

from __future__ import annotations

import time

import pytest

from genericpipe.errors import ParsetError
from genericpipe.parset import as_strings, expand


@pytest.mark.parametrize(
    ("raw", "expanded"),
    [
        # Only a whole value in brackets.
        ("10*0", "10*0"),
        ("{1..3}", "{1..3}"),
        ("[1..3]x", "[1..3]x"),
        ("'[1..3]'", "'[1..3]'"),
        (" [1..3] ", "[1,2,3]"),
        (" a ", "a"),
        ("", ""),
        ("[", "["),
        ("[]", "[]"),
        # Quoted parts are left alone.
        ("['2*x',\"1..3\",2..3]", "['2*x',\"1..3\",2,3]"),
        # Repeats.
        ("[3*0]", "[0,0,0]"),
        ("[ 2 * x ]", "[ x ,x ]"),
        ("[2*(a;b),c]", "[a,b,a,b,c]"),
        ("[2*(a,b)]", "[a,b,a,b]"),
        ("[2*(a;'b;c')]", "[a,'b;c',a,'b;c']"),
        ("[2*(a,(b;c))]", "[a,(b,c),a,(b,c)]"),
        ("[2*[3*x]]", "[[x,x,x],[x,x,x]]"),
        ("[2*(2*(a;b))]", "[a,b,a,b,a,b,a,b]"),
        ("[2*3*x]", "[x,x,x,x,x,x]"),
        ("[2*'a,b',c]", "['a,b','a,b',c]"),
        ("[2*x[1,2]]", "[x[1,2],x[1,2]]"),
        ("[2*x(1,2)]", "[x(1,2),x(1,2)]"),
        ("[02*x]", "[x,x]"),
        ("[0*x]", "[]"),
        ("[0*x,b]", "[,b]"),
        ("[2*]", "[,]"),
        ("[(2*x)]", "[(x,x)]"),
        ("[[a,2*b]]", "[[a,b,b]]"),
        ("[2*x*3]", "[x*3,x*3]"),
        ("[2**x]", "[*x,*x]"),
        # The count must follow a comma or an opening bracket.
        ("[a2*x]", "[a2*x]"),
        ("[a 2*x]", "[a 2*x]"),
        ("[-2*x]", "[-2*x]"),
        ("[{2*x}]", "[{2*x}]"),
        ("[a;2*x]", "[a;2*x]"),
        ("[*x]", "[*x]"),
        # Ranges.
        ("[0..3,2*5]", "[0,1,2,3,5,5]"),
        ("[5..1]", "[5,4,3,2,1]"),
        ("[1 .. 3]", "[1,2,3]"),
        ("[a1 ..3]", "[a1,a2,a3]"),
        ("[pre01..04suf]", "[pre01suf,pre02suf,pre03suf,pre04suf]"),
        ("[pre01..pre04suf]", "[pre01suf,pre02suf,pre03suf,pre04suf]"),
        ("[01..3]", "[01,02,03]"),
        ("[1..03]", "[1,2,3]"),
        ("[9..11]", "[9,10,11]"),
        ("[10..8]", "[10,09,08]"),
        ("[1..1]", "[1]"),
        ("[-1..3]", "[-1,-2,-3]"),
        ("[-3..-1]", "[-3,-2,-1]"),
        ("[1e5..3]", "[1e5,1e4,1e3]"),
        ("[1.5..1.7]", "[1.5,1.6,1.7]"),
        ("[a{1..3}4]", "[a14,a24,a34]"),
        ("[L{00..02}.MS]", "[L00.MS,L01.MS,L02.MS]"),
        ("[a{1..3}{1..2}]", "[a11,a12,a21,a22,a31,a32]"),
        ("[a1..2b3..4]", "[a1b3,a1b4,a2b3,a2b4]"),
        ("[a{b1..2}c]", "[a{b1}c,a{b2}c]"),
        ("[a{1..2]", "[a{1,a{2]"),
        ("['a'1..3]", "['a'1,'a'2,'a'3]"),
        ("[a 1..3]", "[a 1,2,3]"),
        ("[a1..2;b]", "[a1,a2;b]"),
        ("[(1..3),[4..5]]", "[(1,2,3),[4,5]]"),
        ("[1..3..5]", "[1,2,3,4,5,2,3,4,5,3,4,5]"),
        ("[1...3]", "[1...3]"),
        ("[..3]", "[..3]"),
        ("[1..]", "[1..]"),
        ("[a..b]", "[a..b]"),
        ("[a1..b3]", "[a1..b3]"),
        ("[\u0661..\u0663]", "[\u0661..\u0663]"),
        # Repeats first, then ranges.
        ("[2*1..3]", "[1,2,3,1,2,3]"),
        ("[2*(a{1..2})]", "[a1,a2,a1,a2]"),
        ("[1..2*3]", "[1,2*3]"),
    ],
)
def test_expansion(raw, expanded):
    assert expand(raw) == expanded


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("[2*(a,b]", "Unbalanced () in [2*(a,b]"),
        ("[2*x(1]", "Unbalanced () in [2*x(1]"),
        ("[it's]", "Unbalanced quoted string at position 3 in [it's]"),
        ('[2*"]', 'Unbalanced quoted string at position 3 in [2*"]'),
        ("[99999999999..1]", "99999999999 is outside 4-byte int range"),
        ("[99999999999*x]", "99999999999 is outside 4-byte int range"),
    ],
)
def test_refusals(raw, message):
    with pytest.raises(ParsetError) as caught:
        expand(raw)
    assert caught.value.message == message
    assert caught.value.hint


@pytest.mark.parametrize(
    "raw",
    [
        "[2147483647*x]",
        "[0..2147483647]",
        "[" + "2*" * 200 + "x]",
        "[" + "9*(" * 50 + "x" + ")" * 50 + "]",
        "[" + "{1..9}" * 30 + "]",
        "[" + "1..2," * 200_000 + "]",
        "[" + "1..z" * 50_000 + "]",
        "[" + "0" * 1_000_000 + "1..99]",
        "[" + "1*" * 300_000 + "x]",
    ],
)
def test_too_much_is_refused_at_once(raw):
    start = time.monotonic()
    with pytest.raises(ParsetError, match="too long when expanded") as caught:
        expand(raw)
    assert time.monotonic() - start < 20
    assert caught.value.hint


def test_depth_does_no_harm():
    deep = "[" * 100_000 + "1..2" + "]" * 100_000
    assert expand(deep) == deep.replace("1..2", "1,2")


def test_a_realistic_list():
    assert len(as_strings(expand("[L123_SB{000..487}_uv.MS]"))) == 488
