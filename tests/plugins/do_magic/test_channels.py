"""Numbers of channels against the table of image contract 3.2."""

from __future__ import annotations

import pytest
from genericpipe_plugins.do_magic.channels import bands, output_channels

FREQUENCIES = (1, 19, 25, 30, 40, 50, 60, 80, 89, 90, 100, 120, 160, 200, 243, 244, 320, 366, 400, 480, 488)
BANDS = (0, 1, 2, 3, 4, 5, 6, 8, 8, 9, 10, 12, 16, 20, 24, 24, 32, 36, 40, 48, 48)
CHANNELS = (2, 2, 2, 3, 4, 2, 3, 4, 4, 2, 2, 3, 4, 5, 6, 6, 8, 9, 10, 12, 12)


@pytest.mark.parametrize(
    ("frequencies", "in_bands", "channels"), list(zip(FREQUENCIES, BANDS, CHANNELS, strict=True))
)
def test_the_table(frequencies: int, in_bands: int, channels: int) -> None:
    assert (bands(frequencies), output_channels(frequencies)) == (in_bands, channels)


def test_no_more_channels_than_there_are_but_two() -> None:
    assert [output_channels(244, averaged) for averaged in (1, 2, 5, 6, 7, 976)] == [2, 2, 5, 6, 6, 6]
