"""What plugins offer by name: kinds, recipes, step plugins, ...; who may take whose place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from genericpipe.errors import Finding, PluginError, Severity
from genericpipe.pluginmanager.plugin import Answer, Plugin


@dataclass(frozen=True)
class Offer:
    """Something that a plugin offers under a name.

    Parameters
    ----------
    hook
        The hook it came through, without prefix.
    name
        The name.
    value
        What is offered.
    plugin
        Who offers it.
    replaced
        The built-in plugin whose offer of the same name gave way to it.
    """

    hook: str
    name: str
    value: Any
    plugin: Plugin
    replaced: Plugin | None = None

    @property
    def finding(self) -> Finding | None:
        """A warning where it takes the place of something built in."""
        if self.replaced is None:
            return None
        return Finding(
            Severity.WARNING,
            "plugin-overrides",
            f"{self.plugin} takes the place of the built-in {self.name!r} of {self.hook}",
            self.plugin.location,
            "rename what it offers where this is not meant",
        )


@dataclass(frozen=True)
class Offers(Mapping[str, Any]):
    """All that is offered through one hook: name -> value; ``by_name`` also says by whom."""

    by_name: Mapping[str, Offer]

    @property
    def findings(self) -> list[Finding]:
        """A warning for each built-in thing whose place a site's plugin took."""
        return [offer.finding for offer in self.by_name.values() if offer.finding is not None]

    def __getitem__(self, name: str) -> Any:
        return self.by_name[name].value

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_name)

    def __len__(self) -> int:
        return len(self.by_name)


def named_things(hook: str, answer: Answer) -> Iterable[tuple[str, Any]]:
    """Return the names and values in an answer: a mapping, or things with a ``name`` of their own."""
    if isinstance(answer.value, Mapping):
        pairs = list(answer.value.items())
    elif isinstance(answer.value, Iterable) and not isinstance(answer.value, str):
        pairs = [(getattr(thing, "name", None), thing) for thing in answer.value]
    else:
        pairs = [(None, answer.value)]
    for name, thing in pairs:
        if not isinstance(name, str) or not name:
            raise PluginError(
                f"{answer.plugin}: the hook {hook} gave {thing!r}, which has no name",
                answer.plugin.location,
                "return a mapping from names to what they stand for, as docs/reference/hooks says",
            )
    return pairs


def collect_named(hook: str, answers: Iterable[Answer]) -> Offers:
    """Gather what plugins offer by name through one hook.

    A site's plugin may offer something under a name that is built in: it takes its place, with a
    warning. No two sites' plugins may offer the same name, nor one plugin twice, nor two built-in
    ones: nobody could tell which is meant.

    Parameters
    ----------
    hook
        The hook, without prefix.
    answers
        What each plugin answered.

    Returns
    -------
    Offers
        Name -> value.

    Raises
    ------
    PluginError
        Two plugins offer the same name (names both), or an answer is of the wrong form.
    """
    offers: dict[str, Offer] = {}
    for answer in sorted(answers, key=lambda answer: not answer.plugin.builtin):
        for name, value in named_things(hook, answer):
            earlier = offers.get(name)
            if earlier is not None and earlier.plugin.builtin == answer.plugin.builtin:
                raise PluginError(
                    f"{name!r} of {hook} is offered twice: by {earlier.plugin} and by {answer.plugin}",
                    answer.plugin.location,
                    "take one of them out, or rename what it offers",
                )
            offers[name] = Offer(hook, name, value, answer.plugin, earlier.plugin if earlier else None)
    return Offers(offers)
