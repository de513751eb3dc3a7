"""`lofar.parameterset` and `lofar.parametervalue` as scripts use them: contract 4.1 to 4.4 and 14."""

from __future__ import annotations

import copy
import math
import pickle
from importlib import import_module
from pathlib import Path

import pytest

import genericpipe.compat

COMPAT = Path(genericpipe.compat.__file__).parent


pytestmark = pytest.mark.usefixtures("compat")


@pytest.fixture
def new():
    return import_module("lofar.parameterset").parameterset


@pytest.fixture
def value():
    return import_module("lofar.parametervalue").parametervalue


def test_the_probe_for_lofar(new):
    assert import_module("lofar.parameterset")._pyparameterset is import_module(
        "lofar.parameterset._pyparameterset"
    )


def test_constructors(new, tmp_path):
    path = tmp_path / "p"
    path.write_text("b=1\na=2\nb=3\n")
    assert str(new(str(path))) == "a=2\nb=3\n"
    assert str(new(path)) == "a=2\nb=3\n"
    assert str(new()) == ""
    assert str(new(False)) == ""
    assert str(new({"x": 1, "y": " [a]"})) == "x=1\ny= [a]\n"
    assert str(new(new({"x": "1"}))) == "x=1\n"
    assert new(True).isDefined("x") is False
    assert str(new.fromString("a = 1")) == "a=1\n"


def test_a_dictionary_and_add_store_untrimmed(new):
    parset = new({"d": " [a]"})
    parset.add("a", " true")
    parset.replace("r", " [a]")
    assert parset.getStringVector("d") == [" [a]"]
    assert parset.get("r").isVector() is False
    with pytest.raises(RuntimeError, match=" true is not a boolean value"):
        parset.getBool("a")


def test_reading_what_is_no_parset(new, tmp_path):
    (tmp_path / "text").write_text("no equals sign\n")
    (tmp_path / "empty").write_text("")
    for name in ("text", "empty", "."):
        assert len(new(str(tmp_path / name))) == 0
    with pytest.raises(RuntimeError, match=r"Unable to open file .*none"):
        new(str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a='it", "Unbalanced quoted string at position 2 in a='it"),
        ("foo\na=1", "text before the first key"),
        ("=1", "Empty key given in line =1"),
        ("''=1", "Empty key given in line ''=1"),
    ],
)
def test_reading_what_is_wrong(new, tmp_path, text, message):
    path = tmp_path / "p"
    path.write_text(text)
    with pytest.raises(RuntimeError) as caught:
        new(str(path))
    assert f"{path}:1: " in str(caught.value)
    assert message in str(caught.value)
    with pytest.raises(RuntimeError, match=r"<text>:1: "):
        new().adoptBuffer(text)


def test_bytes_that_are_not_utf8_only_fail_when_read_out(new, tmp_path):
    path = tmp_path / "p"
    path.write_bytes(b"a=1\nb=caf\xe9\nc='\xff'\n")
    parset = new(str(path))
    assert parset.getInt("a") == 1
    assert parset.keywords() == ["a", "b", "c"]
    for read_out in (lambda: parset["b"].get(), lambda: parset.getString("c"), lambda: str(parset)):
        with pytest.raises(UnicodeDecodeError):
            read_out()
    with pytest.raises(UnicodeDecodeError):
        parset.getStringVector("b")
    parset.writeFile(str(tmp_path / "copy"))
    assert (tmp_path / "copy").read_bytes() == path.read_bytes()


def test_keys(new):
    parset = new.fromString("b=1\nB=2\n! x=3\na.b=4\n")
    assert parset.keys() == parset.keywords() == list(parset) == ["! x", "B", "a.b", "b"]
    assert parset.size() == len(parset) == 4
    assert parset.isDefined("a.b") is True
    assert parset.isDefined("a") is False
    assert "b" in parset
    assert "c" not in parset
    assert str(parset) == "! x=3\nB=2\na.b=4\nb=1\n"


def test_add_replace_remove_clear(new):
    parset = new()
    parset.add("a", "1")
    with pytest.raises(RuntimeError, match=r"add: Key a double defined\?"):
        parset.add("a", "2")
    parset.replace("a", "3")
    parset.replace("b", "4")
    assert parset.dict() == {"a": "3", "b": "4"}
    parset.remove("a")
    parset.remove("a")
    assert parset.dict() == {"b": "4"}
    parset.clear()
    assert len(parset) == 0


@pytest.mark.parametrize("call", [("add", "a", 1), ("replace", "a", None), ("add", 1, "a"), ("get", 1)])
def test_types_are_strict(new, call):
    name, *arguments = call
    with pytest.raises(TypeError):
        getattr(new(), name)(*arguments)


def test_a_missing_key(new):
    parset = new()
    for getter in (parset.get, parset.__getitem__, parset.getString, parset.getInt, parset.getStringVector):
        with pytest.raises(RuntimeError, match=r"^Key k unknown"):
            getter("k")
    with pytest.raises(RuntimeError, match="Key k unknown"):
        parset.getString("k", None)


def test_scalars_and_their_defaults(new):
    parset = new.fromString("s='it' \"is\"\nb=T\ni=0x10\nf=3.14\n")
    assert parset.getString("s") == "it is"
    assert parset["s"].get() == str(parset.get("s")) == "'it' \"is\""
    assert parset.getBool("b") is True
    assert parset.getInt("i") == 16
    assert math.isclose(parset.getDouble("f"), 3.14, rel_tol=1e-15)
    assert parset.getFloat("f") == 3.1400001049041748
    assert parset.getString("x", "d") == "d"
    assert parset.getBool("x", False) is False
    assert parset.getInt("x", 0) == 0
    assert parset.getFloat("x", 1) == parset.getDouble("x", 1) == 1.0
    assert parset.getInt("i", 5) == 16


@pytest.mark.parametrize(
    ("text", "getter", "message"),
    [
        ("", "getBool", " is not a boolean value"),
        ('"true"', "getBool", '"true" is not a boolean value'),
        ("1.5", "getInt", "1.5 is not an integer value"),
        ('"5"', "getInt", '"5" is not an integer value'),
        ("3000000000", "getInt", "3000000000 is outside 4-byte int range"),
        ("", "getInt", "is not an integer value"),
        ("x", "getFloat", "x is not a floating point value"),
        ("x", "getDouble", "x is not a floating point value"),
        ("1e-400", "getDouble", "1e-400 is invalid or outside double range"),
        ("1e-46", "getFloat", "1e-46 is invalid or outside float range"),
        ("it's", "getString", "Unbalanced quoted string at position 2"),
        ("[a],[b]", "getStringVector", "Unbalanced () [] or {} in '[a],[b]'"),
        ("[[a],[b]", "getVector", "Unbalanced () [] or {} in '[[a],[b]'"),
        ("[(a[b])]", "getStringVector", "Unbalanced () around '[(a[b])]'"),
        ("[1,x]", "getIntVector", "x is not an integer value"),
        ("[t,]", "getBoolVector", " is not a boolean value"),
        ("{a}", "getRecord", "Invalid record specification in value 'a'"),
        ("{a:1,}", "getRecord", "Invalid record specification in value ''"),
        ("{a:1,a:2}", "getRecord", "add: Key a double defined?"),
    ],
)
def test_values_that_do_not_fit(new, value, text, getter, message):
    parset = new()
    parset.add("k", text)
    with pytest.raises(RuntimeError) as caught:
        getattr(parset, getter)("k")
    assert message in str(caught.value)
    with pytest.raises(RuntimeError) as caught:
        getattr(value(text), getter)()
    assert message in str(caught.value)


def test_an_empty_number_that_legacy_did_not_mind(new):
    parset = new.fromString("e=\nv=[1,,2]\nn=[]\n")
    assert parset.getFloat("e") == parset.getDouble("e") == 0.0
    assert parset.getIntVector("v") == [1, 0, 2]
    assert parset.getFloatVector("v") == parset.getDoubleVector("v") == [1.0, 0.0, 2.0]
    assert parset.getIntVector("e") == parset.getStringVector("n") == []


def test_vectors_and_their_defaults(new):
    parset = new.fromString("s=['a b',c]\nb=[t,0]\ni=[1,0x2]\nf=[0.5,3.14]\nr=[2*x,1..3]\none=x\n")
    assert parset.getStringVector("s") == ["a b", "c"]
    assert parset.getBoolVector("b") == [True, False]
    assert parset.getIntVector("i") == [1, 2]
    assert parset.getFloatVector("f") == [0.5, 3.1400001049041748]
    assert parset.getDoubleVector("f") == [0.5, 3.14]
    assert parset.getStringVector("one") == ["x"]
    assert [element.get() for element in parset.getVector("s")] == ["'a b'", "c"]
    for getter in ("String", "Bool", "Int", "Float", "Double"):
        get = getattr(parset, f"get{getter}Vector")
        assert get("x", []) == []
        assert get("x", [1], True) == [1]
        with pytest.raises(RuntimeError, match="Key x unknown"):
            get("x", True)


def test_a_boolean_in_second_place_means_expandable(new):
    parset = new.fromString("r=[2*x,1..3]\ni=[2*7]\n")
    assert parset.getStringVector("r") == parset.getStringVector("r", False) == ["2*x", "1..3"]
    expanded = ["x", "x", "1", "2", "3"]
    assert parset.getStringVector("r", True) == expanded
    assert parset.getStringVector("r", None, True) == expanded
    assert parset.getStringVector("r", ["d"], expandable=True) == expanded
    assert parset.getIntVector("i", True) == [7, 7]
    assert [element.get() for element in parset.getVector("r", True)] == expanded


def test_records(new):
    parset = new.fromString("r={k: v, 'k2': 'a b', n: {x: 1}, d.e: 2}\n")
    record = parset.getRecord("r")
    assert type(record) is new
    assert record.dict() == {"k": "v", "k2": "'a b'", "n": "{x: 1}", "d.e": "2"}
    assert record.getRecord("n").getInt("x") == 1
    assert len(new({"r": "{}"}).getRecord("r")) == 0
    with pytest.raises(RuntimeError, match=r"Key r\.k unknown"):
        parset.getString("r.k")


def test_values(value):
    vector = value("[1, [2,3], {a: b}]")
    first, second, third = vector.getVector()
    assert (first.getInt(), second.getIntVector(), third.getRecord().dict()) == (1, [2, 3], {"a": "b"})
    assert vector.isVector()
    assert not vector.isRecord()
    assert third.isRecord()
    assert value("[2*a]").expand().get() == "[a,a]"
    assert value("[2*a]").getStringVector(True) == ["a", "a"]
    assert str(value("'x'")) == "'x'"
    assert value("'x'").getString() == "x"
    assert (value("t").getBool(), value("1").getFloat(), value("2").getDouble()) == (True, 1.0, 2.0)
    assert value("[t]").getBoolVector() == [True]
    assert value("[1]").getFloatVector() == value("[1]").getDoubleVector() == [1.0]
    with pytest.raises(TypeError):
        value(5)


def test_subsets(new):
    parset = new.fromString("a.x=1\na.y.z=2\nab=3\na=4\n")
    assert parset.makeSubset("a.").dict() == {"x": "1", "y.z": "2"}
    assert parset.makeSubset("a.", "q").dict() == {"qx": "1", "qy.z": "2"}
    assert parset.makeSubset("a").dict() == {"": "4", ".x": "1", ".y.z": "2", "b": "3"}
    assert type(parset.makeSubset("a.")) is new
    subset = parset.makeSubset("a.")
    subset.replace("x", "9")
    assert parset.getInt("a.x") == 1
    parset.subtractSubset("a.")
    assert parset.keys() == ["a", "ab"]


def test_adopting(new, tmp_path):
    path = tmp_path / "p"
    path.write_text("a=1 # c\nb=2\n")
    parset = new({"a": "0", "z": "9"})
    parset.adoptFile(str(path))
    assert parset.dict() == {"a": "1", "b": "2", "z": "9"}
    parset = new()
    parset.adoptFile(str(path), "pre")
    parset.adoptBuffer("c = 3", "buf.")
    parset.adoptCollection(new({"d": "4"}), "col.")
    parset.adoptDict({"e": 5})
    assert parset.dict() == {"prea": "1", "preb": "2", "buf.c": "3", "col.d": "4", "e": "5"}
    parset.adoptCollection(parset, "x")
    assert len(parset) == 10


def test_adopting_words(new):
    parset = new({"a": "0"})
    parset.adoptArgv(["program", "a= x=y", "b=it's", "--flag", "c=", "#d=1"])
    assert parset.dict() == {"a": " x=y", "b": "it's", "c": "", "#d": "1"}
    with pytest.raises(TypeError):
        parset.adoptArgv([1])


def test_dictionaries(new):
    parset = new({"a": "'x' \"y\"", "b": "[ 'z' ]"})
    assert parset.dict() == {"a": "'x' \"y\"", "b": "[ 'z' ]"}
    assert parset.dict(removeQuotes=True) == {"a": "x y", "b": "[ z ]"}
    assert parset.dict(True) == parset.dict(removeQuotes=True)


def test_writing(new, tmp_path):
    path = tmp_path / "out"
    new({"b": "'1'", "A": "x\ny"}).writeFile(str(path))
    assert path.read_text() == "A=x\ny\nb='1'\n"
    new({"c": "3"}).writeFile(str(path), True)
    assert path.read_text() == "A=x\ny\nb='1'\nc=3\n"
    new({"c": "3"}).writeFile(str(path))
    assert path.read_text() == "c=3\n"
    for append in (False, True):
        with pytest.raises(RuntimeError, match=r"Unable to open file .*none"):
            new().writeFile(str(tmp_path / "none" / "out"), append)


def test_unused_keys(new):
    parset = new.fromString("a=1\nb=2\nc=[1]\nd=4\n")
    parset.getInt("a")
    parset.get("b")
    parset.getIntVector("c", [])
    parset.isDefined("d")
    assert parset.unusedKeys() == ["d"]


def test_the_version_is_text(new):
    assert new().version("brief").startswith("4.")
    assert new().version("full").startswith(new().version("brief"))


def test_copies(new):
    parset = new({"b": "1", "a": "'x'"})
    for same in (pickle.loads(pickle.dumps(parset)), copy.copy(parset), copy.deepcopy(parset)):
        assert type(same) is new
        assert str(same) == str(parset)


MODULES = ["average.argument.avg.type", "average.control.type", "avg.control.type", "a.a.x", "a.b.c.d.p"]
MODULES += ["solve.control.x", "cal.argument.solve.type", "xab.q", "ab.q"]


@pytest.mark.parametrize(
    ("name", "full", "located"),
    [
        ("average", "average", ""),
        ("avg", "average.argument.avg", "average.argument."),
        ("solve", "cal.argument.solve", "cal.argument."),
        ("a", "a.a", "a."),
        ("d", "a.b.c.d", "a.b.c."),
        ("b", "a.b", ""),
        ("b.c", "a.b.c", ""),
        ("ab", "ab", ""),
        ("control", "average.control", "average."),
        ("p", "", ""),
        ("type", "", ""),
        ("verage", "", ""),
        ("", "", ""),
    ],
)
def test_the_search_for_modules(new, name, full, located):
    parset = new(dict.fromkeys(MODULES, "1"))
    assert parset.fullModuleName(name) == full
    assert parset.locateModule(name) == located


def test_one_component_is_no_module(new):
    assert new({"pipeline.steps": "1"}).fullModuleName("steps") == ""
    assert new({"a": "1"}).fullModuleName("a") == ""
    assert new({"a": "1"}).locateModule("") == ""


def test_without_regard_to_case(new, tmp_path):
    parset = new(True)
    parset.add("Step.Type", "1")
    assert parset.isDefined("STEP.type")
    assert parset.getInt("step.type") == 1
    with pytest.raises(RuntimeError, match="double defined"):
        parset.add("step.TYPE", "2")
    parset.replace("STEP.TYPE", "3")
    assert parset.dict() == {"Step.Type": "3"}
    assert parset.makeSubset("step.").dict() == {"Type": "3"}
    assert parset.makeSubset("step.").isDefined("TYPE")
    assert parset.fullModuleName("step") == ""
    assert parset.fullModuleName("Step") == "Step"
    parset.adoptBuffer("sTEP.tYPE = 4")
    assert parset.dict() == {"sTEP.tYPE": "4"}
    parset.subtractSubset("STEP")
    assert len(parset) == 0
    (tmp_path / "p").write_text("a=1\nA=2\n")
    assert new(str(tmp_path / "p"), True).dict() == {"A": "2"}
    assert new(str(tmp_path / "p"), caseInsensitive=False).dict() == {"a": "1", "A": "2"}
