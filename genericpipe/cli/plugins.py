"""``genericpipe plugins``: who is plugged in, from where, and what parsets can use because of it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import Subparsers
from genericpipe.errors import ExitStatus, Finding, PluginError
from genericpipe.hookspecs import PREFIX, hookimpl
from genericpipe.pluginmanager import (
    Offers,
    Plugin,
    PluginManager,
    PluginSource,
    find_step_plugin,
    legacy_plugins,
    step_plugin_folders,
)
from genericpipe.pluginmanager.checks import known_hooks

DESCRIPTION = """\
Show the plugins that take part here: those built in, those of installed packages (entry points in the
group "genericpipe") and those in the folders that GENERICPIPE_PLUGINS lists; and what parsets can name
because of them. With -c also the PipelineStep_*.py in the recipe directories of a configuration."""


@hookimpl
def genericpipe_add_commands(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add ``plugins``."""
    parser = subparsers.add_parser(
        "plugins",
        help=COMMANDS["plugins"].summary,
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("-c", "--config", type=Path, metavar="CFG", help="a pipeline.cfg")
    parser.add_argument(
        "--folder",
        type=Path,
        action="append",
        default=[],
        help="a folder of plugins to try, besides the others",
    )
    parser.add_argument("--hooks", action="store_true", help="also show all hooks and who implements each")
    parser.set_defaults(run=show)


@dataclass(frozen=True)
class Listing:
    """All that is shown.

    Parameters
    ----------
    plugins
        Who is plugged in.
    step_plugins
        What each name of a ``kind = plugin`` step finds.
    step_kinds, recipes, executors
        What else parsets and configurations can name.
    problems
        Plugins that cannot be used, and names that two of them claim.
    """

    plugins: tuple[Plugin, ...]
    step_plugins: tuple[PluginSource, ...]
    step_kinds: Offers
    recipes: Offers
    executors: Offers
    problems: tuple[PluginError, ...]

    @property
    def findings(self) -> list[Finding]:
        """Built-in things whose place a site's plugin took."""
        offered = [*self.step_kinds.findings, *self.recipes.findings, *self.executors.findings]
        return offered + [finding for source in self.step_plugins for finding in source.findings]


def show(arguments: argparse.Namespace) -> int:
    """Print the listing; return 3 if a plugin cannot be used."""
    listing = gather(PluginManager(arguments.folder, tolerant=True), recipe_directories(arguments.config))
    if arguments.format == "json":
        print(json.dumps(as_json(listing, arguments.hooks), indent=2))
    else:
        print("\n".join(as_text(listing, arguments.hooks)))
    return ExitStatus.INVALID if listing.problems else ExitStatus.DONE


def recipe_directories(config: Path | None) -> tuple[Path, ...]:
    """Return the recipe directories of a pipeline.cfg."""
    if config is None:
        return ()
    from genericpipe.config import Settings, load

    return load(Settings(job_name=config.stem, config=config)).recipe_directories


def gather(manager: PluginManager, directories: tuple[Path, ...]) -> Listing:
    """Ask everybody what they are and what they offer."""
    plugins = tuple(manager.plugins())
    problems = list(manager.broken)

    def offers(hook: str) -> Offers:
        try:
            return manager.named(hook)
        except PluginError as error:
            problems.append(error)
            return Offers({})

    names = {*legacy_plugins(step_plugin_folders(directories)), *offers("step_plugins")}
    sources = []
    for name in sorted(names):
        try:
            sources.append(find_step_plugin(name, directories, (), manager))
        except PluginError as error:
            problems.append(error)
    kinds, recipes, executors = offers("step_kinds"), offers("recipes"), offers("executors")
    return Listing(plugins, tuple(sources), kinds, recipes, executors, tuple(problems))


def implementers(listing: Listing) -> dict[str, list[str]]:
    """Return the names of the plugins that implement each hook."""
    hooks = [hook.removeprefix(PREFIX) for hook in known_hooks()]
    return {hook: [plugin.name for plugin in listing.plugins if hook in plugin.hooks] for hook in hooks}


def as_json(listing: Listing, hooks: bool) -> Mapping[str, Any]:
    """Return the listing as it is printed with ``--format json``."""
    shown: dict[str, Any] = {
        "plugins": [asdict(plugin) for plugin in listing.plugins],
        "step_plugins": [
            {
                "name": source.name,
                "place": source.place.value,
                "answers": str(source),
                "file": str(source.source_file() or ""),
                "plugin": source.plugin.name if source.plugin else None,
            }
            for source in listing.step_plugins
        ],
    }
    for key in ("step_kinds", "recipes", "executors"):
        offers: Offers = getattr(listing, key)
        shown[key] = {name: offer.plugin.name for name, offer in offers.by_name.items()}
    shown["findings"] = [finding.as_dict() for finding in listing.findings]
    shown["problems"] = [
        {"message": error.message, "location": str(error.location or ""), "hint": error.hint}
        for error in listing.problems
    ]
    if hooks:
        shown["hooks"] = implementers(listing)
    return shown


def as_text(listing: Listing, hooks: bool) -> Iterator[str]:
    """Yield the lines that people read."""
    yield "plugins:"
    for plugin in listing.plugins:
        yield f"  {plugin.name}: {plugin.origin}"
        if not plugin.builtin:
            yield f"    {plugin.file or plugin.module}"
        yield f"    hooks: {', '.join(plugin.hooks)}"
    yield from table(
        "step plugins", {source.name: f"{source} ({source.place})" for source in listing.step_plugins}
    )
    for title in ("step_kinds", "recipes", "executors"):
        offers: Offers = getattr(listing, title)
        rows = {name: f"of {offer.plugin}" for name, offer in offers.by_name.items()}
        yield from table(title.replace("_", " "), rows)
    if hooks:
        yield from table(
            "hooks", {name: ", ".join(who) or "-" for name, who in implementers(listing).items()}
        )
    for finding in listing.findings:
        yield f"\n{finding}"
    for error in listing.problems:
        yield f"\nnot usable: {error}"


def table(title: str, rows: Mapping[str, str]) -> Iterator[str]:
    """Yield a heading and two columns; nothing if there are no rows."""
    if rows:
        width = max(len(name) for name in rows)
        yield f"\n{title}:"
        yield from (f"  {name:{width}}  {text}" for name, text in rows.items())
