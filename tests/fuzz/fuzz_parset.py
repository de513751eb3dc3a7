"""Throws damaged parsets at the reader and at every reading of a value, guided by coverage.

    python tests/fuzz/fuzz_parset.py [CORPUS_FOLDER] [libFuzzer's options, such as -max_total_time=600]

It needs atheris, which is no dependency of anything else. Nothing but a `ParsetError` may come of any text;
what was read must be written and read back the same where the contract promises it; the way for lines without
quotes must find what the slow way finds; and no text may take longer than a few seconds (``-timeout``).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

SEEDS = (
    "a = 1\n",
    "pipeline.steps = [cal, # c\n  target,\n 'x y']\n! dir = /data\ncal.control.type = dppp\n",
    "a=\"it's\" b # 'c'\nb = {k: v, 'k2': [1,2]}\nc=\\\n\"d\"\n",
    "k = [pre01..04suf, 3*(a;b), 2*[0*x], {1..3}.{2..1}, '1..2']\n",
    "n = 0x1f\nf = -1.5e-3\ng = 0x1.8p3\nh = 1e-46\ni = nan\nj = 2147483648\n",
    "foo\na=1\n",
    "a=http://h?x=1\n=2\n",
    "\ufeffa=1\r\nb=\t2\v\f\r\n\r\n",
    "[section]\nkey: value\n",
)


def run() -> None:
    """Prepare the corpus and hand over to libFuzzer."""
    import atheris

    with atheris.instrument_imports(include=["genericpipe"]):
        from genericpipe import parset
        from genericpipe.errors import ParsetError
        from genericpipe.parset import reader

    conversions = (
        parset.as_string,
        parset.as_bool,
        parset.as_int,
        parset.as_float,
        parset.as_single,
        parset.as_strings,
        parset.as_record,
        parset.split_list,
        parset.expand,
    )

    def convert(text: str) -> None:
        for conversion in conversions:
            try:
                conversion(text)
            except ParsetError as error:
                str(error)

    class SlowReader(reader._Reader):
        def read(self, text: str) -> None:
            for number, line in enumerate(text.split("\n"), 1):
                self._quoted_line(line, number)
            self._finish()

    def result_of(kind: type[reader._Reader], text: str) -> object:
        one = kind("fuzz")
        try:
            one.read(text)
        except ParsetError as error:
            return str(error)
        return list(one.entries.values()), [found for found in one.findings if found.code != "no-keys"]

    def check_fast_way(text: str) -> None:
        unquoted = text.replace("'", "").replace('"', "")
        assert result_of(reader._Reader, unquoted) == result_of(SlowReader, unquoted)

    def check_round_trip(entry: parset.Entry) -> None:
        blanks = " \t\r\v\f"
        assert entry.raw == entry.raw.strip(blanks)
        plain_key = entry.key == entry.key.strip(blanks + "\ufeff") and not set("'\"#=") & set(entry.key)
        if plain_key and not entry.raw.endswith("\\"):
            again = parset.parse(parset.format({entry.key: entry}))
            assert again[entry.key].raw == entry.raw

    def one_input(data: bytes) -> None:
        text = reader.decode(data)
        convert(text)
        check_fast_way(text)
        try:
            result = parset.parse(text)
        except ParsetError as error:
            str(error)
            return
        for entry in result.values():
            convert(entry.raw)
            check_round_trip(entry)
            assert entry.line_at(len(entry.raw)) is not None
        for finding in result.findings:
            assert str(finding)

    arguments = list(sys.argv)
    if len(arguments) < 2 or arguments[1].startswith("-"):
        arguments.insert(1, tempfile.mkdtemp(prefix="fuzz_parset_"))
    corpus = Path(arguments[1])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (corpus / f"seed{number}").write_bytes(seed.encode())
    atheris.Setup(arguments, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    run()
