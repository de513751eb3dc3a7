"""Repeats and ranges in a vector: ``[3*0]``, ``[SB00..SB19.MS]`` (contract 4.2).

The generic pipeline itself never expands: programs get such values as they stand. Scripts may ask for it.
"""

from __future__ import annotations

import re

from ..errors import ParsetError
from .quotes import ALL_BLANKS, QUOTES, end_of_quoted
from .values import as_int

#: An expanded value longer than this is a mistake in the parset.
LONGEST = 10_000_000

# A long list of ranges is copied once for each of them.
_MOST_COPYING = 2_000_000_000

# Looking at one character, or letting a pattern do so, costs about as much as copying so many.
_COST_OF_A_LOOK = 100
_COST_OF_A_SEARCH = 20

_DIGITS = "0123456789"
_STAR = re.compile(r"[*'\"]")
_DOTS = re.compile(r"\.\.|['\"]")
_ITEM_END = re.compile(r"[,)\](\['\"]")
_NOT_BLANK = re.compile(r"[^ \t\r\v\f\n]|$")
_SEMICOLON = re.compile(r"[;'\"]")
_DIGIT_RUN = re.compile(r"[0-9]+")

# What cannot be part of a range's prefix or suffix. Found by running LOFAR's: other brackets can.
_BEFORE_PREFIX = " \t,;[(*"
_SUFFIX = re.compile(r"[^ \t,;\])*]*")


def expand(raw: str) -> str:
    """Return a vector with its repeats and ranges written out; any other value only loses outer blanks.

    Raises
    ------
    ParsetError
        If brackets or quotes are not balanced, a number needs more than 32 bits, or the result is too long.
    """
    trimmed = raw.strip(ALL_BLANKS)
    if len(trimmed) < 2 or trimmed[0] != "[" or trimmed[-1] != "]":
        return trimmed
    budget = _Budget()
    return _expand_ranges(_expand_repeats(raw, budget), budget).strip(ALL_BLANKS)


class _Budget:
    """Keeps an expansion from taking the machine's memory or time."""

    def __init__(self) -> None:
        self.left = _MOST_COPYING

    def spend(self, length: int, copied: int) -> None:
        self.left -= copied
        if length > LONGEST or self.left < 0:
            raise ParsetError(
                f"the value is too long when expanded (more than {LONGEST} characters, or too many ranges)",
                hint="check the numbers around '*' and '..'",
            )


def _expand_repeats(text: str, budget: _Budget) -> str:
    """Write out ``N*item``; the result is looked at again, for repeats inside the item."""
    match = _STAR.search(text)
    while match:
        position = match.start()
        count = _count_before(text, position) if match.group() == "*" else None
        if match.group() in QUOTES:
            position = end_of_quoted(text, position)
        elif count is None:
            position += 1
        else:
            item, end = _repeated_item(text, _skip_blanks(text, position + 1))
            position = count[0]
            times = as_int(text[count[0] : count[1]])
            budget.spend(len(text) + times * (len(item) + 1), _COST_OF_A_SEARCH * (end - position))
            text = text[:position] + ",".join([item] * times) + text[end:]
            budget.spend(len(text), len(text))
        match = _STAR.search(text, position)
    return text


def _count_before(text: str, star: int) -> tuple[int, int] | None:
    """Return where the count before a ``*`` stands; it must follow a comma or an opening bracket."""
    end = _skip_blanks_back(text, star)
    start = _skip_digits_back(text, end)
    before = _skip_blanks_back(text, start)
    if start == end or before == 0 or text[before - 1] not in ",[(":
        return None
    return start, end


def _repeated_item(text: str, start: int) -> tuple[str, int]:
    """Return what a repeat repeats and where it ends."""
    first = text[start : start + 1]
    if first == "(":
        end = _end_of_bracketed(text, start, "(", ")")
        return _semicolons_to_commas(text[start + 1 : end - 1]), end
    if first == "[":
        end = _end_of_bracketed(text, start, "[", "]")
        return text[start:end], end
    position = start
    match = _ITEM_END.search(text, position)
    while match:
        character, position = match.group(), match.start()
        if character in ",)]":
            return text[start:position], position
        if character in QUOTES:
            position = end_of_quoted(text, position)
        else:
            position = _end_of_bracketed(text, position, character, ")" if character == "(" else "]")
        match = _ITEM_END.search(text, position)
    return text[start:], len(text)


def _end_of_bracketed(text: str, start: int, opening: str, closing: str) -> int:
    """Return the offset behind the bracket that closes the one at `start`; other sorts do not count."""
    depth = 0
    marks = re.compile(f"[{re.escape(opening + closing)}'\"]")
    match = marks.search(text, start)
    while match:
        position = match.end()
        if match.group() in QUOTES:
            position = end_of_quoted(text, match.start())
        else:
            depth += 1 if match.group() == opening else -1
            if depth == 0:
                return position
        match = marks.search(text, position)
    raise ParsetError(f"Unbalanced {opening}{closing} in {text}", hint=f"a {closing} is missing")


def _semicolons_to_commas(text: str) -> str:
    pieces = []
    start = 0
    match = _SEMICOLON.search(text)
    while match:
        if match.group() == ";":
            position = match.end()
            pieces.append(text[start : match.start()] + ",")
        else:
            position = end_of_quoted(text, match.start())
            pieces.append(text[start:position])
        start = position
        match = _SEMICOLON.search(text, position)
    return "".join(pieces) + text[start:]


def _expand_ranges(text: str, budget: _Budget) -> str:
    """Write out ``pre01..04suf``; the result is looked at again, for further ranges in the suffix."""
    match = _DOTS.search(text)
    while match:
        position = match.start()
        if match.group() in QUOTES:
            position = end_of_quoted(text, position)
        else:
            digits_end = _skip_blanks_back(text, position)
            digits = _skip_digits_back(text, digits_end)
            if digits == digits_end:
                position += 1
            else:
                start = _prefix_start(text, digits)
                after = _skip_blanks(text, position + 2)
                budget.spend(0, _COST_OF_A_LOOK * (digits_end - start))
                replaced = _one_range(text, start, (digits, digits_end), after, budget)
                # Without an end the original goes on behind the next character, whatever it is.
                text, position = (text, after + 1) if replaced is None else (replaced, start)
        match = _DOTS.search(text, position)
    return text


def _one_range(text: str, start: int, digits: tuple[int, int], after: int, budget: _Budget) -> str | None:
    """Return `text` with one range written out, or None if no number follows the dots.

    `start` is where the prefix begins, `digits` where the first number stands, `after` the place behind the
    dots: the last number, or the prefix again and the last number.
    """
    prefix = text[start : digits[0]]
    last = _DIGIT_RUN.match(text, after + len(prefix)) if text.startswith(prefix, after) else None
    last = last or _DIGIT_RUN.match(text, after)
    if not last:
        return None
    suffix_match = _SUFFIX.match(text, last.end())
    suffix = suffix_match.group() if suffix_match else ""
    end = last.end() + len(suffix)
    if prefix.endswith("{") and suffix.startswith("}"):
        prefix, suffix = prefix[:-1], suffix[1:]
    from_, to, width = as_int(text[slice(*digits)]), as_int(last.group()), digits[1] - digits[0]
    count = abs(to - from_) + 1
    length = len(prefix) + max(width, len(str(max(from_, to)))) + len(suffix) + 1
    budget.spend(len(text) + count * length, 0)
    numbers = range(from_, to + 1) if to >= from_ else range(from_, to - 1, -1)
    pieces = ",".join([f"{prefix}{number:0{width}d}{suffix}" for number in numbers])
    budget.spend(len(text), len(text) + len(pieces))
    return text[:start] + pieces + text[end:]


def _prefix_start(text: str, end: int) -> int:
    start = end
    while start > 0 and text[start - 1] not in _BEFORE_PREFIX:
        start -= 1
    return start


def _skip_digits_back(text: str, end: int) -> int:
    start = end
    while start > 0 and text[start - 1] in _DIGITS:
        start -= 1
    return start


def _skip_blanks_back(text: str, end: int) -> int:
    while end > 0 and text[end - 1] in ALL_BLANKS:
        end -= 1
    return end


def _skip_blanks(text: str, start: int) -> int:
    match = _NOT_BLANK.search(text, start)
    return match.start() if match else len(text)
