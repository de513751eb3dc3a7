"""Site plugins as their authors write them: each test is one, and looks at what it leaves (contract 14)."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

FOUR = (
    "[{'host': 'n1', 'file': '/d/L1_SB000.MS', 'skip': False},"
    " {'host': 'n2', 'file': '/d/L1_SB001.MS', 'skip': True},"
    " {'host': 'n1', 'file': '/d/L1_SB002.MS', 'skip': False},"
    " {'host': 'n2', 'file': '/d/L1_SB003.MS', 'skip': False}]"
)


@pytest.fixture
def data_map(compat: Callable[[str], ModuleType]) -> ModuleType:
    """Return the module as a plugin imports it."""
    return compat("lofarpipe.support.data_map")


@pytest.fixture
def four(tmp_path: Path) -> str:
    """Return the path of a mapfile of four entries on two hosts, the second skipped."""
    path = tmp_path / "four.mapfile"
    path.write_text(FOUR)
    return str(path)


@pytest.fixture
def site(data_map: ModuleType) -> SimpleNamespace:
    """Return the classes that many a site plugin carries: several files an entry, without file_skip."""
    DataMap, DataProduct = data_map.DataMap, data_map.DataProduct

    class MultiDataProduct(DataProduct):  # type: ignore[misc, valid-type]
        def __init__(self, host: str, file: Any, skip: bool = True) -> None:
            super().__init__(host, file, skip)
            if not file:
                self.file = []
            elif isinstance(file, list):
                self.file = file
            else:
                self.file = [name.strip(" '\"") for name in file.strip("[]").split(",")]

        def __repr__(self) -> str:
            return f"{{'host': '{self.host}', 'file': {self.file}, 'skip': {self.skip}}}"

        def append(self, item: str) -> None:
            self.file.append(item)

    class MultiDataMap(DataMap):  # type: ignore[misc, valid-type]
        @DataMap.data.setter
        def data(self, data: Any) -> None:
            if isinstance(data, DataMap):
                data.iterator = DataMap.SkipIterator
                per_host: dict[str, list[str]] = {}
                for item in data:
                    per_host.setdefault(item.host, []).append(item.file)
                groups = [MultiDataProduct(host, files, False) for host, files in per_host.items()]
                self._set_data(groups, dtype=MultiDataProduct)
            elif not data:
                pass
            else:
                self._set_data(data, dtype=MultiDataProduct)

        def split_list(self, number: int) -> None:
            chunks = []
            for item in self.data:
                for start in range(0, len(item.file), number):
                    chunks.append(MultiDataProduct(item.host, item.file[start : start + number], item.skip))
            self._set_data(chunks)

    class OwnLoadMap(MultiDataMap):
        @classmethod
        def load(cls, filename: str) -> Any:
            with open(filename) as file:
                entries = eval(file.read())  # what these plugins do with the file is why it stays a literal
            for entry in entries:
                if isinstance(entry["file"], str) and entry["file"].startswith("["):
                    entry["file"] = entry["file"].strip("[]").split(",")
            return cls(entries)

    return SimpleNamespace(
        MultiDataProduct=MultiDataProduct, MultiDataMap=MultiDataMap, OwnLoadMap=OwnLoadMap
    )


def test_rename_the_files_that_are_not_skipped(data_map: ModuleType, four: str, tmp_path: Path) -> None:
    map_in = data_map.DataMap.load(four)
    map_out = data_map.DataMap([])
    map_in.iterator = data_map.DataMap.SkipIterator
    for item in map_in:
        map_out.data.append(data_map.DataProduct(item.host, item.file + ".dppp", item.skip))
    fileid = str(tmp_path / "out.mapfile")
    map_out.save(fileid)
    assert ast.literal_eval(Path(fileid).read_text()) == [
        {"host": "n1", "file": "/d/L1_SB000.MS.dppp", "skip": False},
        {"host": "n1", "file": "/d/L1_SB002.MS.dppp", "skip": False},
        {"host": "n2", "file": "/d/L1_SB003.MS.dppp", "skip": False},
    ]


def test_change_a_map_by_index_and_save_it_over_itself(data_map: ModuleType, four: str) -> None:
    data = data_map.DataMap.load(four)
    for i in range(len(data)):
        data[i].host = "localhost"
        data[i].skip = i != 3
    data.data[0].file = data[3].file
    data.save(four)
    assert [(p.host, p.file, p.skip) for p in data_map.DataMap.load(four)] == [
        ("localhost", "/d/L1_SB003.MS", True),
        ("localhost", "/d/L1_SB001.MS", True),
        ("localhost", "/d/L1_SB002.MS", True),
        ("localhost", "/d/L1_SB003.MS", False),
    ]


def test_expand_one_entry_to_the_length_of_another_map(
    data_map: ModuleType, four: str, tmp_path: Path
) -> None:
    (tmp_path / "one.mapfile").write_text("[{'host': 'localhost', 'file': '/d/sky', 'skip': False}]")
    inmap = data_map.DataMap.load(str(tmp_path / "one.mapfile"))
    matchmap = data_map.DataMap.load(four)
    if len(inmap) != 1:
        inmap.data = [inmap[0]]
    expanded = data_map.DataMap([])
    head = inmap[0]
    expanded.data = [data_map.DataProduct(item.host, head.file, head.skip) for item in matchmap]
    assert [str(p) for p in expanded] == ["n1:/d/sky", "n2:/d/sky", "n1:/d/sky", "n2:/d/sky"]


def test_all_to_one_as_a_bare_list(data_map: ModuleType, four: str, tmp_path: Path) -> None:
    map_in = data_map.DataMap.load(four)
    names = ",".join(item.file for item in data_map.DataMap.SkipIterator(map_in))
    map_out = data_map.DataMap([data_map.DataProduct("localhost", f"[{names}]", False)])
    map_out.save(str(tmp_path / "out.mapfile"))
    text = "[/d/L1_SB000.MS,/d/L1_SB002.MS,/d/L1_SB003.MS]"
    assert (
        tmp_path / "out.mapfile"
    ).read_text() == f"[{{'host': 'localhost', 'file': '{text}', 'skip': False}}]"
    assert data_map.DataMap.load(str(tmp_path / "out.mapfile"))[0].file == text


def test_prune_by_slices_and_comparisons(data_map: ModuleType, four: str) -> None:
    data = data_map.DataMap.load(four)
    kept = [item for item in data[1:] if item != data[2]]
    data.data = kept
    assert [p.file for p in data] == ["/d/L1_SB001.MS", "/d/L1_SB003.MS"]
    data.data.remove(kept[0])
    assert len(data) == 1


def test_two_maps_side_by_side(data_map: ModuleType, four: str) -> None:
    first, second = data_map.DataMap.load(four), data_map.DataMap.load(four)
    for here, there in zip(first, second):  # noqa: B905
        there.file = here.file.replace("SB", "band")
    second.iterator = data_map.DataMap.SkipIterator
    pairs = [(here.file, there.file) for here, there in zip(first[::1], second)]  # noqa: B905
    assert pairs[1] == ("/d/L1_SB001.MS", "/d/L1_band002.MS")
    assert len(pairs) == 3


def test_deepcopy_and_change(data_map: ModuleType, four: str) -> None:
    data = data_map.DataMap.load(four)
    data.iterator = data_map.DataMap.SkipIterator
    other = copy.deepcopy(data)
    for item in other:
        item.file += ".bak"
        item.skip = True
    assert [p.file for p in data] == ["/d/L1_SB000.MS", "/d/L1_SB002.MS", "/d/L1_SB003.MS"]
    assert list(other) == []
    assert len(other) == 4


def test_next_takes_the_first_that_is_not_skipped(data_map: ModuleType, four: str) -> None:
    iterator = data_map.DataMap.SkipIterator(data_map.DataMap.load(four))
    assert next(iterator).file == "/d/L1_SB000.MS"
    assert next(iterator).file == "/d/L1_SB002.MS"


def test_build_from_dictionaries(data_map: ModuleType) -> None:
    entries = [{"host": "localhost", "file": name, "skip": False} for name in ("/a", "/b")]
    assert [p.file for p in data_map.DataMap(entries)] == ["/a", "/b"]


def test_own_multi_map_groups_by_host_and_saves_lists(
    data_map: ModuleType, site: SimpleNamespace, four: str, tmp_path: Path
) -> None:
    groups = site.MultiDataMap(data_map.DataMap.load(four))
    assert isinstance(groups[0], site.MultiDataProduct)
    groups.save(str(tmp_path / "groups.mapfile"))
    assert ast.literal_eval((tmp_path / "groups.mapfile").read_text()) == [
        {"host": "n1", "file": ["/d/L1_SB000.MS", "/d/L1_SB002.MS"], "skip": False},
        {"host": "n2", "file": ["/d/L1_SB003.MS"], "skip": False},
    ]
    # The framework's own class gives a program the text of the list.
    loaded = data_map.DataMap.load(str(tmp_path / "groups.mapfile"))
    assert [p.file for p in loaded] == ["['/d/L1_SB000.MS', '/d/L1_SB002.MS']", "['/d/L1_SB003.MS']"]


def test_own_multi_map_loads_lists_through_the_inherited_load(site: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_text(
        "[{'host': 'h', 'file': ['/a', '/b'], 'skip': False}, {'host': 'h', 'file': '[/c,/d]', 'skip': True}]"
    )
    loaded = site.MultiDataMap.load(str(path))
    assert type(loaded) is site.MultiDataMap
    assert [(p.file, p.skip) for p in loaded] == [(["/a", "/b"], False), (["/c", "/d"], True)]


def test_own_multi_map_splits_its_lists(site: SimpleNamespace) -> None:
    data = site.MultiDataMap([{"host": "h", "file": ["/a", "/b", "/c"], "skip": False}])
    data.split_list(2)
    assert [p.file for p in data] == [["/a", "/b"], ["/c"]]
    data[1].append("/d")
    assert data.data[1].file == ["/c", "/d"]


@pytest.mark.parametrize("nothing", [[], None, ()])
def test_own_multi_map_without_entries(site: SimpleNamespace, nothing: Any, tmp_path: Path) -> None:
    data = site.MultiDataMap(nothing)
    assert len(data) == 0
    data.data.append(site.MultiDataProduct("h", ["/a"], False))
    data._data.append(site.MultiDataProduct("h", "", False))
    data.save(str(tmp_path / "m"))
    assert (tmp_path / "m").read_text() == (
        "[{'host': 'h', 'file': ['/a'], 'skip': False}, {'host': 'h', 'file': [], 'skip': False}]"
    )
    assert len(site.MultiDataMap()) == 0


def test_own_load_evaluates_what_the_framework_wrote(
    data_map: ModuleType, site: SimpleNamespace, tmp_path: Path
) -> None:
    path = str(tmp_path / "m")
    names = ["[/a,/b]", "[/it's,/\udcff]"]
    data_map.DataMap([data_map.DataProduct("h", name, False) for name in names]).save(path)
    assert [p.file for p in site.OwnLoadMap.load(path)] == [["/a", "/b"], ["/it's", "/\udcff"]]


def test_own_product_that_does_not_take_an_entry_is_a_data_map_error(
    data_map: ModuleType, site: SimpleNamespace, tmp_path: Path
) -> None:
    (tmp_path / "m").write_text("[{'host': 'h', 'file': ['/a'], 'skip': False, 'group': 3}]")
    with pytest.raises(data_map.DataMapError, match=r"entry 1: .*unexpected keyword argument 'group'"):
        site.MultiDataMap.load(str(tmp_path / "m"))


def test_own_product_with_further_fields_is_loaded(data_map: ModuleType, tmp_path: Path) -> None:
    class Band(data_map.DataProduct):  # type: ignore[misc, name-defined]
        def __init__(self, host: str, file: str, skip: bool = True, frequency: float = 0.0) -> None:
            super().__init__(host, file, skip)
            self.frequency = frequency

    class BandMap(data_map.DataMap):  # type: ignore[misc, name-defined]
        def _set_data(self, data: Any, dtype: type = Band) -> None:
            super()._set_data(data, dtype=Band)

    (tmp_path / "m").write_text("[{'host': 'h', 'file': '/a', 'skip': False, 'frequency': 1.5e8}]")
    loaded = BandMap.load(str(tmp_path / "m"))
    assert (loaded[0].frequency, loaded[0].file) == (1.5e8, "/a")
