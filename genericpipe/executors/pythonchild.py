"""What runs in the interpreters that Python jobs get: one call, or a parent that forks a child for each.

Started as a script, ``pythonchild.py once <request> <result> <setup>`` or ``pythonchild.py parent <socket>
<setup>``, with the job's environment and in its folder. The standard library alone is used, and as little
of it as possible: a fresh interpreter for each job pays for every import.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from types import ModuleType
from typing import Any


def sibling(name: str) -> ModuleType:
    """Load a module from our folder, which is not on the import path."""
    path = os.path.join(os.path.dirname(__file__), f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"_genericpipe_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def write_report(descriptor: int, report: dict[str, Any]) -> None:
    """Leave what became of a call for whoever started it: text, never a pickle."""
    data = json.dumps(report).encode()
    while data:
        data = data[os.write(descriptor, data) :]


def once(request: int, result: int, setup: dict[str, Any]) -> int:
    """Make one call, and return the exit status for a normal end of the interpreter."""
    pythoncall = sibling("pythoncall")
    with open(request, encoding="ascii") as file:
        asked = json.load(file)
    os.set_inheritable(result, False)
    old = pythoncall.prepare(setup)
    try:
        function = pythoncall.load(setup, old)
    except BaseException as error:
        status, report = pythoncall.failed(error, {**setup, "plugin": True})
    else:
        status, report = pythoncall.call(function, setup, asked)
    write_report(result, report)
    return int(status)


def main(argv: list[str]) -> int:
    """Do what the words say."""
    setup = json.loads(argv[-1])
    if argv[0] == "once":
        return once(int(argv[1]), int(argv[2]), setup)
    os.set_inheritable(int(argv[1]), False)
    calls, safety = sibling("pythoncall"), sibling("forksafety")
    return int(sibling("pythonforks").serve(int(argv[1]), setup, calls, safety, write_report))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
