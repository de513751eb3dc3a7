"""Values for the variables of a template: from the command line and from files."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe.errors import Location, UsageError, did_you_mean

if TYPE_CHECKING:
    from genericpipe.pipeline.rendering import Template

#: What a person means as false or as nothing; as a text, it counts as true.
_MEANT_AS_FALSE = {"0", "false", "no", "none", "off"}


class Given(argparse.Action):
    """``--set NAME=VALUE``: the text behind the first equals sign."""

    example = "ms=/data/a.MS"

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Add the variable to those that were given before; of one given twice, the last counts."""
        name, sign, text = str(values).partition("=")
        if not sign or not name.strip():
            raise UsageError(
                f"{option_string} {values}: not of the form NAME=VALUE",
                hint=f"{option_string} {self.example}",
            )
        before: Mapping[str, object] = getattr(namespace, self.dest)
        setattr(namespace, self.dest, {**before, name.strip(): self.value(name.strip(), text)})

    def value(self, name: str, text: str) -> object:
        """Return the value that a text stands for."""
        return text.strip()


class GivenJson(Given):
    """``--set-json NAME=JSON``."""

    example = "average=true"

    def value(self, name: str, text: str) -> object:
        """Return the value that a text stands for."""
        try:
            return json.loads(text)
        except ValueError as error:
            raise UsageError(
                f"--set-json {name}={text}: no JSON: {error}",
                hint=f'texts stand in double quotes there: --set-json \'{name}=["a", "b"]\'; or use --set',
            ) from None


def check_given(template: Template, given: Mapping[str, object]) -> None:
    """Refuse what the command line gives and the template has no use for, or not as text."""
    for name, value in given.items():
        variable = template.variables.get(name)
        if variable is None:
            if template.open_ended:
                continue
            raise UsageError(
                f"--set {name}: the template has no variable {name!r}",
                hint=did_you_mean(name, template.variables) or "--list shows its variables",
            )
        if not isinstance(value, str):
            continue
        if variable.repeated:
            raise UsageError(
                f"--set {name}={value}: the template goes through {name!r}, and this is text, not a list",
                hint=f'--set-json \'{name}=["a", "b"]\'',
            )
        if variable.judged and value.lower() in _MEANT_AS_FALSE:
            raise UsageError(
                f"--set {name}={value}: the template asks whether {name!r} is true, as every text is",
                hint=f"--set-json {name}=false",
            )


def read_values(file: Path) -> dict[str, object]:
    """Return the variables that a file gives.

    Raises
    ------
    UsageError
        If it cannot be read, is neither JSON nor TOML, or holds something else than names with values.
    """
    import tomllib

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8"
        raise UsageError(f"--values {file}: {reason}", hint="check the name of the file") from None
    try:
        held: object = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except ValueError as error:
        language = "TOML" if file.suffix == ".toml" else "JSON"
        line = getattr(error, "lineno", None)
        raise UsageError(
            f"this is no {language}: {getattr(error, 'msg', error)}",
            Location(str(file), line),
            "a file whose name ends with .toml is TOML, any other one JSON",
        ) from None
    if not isinstance(held, dict):
        raise UsageError(
            "names with their values are wanted here", Location(str(file)), 'as in {"ms": "/data/a.MS"}'
        )
    return held
