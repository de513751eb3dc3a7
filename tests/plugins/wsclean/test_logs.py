"""The noise that WSClean tells of after each major iteration."""

from __future__ import annotations

import pytest
from genericpipe_plugins.wsclean.logs import growing


def log(*cleans: list[str]) -> list[str]:
    """Return a log as WSClean 3.1 writes it."""
    lines = ["\n", "WSClean version 3.1.0 (2022-04-01)\n"]
    for noises in cleans:
        for number, noise in enumerate(noises, 1):
            lines += [
                f" == Deconvolving ({number}) ==\n",
                f"Estimated standard deviation of background noise: {noise}\n",
                "Next major iteration at: 78.58 mJy\n",
            ]
    return lines


@pytest.mark.parametrize(
    "cleans",
    [
        [],
        [["34.32 mJy", "15.23 mJy", "5.74 mJy", "2.73 mJy", "1.68 mJy"]],
        [["1.2 Jy", "900 mJy", "850 µJy", "851 µJy"]],
        # Another channel or polarisation starts anew.
        [["30 mJy", "2 mJy"], ["40 mJy", "3 mJy"]],
        # It may rise a little where the mask is opened.
        [["30 mJy", "2 mJy", "2.5 mJy"]],
    ],
)
def test_noise_that_falls(cleans: list[list[str]]) -> None:
    assert growing(log(*cleans)) == ""


def test_noise_that_rises() -> None:
    told = growing(log(["34.32 mJy", "15.23 mJy", "48 mJy", "1.5 Jy"], ["4 mJy", "2 mJy"]))
    assert told == "the noise that is left was 0.0152 Jy/beam in major iteration 2 and 1.5 in number 4"
    assert growing(log(["30 mJy", "nan Jy"]))


def test_the_last_try_counts() -> None:
    assert growing([*log(["1 mJy", "9 mJy"]), *log(["30 mJy", "2 mJy"])]) == ""
    assert growing([*log(["30 mJy", "2 mJy"]), *log(["1 mJy", "9 mJy"])])
