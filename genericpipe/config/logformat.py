"""``format`` and ``datefmt`` of ``[logging]``: read as they are written (contract 2)."""

from __future__ import annotations

from genericpipe.config.model import DEFAULT_LOG_DATEFMT, DEFAULT_LOG_FORMAT
from genericpipe.config.raw import RawConfig
from genericpipe.errors import ConfigError, Finding, Severity, did_you_mean

AS_WRITTEN = frozenset({"format", "datefmt"})
"""The keys of ``[logging]`` whose percent signs are not for ``%(key)s``."""

_ATTRIBUTES = dict.fromkeys(
    (
        *(
            "asctime",
            "created",
            "filename",
            "funcName",
            "levelname",
            "levelno",
            "lineno",
            "message",
            "module",
        ),
        *("msecs", "name", "pathname", "process", "processName", "relativeCreated", "taskName", "thread"),
        "threadName",
    ),
    0,
)


def read_log_format(raw: RawConfig) -> tuple[str, str, list[Finding]]:
    """Return the format, the date format and what is doubtful about them.

    Raises
    ------
    ConfigError
        If Python's logging could not use the format.
    """
    log_format = _written(raw, "format") or DEFAULT_LOG_FORMAT
    datefmt = _written(raw, "datefmt") or DEFAULT_LOG_DATEFMT
    location = raw.location("logging", "format")
    try:
        log_format % _ATTRIBUTES
    except KeyError as error:
        name = str(error.args[0])
        hint = (
            did_you_mean(name, _ATTRIBUTES)
            or "see 'LogRecord attributes' in the documentation of Python's logging"
        )
        message = f"[logging] format = {log_format}: log lines have no %({name})s"
        raise ConfigError(message, location, hint) from None
    except (ValueError, TypeError, OverflowError) as error:
        message = f"[logging] format = {log_format}: {error}"
        raise ConfigError(message, location, f"LOFAR's is {DEFAULT_LOG_FORMAT}") from None
    findings = [
        Finding(
            Severity.WARNING,
            "doubled-percent",
            f"[logging] {key} = {text}: the percent signs are doubled, so every line shows them literally",
            raw.location("logging", key),
            "write single percent signs; this key is read as it is written",
        )
        for key, text in (("format", log_format), ("datefmt", datefmt))
        if "%%" in text
    ]
    return log_format, datefmt, findings


def _written(raw: RawConfig, key: str) -> str:
    value = raw.find("logging", key)
    return value.text.strip() if value else ""
