"""What the archive has to know of images, measurement sets and solutions (image contract 5)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from genericpipe import hookimpl

#: The key by which a record tells people, not the archive, why it is not complete.
WHY = "incomplete"


@hookimpl
def genericpipe_product_metadata(product_type: str, path: Path) -> Mapping[str, str] | None:
    """Describe a ``SkyImage``, a ``Correlated`` or an ``InstrumentModel``; leave others to other plugins.

    What is odd and yet usable is told on standard error.
    """
    if product_type == "SkyImage":
        from .skyimage import describe
    elif product_type == "Correlated":
        from .correlated import describe
    elif product_type == "InstrumentModel":
        from .instrumentmodel import describe
    else:
        return None
    record = describe(path)
    for remark in record.remarks:
        print(f"{path}: {remark}", file=sys.stderr)
    why = "; ".join(record.lacks)
    return {**record.values, **({WHY: why} if why else {})}
