"""What is gone from Python and numpy, asked for by scripts and plugins as they were written in their time."""

from __future__ import annotations

import sys

import pytest

from genericpipe.recipes.job import Status

BOTH_WAYS = pytest.mark.parametrize("isolated", [False, True], ids=["forked", "isolated"])


def results(workshop, body: str, head: str = "", **fields):
    """Run a script whose `main` has this body; return its results."""
    text = head + "def main():\n" + "".join(f"    {line}\n" for line in body.splitlines())
    (outcome,) = workshop.run(workshop.call(workshop.file("script.py", text), **fields))
    assert outcome.status is Status.DONE, workshop.err()
    return dict(outcome.results)


def warned(workshop) -> list[str]:
    """Return what was supplied, ``<line>: <what>``."""
    lines = [line for line in workshop.err().splitlines() if ": warning: " in line]
    assert len(set(lines)) == len(lines), "each is told once"
    start = f"{workshop.path}/script.py:"
    places = [line.removeprefix(start) for line in lines if line.startswith(start)]
    return [line.replace(" warning: ", " ").partition(" is gone")[0] for line in places]


@BOTH_WAYS
def test_a_script_of_2014(workshop, isolated):
    text = """\
        import os, sys
        from collections import MutableMapping, OrderedDict
        from itertools import izip
        import ConfigParser
        import numpy as np


        class Settings(MutableMapping):
            def __init__(self):
                self.values_by_name = OrderedDict()
            def __getitem__(self, name):
                return self.values_by_name[name]
            def __setitem__(self, name, value):
                self.values_by_name[name] = value
            def __delitem__(self, name):
                del self.values_by_name[name]
            def __iter__(self):
                return iter(self.values_by_name)
            def __len__(self):
                return len(self.values_by_name)


        class Countdown(object):
            def __init__(self, start):
                self.left = start
            def __iter__(self):
                return self
            def next(self):
                if not self.left:
                    raise StopIteration
                self.left -= 1
                return self.left


        def main():
            settings = Settings()
            for name, value in izip(['freq', 'width'], np.array([120, 0.195], dtype=np.float)):
                settings[name] = value
            parser = ConfigParser.SafeConfigParser()
            parser.add_section('a')
            has = settings.values_by_name.has_key('freq')
            texts = [unicode(name) for name in settings.values_by_name.iterkeys()]
            return {'settings': settings.values_by_name.items(), 'has': has, 'names': texts,
                    'count': list(Countdown(xrange(4)[3])), 'first': Countdown(3).next(),
                    'values': sorted(settings.values_by_name.itervalues())}
    """
    (outcome,) = workshop.run(workshop.call(workshop.file("script.py", text), isolated=isolated))
    assert dict(outcome.results) == {
        "settings": "odict_items([('freq', 120.0), ('width', 0.195)])",
        "has": "True",
        "names": "['freq', 'width']",
        "count": "[2, 1, 0]",
        "first": "2",
        "values": "[0.195, 120.0]",
    }, workshop.err()
    assert warned(workshop) == [
        "2: collections.MutableMapping",
        "3: itertools.izip",
        "4: module ConfigParser",
        "37: numpy.float",
        *(["39: configparser.SafeConfigParser"] if sys.version_info >= (3, 12) else []),
        "41: .has_key",
        "42: .iterkeys",
        "42: unicode",
        "44: xrange",
        "45: .itervalues",
    ]


def test_what_a_warning_says(workshop):
    results(workshop, "for _ in range(3):\n    np.float(1)\nreturn {}", "import numpy as np\n")
    line = f"{workshop.path}/script.py:4: warning: numpy.float is gone and was supplied: write float"
    assert [one for one in workshop.err().splitlines() if one] == [line]


@BOTH_WAYS
def test_numbers_of_numpy_turn_into_text_as_they_did(workshop, isolated):
    """As numpy 1.26 printed them."""
    head = "import threading\nimport numpy as np\n"
    body = """\
found = []
def show():
    found.append(str([np.float64(1.5), np.int32(2), np.bool_(True), np.str_('x')]))
    found.append('%r %s {!r} {}'.format(np.float64(2), np.float32(0.1)) % (np.float64(1), [np.int64(3)]))
    found.append(f'{ {"a": np.float32(0.25)} } {[np.float64("nan")]!r}')
    found.append(repr(np.array([1.5, 2])) + str(np.array(['a', 'b'])))
show()
thread = threading.Thread(target=show)
thread.start()
thread.join()
np.set_printoptions(precision=3)
show()
return {str(index): text for index, text in enumerate(found)}"""
    once = [
        "[1.5, 2, True, 'x']",
        "1.0 [3] 2.0 0.10000000149011612",
        "{'a': 0.25} [nan]",
        "array([1.5, 2. ])['a' 'b']",
    ]
    found = results(workshop, body, head, isolated=isolated)
    assert list(found.values()) == once * 3
    assert warned(workshop) == []


def test_a_mapfile_of_numbers_reads_as_it_did(workshop):
    head = "import numpy as np\nfrom lofarpipe.support.data_map import DataMap, DataProduct\n"
    body = """\
made = DataMap([])
made.data.append(DataProduct('localhost', [np.float64(1.5), np.str_('a.ms')], False))
made.save('out.mapfile')
return {}"""
    results(workshop, body, head)
    text = (workshop.path / "work/out.mapfile").read_text()
    assert text == "[{'host': 'localhost', 'file': '[1.5, 'a.ms']', 'skip': False}]".replace(
        "'[1.5, 'a.ms']'", repr("[1.5, 'a.ms']")
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            "np.float(1), np.int(2.5), np.bool(0) == False, np.str(3), np.complex(1)",
            "(1.0, 2, True, '3', (1+0j))",
        ),
        ("np.Inf, -np.NINF, np.NaN, np.infty, np.PINF", "(inf, inf, nan, inf, inf)"),
        ("np.float_(1), np.complex_(1), np.string_(b'a'), np.unicode_('b')", "(1.0, (1+0j), b'a', 'b')"),
        ("list(np.in1d([[1, 2], [3, 1]], [1]))", "[True, False, False, True]"),
        ("np.product([2, 3]), np.alltrue([1, 0]), np.sometrue([1, 0])", "(6, False, True)"),
        ("np.asscalar(np.array([3])), np.alen(np.zeros((2, 3))), np.rank(np.zeros((2, 3)))", "(3, 2, 2)"),
        ("np.asfarray([1, 2]).dtype, np.asfarray([1], 'f4').dtype", "(dtype('float64'), dtype('float32'))"),
        ("np.trapz([1, 2, 3]), np.round_(1.26, 1), np.msort([[2], [1]]).tolist()", "(4.0, 1.3, [[1], [2]])"),
        ("np.find_common_type([np.float32], [np.float64])", "float32"),
        ("np.find_common_type([np.int16], [np.float64])", "float64"),
        ("np.cast['f'](3).dtype, np.nbytes[np.float64]", "(dtype('float32'), 8)"),
        ("np.math.sqrt(4), np.safe_eval('[1]'), np.row_stack(([1], [2])).tolist()", "(2.0, [1], [[1], [2]])"),
        ("np.recfromcsv(['a,b', '1,2.5'], encoding='utf-8').b", "2.5"),
        ("np.array([1, 2], copy=False).tolist()", "[1, 2]"),
        ("np.arange(3).ptp(), np.arange(2, dtype='i1').tostring()", "(2, b'\\x00\\x01')"),
        ("np.arange(2, dtype='i2').newbyteorder().tolist()", "[0, 256]"),
    ],
)
def test_names_of_numpy(workshop, expression, expected):
    assert results(workshop, f"return {{'x': ({expression})}}", "import numpy as np\n") == {"x": expected}


def test_an_element_is_set_by_its_method(workshop):
    body = """\
a = np.zeros((2, 2), int)
a.itemset(1, 5)
a.itemset((1, 0), 6)
a.itemset(1, 1, 7)
return {'x': a.tolist()}"""
    assert results(workshop, body, "import numpy as np\n") == {"x": "[[0, 5], [6, 7]]"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[f.__name__ for f in (string.letters.upper, string.join)]", "['upper', 'join']"),
        ("string.join(['a', 'b'], '-'), string.upper('a'), string.split('a b')", "('a-b', 'A', ['a', 'b'])"),
        ("inspect.getargspec(lambda a, b=1, *c, **d: 0)[:3]", "(['a', 'b'], 'c', 'd')"),
        ("fractions.gcd(12, 18), os.getcwdu() == os.getcwd(), time.clock() >= 0", "(6, True, True)"),
        (
            "base64.encodestring(b'a'), os.errno.ENOENT, types.StringTypes",
            "(b'YQ==\\n', 2, (<class 'str'>,))",
        ),
        ("sys.maxint > 2 ** 40, urllib.quote('a b'), urllib.urlencode({'a': 1})", "(True, 'a%20b', 'a=1')"),
        (
            "basestring, long(3), reduce(max, [1, 3, 2]), unichr(97), cmp(2, 1)",
            "(<class 'str'>, 3, 3, 'a', 1)",
        ),
        (
            "{'a': 1}.keys()[0], {'a': 1}.items()[0], map(str, [1, 2])[1], zip([1], [2])[0]",
            "('a', ('a', 1), '2', (1, 2))",
        ),
        ("iter({'a': 1}.iteritems()).next(), {'a': 1}.viewkeys() & {'a'}", "(('a', 1), {'a'})"),
        (
            "inspect.getargspec.func_name, ET.fromstring('<a><b/></a>').getchildren()[0].tag",
            "('getargspec', 'b')",
        ),
        ("threading.Thread(target=str).isAlive()", "False"),
        ("platform.linux_distribution()[0] != 3, apply(max, (1, 2))", "(True, 2)"),
    ],
)
def test_names_and_methods_of_python(workshop, expression, expected):
    modules = "base64, fractions, inspect, os, platform, string, sys, threading, time, types, urllib"
    head = f"import {modules}\nimport xml.etree.cElementTree as ET\n"
    assert results(workshop, f"return {{'x': ({expression})}}", head) == {"x": expected}


@pytest.mark.parametrize(
    ("imports", "expression", "expected"),
    [
        ("import cPickle", "cPickle.__name__", "pickle"),
        ("import Queue", "Queue.Queue().empty()", "True"),
        ("from StringIO import StringIO", "StringIO('a').read()", "a"),
        ("import commands", "commands.getstatusoutput('echo a')", "(0, 'a')"),
        ("import urllib2", "urllib2.Request('http://a/b').host", "a"),
        ("from urlparse import urlparse", "urlparse('http://a/b').path", "/b"),
        ("import __builtin__", "__builtin__.max(1, 2)", "2"),
        ("from numpy.compat import asbytes, long", "asbytes('a'), long(1)", "(b'a', 1)"),
        ("from numpy.lib.function_base import median", "median([1, 2, 3])", "2.0"),
        ("from pipes import quote", "quote('a b')", "'a b'"),
        ("import imp", "imp.new_module('a').__name__", "a"),
        ("from distutils.version import LooseVersion", "LooseVersion('1.10') > LooseVersion('1.9')", "True"),
        ("import distutils.spawn", "distutils.spawn.find_executable('sh') is not None", "True"),
        ("from distutils.util import strtobool", "int(strtobool('yes'))", "1"),
    ],
)
def test_modules_that_are_gone(workshop, imports, expression, expected):
    assert results(workshop, f"return {{'x': ({expression})}}", f"{imports}\n") == {"x": expected}


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import cPickle\nexcept ImportError:\n    cPickle = 'mine'\nfound = cPickle\n",
        "try:\n    import cPickle\nexcept:\n    cPickle = 'mine'\nfound = cPickle\n",
        "try:\n    from collections import Mapping as found\nexcept ImportError:\n    found = 'mine'\n",
        "try:\n    found = unicode\nexcept NameError:\n    found = 'mine'\n",
        "try:\n    xrange\nexcept NameError:\n    xrange = 'mine'\nfound = xrange\n",
        "import numpy as np\ntry:\n    found = np.float\nexcept AttributeError:\n    found = 'mine'\n",
        "import numpy as np\nfound = np.float if hasattr(np, 'float') else 'mine'\n",
        "import numpy as np\nfound = getattr(np, 'float', 'mine')\n",
        "d = {}\ntry:\n    found = d.iteritems()\nexcept AttributeError:\n    found = 'mine'\n",
        "d = {}\nfound = d.iteritems() if hasattr(d, 'iteritems') else 'mine'\n",
        "import sys\nif sys.version_info[0] > 2:\n    unicode = 'mine'\nfound = unicode\n",
        "from string import *\nfrom mine import *\nfound = long\n",
    ],
)
def test_a_source_that_is_ready_for_both_goes_its_own_way(workshop, text):
    (workshop.path / "lib").mkdir()
    workshop.file("lib/mine.py", "long = 'mine'\n")
    environment = {"PYTHONPATH": str(workshop.path / "lib")}
    found = results(workshop, "return {'found': found}", text, environment=environment)
    assert found == {"found": "mine"}
    assert workshop.err() == ""


def test_a_large_try_around_a_program_is_no_readiness(workshop):
    body = """\
try:
    total = sum(np.float(x) for x in xrange(3))
    return {'total': total}
except Exception as error:
    return {'total': error}"""
    assert results(workshop, body, "import numpy as np\n") == {"total": "3.0"}


def test_an_object_s_own_methods_win(workshop):
    head = """\
class Frame(object):
    def iteritems(self):
        return 'own'
    def next(self):
        return 'own'
class Link(object):
    next = None
"""
    body = (
        "link = Link()\nlink.next = 3\nreturn {'a': Frame().iteritems(), 'b': Frame().next(), 'c': link.next}"
    )
    assert results(workshop, body, head) == {"a": "own", "b": "own", "c": "3"}
    assert workshop.err() == ""


def test_lines_keep_their_numbers(workshop):
    text = """\
d = {}
def main():
    for k in d.iteritems():
        pass
    xrange(
        1,
        1 / 0)
"""
    (outcome,) = workshop.run(workshop.call(workshop.file("script.py", text)))
    assert outcome.reason == "ZeroDivisionError: division by zero"
    assert f'{workshop.path}/script.py", line 7, in main\n    1 / 0)' in workshop.err()


def test_a_missing_method_is_the_script_s_mistake(workshop):
    (outcome,) = workshop.run(workshop.call(workshop.file("script.py", "def main():\n    (3).iteritems()\n")))
    assert outcome.reason == "AttributeError: 'int' object has no attribute 'iteritems'"
    assert workshop.err().count("File ") == 1, "our own steps are of no interest"


@pytest.mark.parametrize(
    "load",
    [
        "import helper",
        "import imp\nhelper = imp.load_source('helper', '{lib}/helper.py')",
        "import imp\nhelper = imp.load_module('helper', *imp.find_module('helper', ['{lib}']))",
        "import importlib.util as u\nspec = u.spec_from_file_location('helper', '{lib}/helper.py')\n"
        "helper = u.module_from_spec(spec)\nspec.loader.exec_module(helper)",
    ],
)
def test_what_a_script_imports_from_its_site_is_as_old(workshop, load):
    lib = workshop.path / "lib"
    lib.mkdir()
    workshop.file(
        "lib/helper.py", "import numpy as np\ndef f(d):\n    return sorted(d.iteritems()), np.int(1)\n"
    )
    environment = {"PYTHONPATH": str(lib)}
    head = load.format(lib=lib) + "\n"
    found = results(workshop, "return {'x': helper.f({'a': 1})}", head, environment=environment)
    assert found == {"x": "([('a', 1)], 1)"}
    assert f"{lib}/helper.py:3: warning: .iteritems is gone" in workshop.err()
    assert f"{lib}/helper.py:3: warning: numpy.int is gone" in workshop.err()
    assert not list(lib.glob("__pycache__/*")), "another Python would find it"


def test_what_others_have_installed_sees_things_as_they_are(workshop):
    lib = workshop.path / "env/site-packages"
    lib.mkdir(parents=True)
    text = """\
        import collections, numpy
        found = [hasattr(numpy, 'float'), hasattr(collections, 'MutableMapping'), hasattr({}, 'iteritems')]
        try:
            import ConfigParser
            found.append(True)
        except ImportError:
            found.append(False)
        def text(names):
            return [unicode(name) for name in names]
    """
    workshop.file("env/site-packages/package.py", text)
    environment = {"PYTHONPATH": str(lib)}
    body = """\
import package
try:
    package.text('a')
except NameError as e:
    return {'x': package.found, 'e': e}"""
    found = results(workshop, body, environment=environment)
    assert found == {"x": "[False, False, False, False]", "e": "name 'unicode' is not defined"}


def test_large_packages_are_not_disturbed(workshop):
    pytest.importorskip("astropy")
    head = "import astropy.table, astropy.units as u, matplotlib, numpy as np\n"
    body = (
        "t = astropy.table.Table({'a': [1.5]})\nreturn {'x': [t['a'][0]], 'y': 1.5 * u.m, 'z': np.float(1)}"
    )
    assert results(workshop, body, head) == {"x": "[1.5]", "y": "1.5 m", "z": "1.0"}
    assert warned(workshop) == ["3: numpy.float"] or warned(workshop) == ["4: numpy.float"]


@BOTH_WAYS
@pytest.mark.parametrize(
    ("body", "construct"),
    [
        ("print >>sys.stderr, 'a'", "print >>"),
        ("print ('%d files') % 3", "the print statement, print (...) % ..."),
        ("raise 'no such map'", "`raise` of a text"),
        ("import oldmod", None),
    ],
)
def test_python_2_is_told_in_one_line(workshop, isolated, body, construct):
    lib = workshop.path / "lib"
    lib.mkdir()
    module = workshop.file("lib/oldmod.py", "import os\n\nprint 'loaded'\n")
    script = workshop.file("script.py", f"import sys\ndef main():\n    {body}\n")
    job = workshop.call(script, environment={"PYTHONPATH": str(lib)}, isolated=isolated)
    (outcome,) = workshop.run(job)
    where = f"{script}:3" if construct else f"{module}:3"
    assert outcome.reason == f"{where}: is Python 2 source: {construct or 'the print statement'}"
    assert workshop.err() == outcome.reason + "\n"


def test_a_wrong_type_is_no_python_2(workshop):
    (outcome,) = workshop.run(workshop.call(workshop.file("script.py", "def main():\n    return 'a' + 1\n")))
    assert outcome.reason.startswith("TypeError: can only concatenate str")
    assert "Traceback" in workshop.err()
