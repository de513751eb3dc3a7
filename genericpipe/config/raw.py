"""Raw sections above their defaults: what a file says before ``%(key)s`` is filled in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from genericpipe.config import values
from genericpipe.config.inifile import DEFAULT, RawValue
from genericpipe.config.values import InterpolationProblem
from genericpipe.errors import ConfigError, Finding, Location, Severity, did_you_mean


@dataclass(frozen=True)
class RawConfig:
    """Raw values by section and lower-cased key; a key of `defaults` is visible in every section."""

    defaults: Mapping[str, RawValue]
    sections: Mapping[str, Mapping[str, RawValue]]

    def find(self, section: str, key: str) -> RawValue | None:
        """Return a section's raw value, its own or that of ``[DEFAULT]``."""
        return self.sections.get(section, {}).get(key) or self.defaults.get(key)

    def variables(self, section: str) -> dict[str, str]:
        """Return the raw texts visible in a section."""
        return texts({**self.defaults, **self.sections.get(section, {})})

    def text(self, section: str, key: str) -> str | None:
        """Return a section's interpolated value, or None if it has no such key.

        Raises
        ------
        ConfigError
            If it cannot be interpolated.
        """
        raw = self.find(section, key)
        if raw is None:
            return None
        variables = self.variables(section)
        try:
            return values.interpolate(section, key, raw.text, variables)
        except InterpolationProblem as problem:
            place = self._at_fault(section, key, variables)
            raise ConfigError(*_uninterpolated(*place, problem, variables)) from None

    def stripped(self, section: str, key: str) -> str:
        """Return a section's interpolated value without blanks around it; empty if it has no such key."""
        return (self.text(section, key) or "").strip()

    def location(self, section: str, key: str) -> Location | None:
        """Return where a section's value stands; None for what no file says."""
        value = self.find(section, key)
        return value.location if value else None

    def interpolated(
        self, section: str, as_written: frozenset[str] = frozenset()
    ) -> tuple[dict[str, str], list[Finding]]:
        """Return all values visible in a section, tolerantly.

        Parameters
        ----------
        section
            Its name, or ``DEFAULT``.
        as_written
            Keys of the section that are not interpolated.

        Returns
        -------
        tuple
            The values; one that cannot be interpolated is raw, and there is a finding about it.
        """
        variables = self.variables(section)
        own = self.sections.get(section, {})
        result: dict[str, str] = {}
        findings: list[Finding] = []
        for key, text in variables.items():
            result[key] = text
            if key in as_written and key in own:
                continue
            try:
                result[key] = values.interpolate(section, key, text, variables)
            except InterpolationProblem as problem:
                place = self._at_fault(section, key, variables)
                findings.append(uninterpolated(*place, problem, variables, Severity.WARNING))
        return result, findings

    def _at_fault(self, section: str, key: str, variables: Mapping[str, str]) -> tuple[str, str, RawValue]:
        """Return section, key and raw value of what is wrong where a value cannot be interpolated."""
        key = values.at_fault(section, key, variables)
        own = self.sections.get(section, {})
        return (section, key, own[key]) if key in own else (DEFAULT, key, self.defaults[key])

    def locations(self) -> dict[str, dict[str, Location]]:
        """Return where each key stands, by section; ``DEFAULT`` is one of them."""
        every = {DEFAULT: self.defaults, **self.sections}
        return {
            section: {key: raw.location for key, raw in keys.items() if raw.location}
            for section, keys in every.items()
        }


def texts(raw: Mapping[str, RawValue]) -> dict[str, str]:
    """Return the texts of raw values."""
    return {key: value.text for key, value in raw.items()}


def uninterpolated(
    section: str,
    key: str,
    raw: RawValue,
    problem: InterpolationProblem,
    known: Collection[str],
    severity: Severity,
) -> Finding:
    """Return a finding about a value whose ``%(key)s`` cannot be filled in."""
    return Finding(severity, "bad-interpolation", *_uninterpolated(section, key, raw, problem, known))


def _uninterpolated(
    section: str, key: str, raw: RawValue, problem: InterpolationProblem, known: Collection[str]
) -> tuple[str, Location | None, str]:
    nearest = did_you_mean(problem.missing, known) if problem.missing else ""
    return (
        f"[{section}] {key} = {raw.text}: {problem}",
        raw.location,
        nearest or "write %(key)s for a key of the same section or of [DEFAULT], and %% for a percent sign",
    )
