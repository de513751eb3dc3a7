"""The command line of WSClean as a structure: its options in order, each with its words, then the sets."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from genericpipe import GenericPipeError

# How many words follow an option; one that is not named here has none. Names of WSClean 1 (without hyphens)
# still stand in parsets and are still read.
_WORDS = {
    1: """j parallel-gridding parallel-reordering mem abs-mem temp-dir tempdir reuse-psf reuse-dirty
    primary-beam-limit mwa-path pb-grid-size beam-model beam-mode beam-normalisation-mode super-weight
    weighting-rank-filter weighting-rank-filter-size taper-gaussian taper-tukey taper-inner-tukey taper-edge
    taper-edge-tukey name padding scale channels-out channelsout channel-division-frequencies nwlayers
    nwlayers-factor grid-mode gridmode kernel-size oversampling visibility-weighting-mode baseline-averaging
    simulate-noise simulate-baseline-noise idg-mode gridder wgridder-accuracy aterm-config beam-aterm-update
    aterm-kernel-size facet-beam-update pol intervals-out field spws data-column datacolumn maxuvw-m minuvw-m
    maxuv-l minuv-l maxw niter nmiter threshold auto-threshold auto-mask local-rms-window local-rms-method
    gain mgain link-polarizations facet-regions multiscale-scale-bias multiscale-max-scales multiscale-scales
    multiscale-shape multiscale-gain multiscale-convolution-padding python-deconvolution moresane-ext
    moresane-arg moresane-sl clean-border fits-mask fitsmask casa-mask horizon-mask fit-spectral-pol
    fit-spectral-log-pol force-spectrum deconvolution-channels parallel-deconvolution deconvolution-threads
    beam-size beamsize beam-fitting-size model-column pb-undersampling save-component-list""",
    2: "size trim nwlayers-for-size shift apply-facet-solutions interval channel-range spectral-correction",
    3: "restore restore-list beam-shape",
}
_COUNTS = {name: count for count, names in _WORDS.items() for name in names.split()}
# Two words that a mapfile or a quoted value can bring as one.
_IN_PAIRS = ("size", "trim", "weight")
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class Option(NamedTuple):
    """An option without its hyphens, and the words that follow it."""

    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommandLine:
    """A call of WSClean.

    Parameters
    ----------
    program
        Its first word.
    options
        The options in order.
    sets
        What follows them: the measurement sets.
    """

    program: str
    options: tuple[Option, ...]
    sets: tuple[str, ...]

    @classmethod
    def parse(cls, words: Sequence[str]) -> CommandLine:
        """Read a command line as WSClean does: the first word that belongs to no option is a set.

        Parameters
        ----------
        words
            The program and its words.
        """
        options: list[Option] = []
        position = 1
        while position < len(words) and words[position].startswith("-"):
            name = words[position].lstrip("-")
            end = min(position + 1 + _count(name, words, position + 1), len(words))
            options.append(Option(name, tuple(words[position + 1 : end])))
            position = end
        return cls(words[0], tuple(options), tuple(words[position:]))

    @property
    def words(self) -> tuple[str, ...]:
        """The words, as a program is started with them."""
        written = (word for option in self.options for word in (f"-{option.name}", *option.values))
        return (self.program, *written, *self.sets)

    def has(self, *names: str) -> bool:
        """Return whether one of these options is given."""
        return any(option.name in names for option in self.options)

    def values(self, *names: str) -> tuple[str, ...]:
        """Return the words of the last option of one of these names; none without it."""
        found = [option.values for option in self.options if option.name in names]
        return found[-1] if found else ()

    def value(self, *names: str, default: str = "") -> str:
        """Return the first word of the last option of one of these names."""
        return next(iter(self.values(*names)), default)

    def number(self, name: str, default: float) -> float:
        """Return the first word of an option as a number.

        Raises
        ------
        GenericPipeError
            If it is none.
        """
        text = self.value(name)
        try:
            return float(text) if text else default
        except ValueError:
            raise GenericPipeError(f"-{name} {text}: this is no number") from None

    def without(self, names: Collection[str]) -> CommandLine:
        """Return the same call without some options."""
        return replace(self, options=tuple(one for one in self.options if one.name not in names))

    def setting(self, name: str, *values: str) -> CommandLine:
        """Return the same call with an option that has these words, in its place or before all others."""
        new = Option(name, values)
        if not self.has(name):
            return replace(self, options=(new, *self.options))
        return replace(self, options=tuple(new if one.name == name else one for one in self.options))

    def ordered(self) -> CommandLine:
        """Return the same call as WSClean wants it written.

        ``-local-rms-window`` sets the method back to its default, so it stands before ``-local-rms-method``
        (image contract 2.4); a pair of numbers is two words, whatever it came as.
        """
        options = [_in_two(option) for option in self.options]
        names = [option.name for option in options]
        if "local-rms-window" in names and "local-rms-method" in names:
            first = names.index("local-rms-method")
            last = len(names) - 1 - names[::-1].index("local-rms-window")
            if last > first:
                options.insert(first, options.pop(last))
        return replace(self, options=tuple(options))


def _count(name: str, words: Sequence[str], start: int) -> int:
    """Return how many words belong to an option whose values begin at `start`."""
    if name == "weight":  # Briggs' weights need a number more
        mode = words[start].split(" ")[0].lower() if start < len(words) else ""
        robust = mode == "briggs" and " " not in words[start].strip()
        return 2 if robust else 1
    count = _COUNTS.get(name, 0)
    if name in _IN_PAIRS and start < len(words) and " " in words[start].strip():
        return 1
    if name in _COUNTS:
        return count
    # An option that nobody here knows: WSClean stops at the first word that belongs to none, so whatever
    # stands between two options belongs to the former.
    after = next((place for place in range(start, len(words)) if _is_option(words[place])), None)
    return 0 if after is None else after - start


def _is_option(word: str) -> bool:
    return word.startswith("-") and not _NUMBER.fullmatch(word)


def _in_two(option: Option) -> Option:
    if option.name in _IN_PAIRS and len(option.values) == 1:
        return option._replace(values=tuple(option.values[0].split()))
    return option
