"""Fuzz the reading of mapfiles: ``python tests/fuzz/fuzz_mapfile.py [-max_total_time=600] [CORPUS]``.

Whatever the bytes, reading gives a map or a MapfileError. What was read is written and read again to the same
map; where Python's own parser finds a plain list of entries, so do we, and the same ones.
"""

from __future__ import annotations

import ast
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

SEEDS = (
    b"[{'host': 'localhost', 'file': '/a.MS', 'skip': False}, {'host': 'n2', 'file': 'b', 'skip': True}]",
    b"[('h', 'f'), ('h', \"g's\", True)]",
    b"({'host': 'h', 'file': ['a', \"b\"]},)",
    b"[ # comment\n {'file': u'\\x41\\u20ac', 'host': '''x\ny''', 'skip': None}, ]\n",
    b"[{'host': 'h', 'file': '['/a', '/b']', 'skip': False}]",
    b"[{'host': 'h', 'file': '[/a,/b]', 'skip': False}]",
    b"[{'host': 'h',  'skip': False, 'file': \"['a', 'b']\", 'file_skip' : [False, False]}]",
    b"[{'host': 'h', 'file': '/d\xff\xe9', 'skip': False}, ('h', np.str_('x'), 1.5e3, -2, 0x1F)]",
    b"[]",
)

# One a line: what libFuzzer is to try beside single bytes.
WORDS = """{'host': '
', 'file': '
', 'skip':
True
False}
None
['
', '
']
[/a,/b]
('
'),
'file_skip' : [
#
,
u'
b'
r'
'''
\\"
1.5e3
-2
0x1F""".split("\n")


def expected(data: bytes) -> list[tuple[str, str, bool]] | None:
    """Return host, file and skip of each entry by Python's own parser, or None if it is not that plain."""
    # Continued lines are for programs; a mapfile has none. Deep nesting would end the interpreter.
    if b"\\" in data or len(data) > 10_000 or max(map(data.count, (b"[", b"(", b"{", b"-"))) > 20:
        return None
    try:
        value = ast.literal_eval(data.decode().lstrip(" \t\f\r\n"))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    # A tuple may stand there without brackets of its own, which we do not take.
    if not isinstance(value, list):
        return None
    found = [plain(entry) for entry in value]
    kinds = {type(entry) for entry in value}
    return None if None in found or len(kinds) > 1 else [entry for entry in found if entry]


def plain(entry: Any) -> tuple[str, str, bool] | None:
    """Return host, file and skip of an entry that holds texts and truth values, else None."""
    if isinstance(entry, tuple) and len(entry) in (2, 3):
        host, file, skip = entry if len(entry) == 3 else (*entry, False)
    elif isinstance(entry, dict) and {"host", "file"} <= entry.keys() <= {"host", "file", "skip"}:
        host, file, skip = entry["host"], entry["file"], entry.get("skip", True)
    else:
        return None
    return (host, file, skip) if (type(host), type(file), type(skip)) == (str, str, bool) else None


def escaped(word: str) -> str:
    """Return a word as libFuzzer's dictionaries want it."""
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


def main() -> None:
    """Run libFuzzer."""
    import atheris

    with atheris.instrument_imports(include=["genericpipe.mapfile"]):
        from genericpipe.errors import MapfileError
        from genericpipe.mapfile import DataMap, DataProduct, MultiDataMap, entries_of
        from genericpipe.mapfile.products import product_of
        from genericpipe.mapfile.reader import _mapping, scan

    def as_map(data: bytes) -> DataMap:
        return DataMap(scan(data, "fuzz.mapfile", DataProduct, product_of))

    def as_multi(data: bytes) -> MultiDataMap:
        return MultiDataMap(scan(data, "fuzz.mapfile", _mapping, lambda entry: entry))

    def read(data: bytes) -> None:
        plainly = expected(data)
        try:
            data_map = as_map(data)
        except MapfileError as error:
            if plainly is not None or "\n" in error.message:
                raise AssertionError(data) from error
            return
        assert as_map(repr(data_map).encode()) == data_map, data
        if plainly is not None:
            assert [(p.host, p.file, p.skip) for p in data_map] == plainly, data
        try:
            multi = as_multi(data)
        except MapfileError:
            return
        assert as_multi(repr(multi).encode()) == multi, data

    def write(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        given = DataMap()
        while provider.remaining_bytes() and len(given) < 20:
            host, file = provider.ConsumeUnicode(10), provider.ConsumeUnicode(30)
            given.append((host, file, provider.ConsumeBool()))
            assert all(isinstance(name, str) for name in entries_of(file))
        assert as_map(repr(given).encode()) == given, given

    def one(data: bytes) -> None:
        read(data)
        write(data)

    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="fuzz-mapfile-") as corpus:
        for number, seed in enumerate(SEEDS):
            (Path(corpus) / str(number)).write_bytes(seed)
        dictionary = Path(corpus) / "words"
        dictionary.write_text("".join(f'"{escaped(word)}"\n' for word in WORDS))
        # Inputs that are found go into the first folder named, where the user has named one.
        atheris.Setup([*sys.argv, f"-dict={dictionary}", corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
