"""The section ``[feedback]`` (contract 13): understood, though no message bus is served."""

from __future__ import annotations

from genericpipe.config import values
from genericpipe.config.raw import RawConfig
from genericpipe.errors import Finding, Severity


def read_feedback(raw: RawConfig) -> tuple[str, bool, list[Finding]]:
    """Read the section.

    Returns
    -------
    tuple
        The method (``none`` if it is not given: contract 2), whether the end of the run is to be sent, and a
        finding if the bus is asked for: a warning, or an error if ``send_status`` explicitly says so.
    """
    method = raw.stripped("feedback", "method") or "none"
    written = raw.stripped("feedback", "send_status")
    # Contract 2: the default is True, also for what cannot be read.
    send_status = values.parse_boolean(written) is not False
    if method != "messagebus":
        return method, send_status, []
    is_demanded = values.parse_boolean(written) is True
    key = "send_status" if is_demanded else "method"
    finding = Finding(
        Severity.ERROR if is_demanded else Severity.WARNING,
        "no-message-bus",
        "feedback over the message bus is not supported"
        + ("; send_status asks for it" if is_demanded else "; nothing is sent"),
        raw.location("feedback", key),
        "write 'method = none' in [feedback]",
    )
    return method, send_status, [finding]
