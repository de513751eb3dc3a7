"""What is looked at after DP3: the set that it left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.dp3 import genericpipe_check_job
from genericpipe_plugins.dp3.sets import _MANY, holds

from genericpipe import Finding, Job, Outcome, Severity, Status

Sets = Callable[..., Path]


@pytest.fixture
def found(job: Callable[..., Job], step: Callable[..., Any]) -> Callable[[Path | str], list[Finding]]:
    def look(output: Path | str) -> list[Finding]:
        made = job("DP3", "msin=in.MS", f"msout={output}")
        return list(genericpipe_check_job(step({"msout": "x"}), made, Outcome(Status.DONE, 0)))

    return look


def test_a_set_with_data_is_fine(found: Any, lofar_set: Sets) -> None:
    assert found(lofar_set()) == []


def test_one_that_is_not_there(found: Any, tmp_path: Path) -> None:
    (finding,) = found("out.MS")
    assert (finding.severity, finding.code) == (Severity.ERROR, "dp3-bad-output")
    assert f"{tmp_path / 'out.MS'} is not there" in finding.message


def test_one_on_another_machine_cannot_be_looked_at(found: Any) -> None:
    assert found("/no/such/folder/out.MS") == []


def test_one_that_cannot_be_opened(found: Any, tmp_path: Path) -> None:
    (tmp_path / "out.MS").mkdir()
    (tmp_path / "out.MS/table.dat").write_bytes(b"broken")
    (finding,) = found("out.MS")
    assert "cannot be opened" in finding.message


def test_one_without_rows(found: Any, lofar_set: Sets, tmp_path: Path) -> None:
    import casacore.tables as tables

    with tables.table(str(lofar_set()), ack=False) as table:
        table.query("False").copy(str(tmp_path / "empty.MS"), deep=True).close()
    (finding,) = found("empty.MS")
    assert "has no rows" in finding.message


def test_one_that_is_flagged_all_over_and_one_with_a_single_good_cell(found: Any, lofar_set: Sets) -> None:
    import numpy as np

    flags = np.ones((24, 4, 4), bool)
    (finding,) = found(lofar_set("bad.MS", changes={"": {"FLAG": flags}}))
    assert "is flagged all over" in finding.message
    flags[17, 2, 3] = False
    assert found(lofar_set("good.MS", changes={"": {"FLAG": flags}})) == []


@pytest.mark.parametrize("output", ["", ".", "in.MS"])
def test_where_nothing_new_is_written_there_is_nothing_to_look_at(output: str, found: Any) -> None:
    assert found(output) == []


class Column:
    """A table of one column that notes how much of it was read."""

    def __init__(self, rows: int, good: int | None) -> None:
        import numpy as np

        self.values = np.zeros(rows, bool)
        if good is not None:
            self.values[good] = True
        self.read = 0

    def nrows(self) -> int:
        return len(self.values)

    def getcol(self, name: str, start: int, rows: int) -> Any:
        assert name == "FLAG"
        assert start >= 0
        assert start + rows <= len(self.values)
        self.read += rows
        return self.values[start : start + rows]


@pytest.mark.parametrize("rows", [1, 1024, 1025, 3 * _MANY, 3 * _MANY + 1])
def test_every_row_is_read_before_nothing_is_found_good(rows: int) -> None:
    for good in {0, rows // 2, rows - 1}:
        assert holds(Column(rows, good), "FLAG", lambda values: values)
    column = Column(rows, None)
    assert not holds(column, "FLAG", lambda values: values)
    assert column.read >= rows


def test_little_is_read_of_a_large_set_that_is_good() -> None:
    column = Column(10 * _MANY, None)
    column.values[:] = True
    assert holds(column, "FLAG", lambda values: values)
    assert column.read <= 64
