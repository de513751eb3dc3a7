"""Names that modules have lost: what is given for each, and after a bar what to write where that differs."""

from __future__ import annotations

_ABSTRACT = (
    "Awaitable ByteString Callable Collection Container Coroutine Generator Hashable ItemsView Iterable "
    "Iterator KeysView Mapping MappingView MutableMapping MutableSequence MutableSet Reversible Sequence "
    "Set Sized ValuesView"
)
_TEXT_METHODS = (
    "capitalize center count expandtabs find index ljust lower lstrip replace rfind rindex rjust rstrip "
    "split strip swapcase upper zfill"
)
_REQUEST = "HTTPError URLError urlopen urlretrieve urlcleanup"
_PARSE = "quote quote_plus unquote unquote_plus urlencode"

#: Module -> name -> ``module:name`` of what is given.
LOST: dict[str, dict[str, str]] = {
    "base64": {"decodestring": "base64:decodebytes", "encodestring": "base64:encodebytes"},
    "cgi": {"escape": ".functions:escape|write html.escape"},
    "collections": {name: f"collections.abc:{name}" for name in _ABSTRACT.split()},
    "configparser": {"SafeConfigParser": "configparser:ConfigParser"},
    "fractions": {"gcd": "math:gcd"},
    "importlib": {"find_loader": ".functions:find_loader|write importlib.util.find_spec"},
    "inspect": {"getargspec": ".functions:getargspec|write inspect.getfullargspec"},
    "itertools": {
        "ifilter": "builtins:filter",
        "ifilterfalse": "itertools:filterfalse",
        "imap": "builtins:map",
        "izip": "builtins:zip",
        "izip_longest": "itertools:zip_longest",
    },
    "locale": {"format": ".functions:locale_format|write locale.format_string"},
    "logging": {"warn": "logging:warning"},
    "operator": {"isCallable": "builtins:callable", "sequenceIncludes": "operator:contains"},
    "os": {"errno": "errno:", "getcwdu": "os:getcwd"},
    "os.path": {"walk": ".functions:path_walk|write os.walk"},
    "pipes": {"quote": "shlex:quote"},
    "platform": {
        "dist": ".functions:linux_distribution|write platform.freedesktop_os_release",
        "linux_distribution": ".functions:linux_distribution|write platform.freedesktop_os_release",
    },
    "string": {
        **{
            name: f"builtins:str.{name}|write the method .{name}() of the text"
            for name in _TEXT_METHODS.split()
        },
        "atof": "builtins:float",
        "atoi": "builtins:int",
        "atol": "builtins:int",
        "join": ".functions:join|write the method .join() of the text between",
        "joinfields": ".functions:join|write the method .join() of the text between",
        "letters": "string:ascii_letters",
        "lowercase": "string:ascii_lowercase",
        "maketrans": "builtins:str.maketrans",
        "uppercase": "string:ascii_uppercase",
    },
    "sys": {
        "exc_clear": ".functions:nothing|leave it out",
        "maxint": "sys:maxsize",
        "setcheckinterval": ".functions:nothing|leave it out",
        "setdefaultencoding": ".functions:nothing|leave it out",
    },
    "time": {"clock": "time:process_time|write time.process_time or time.perf_counter"},
    "types": {
        "BooleanType": "builtins:bool",
        "ClassType": "builtins:type",
        "ComplexType": "builtins:complex",
        "DictType": "builtins:dict",
        "DictionaryType": "builtins:dict",
        "FileType": "io:IOBase",
        "FloatType": "builtins:float",
        "InstanceType": "builtins:object",
        "IntType": "builtins:int",
        "ListType": "builtins:list",
        "LongType": "builtins:int",
        "ObjectType": "builtins:object",
        "SliceType": "builtins:slice",
        "StringType": "builtins:str",
        "StringTypes": ".functions:TEXT_TYPES|write (str,)",
        "TupleType": "builtins:tuple",
        "TypeType": "builtins:type",
        "UnicodeType": "builtins:str",
    },
    "urllib": {
        **{name: f"urllib.request:{name}" for name in _REQUEST.split()},
        **{name: f"urllib.parse:{name}" for name in _PARSE.split()},
    },
}

_EXCEPTIONS = (
    "AxisError ComplexWarning ModuleDeprecationWarning RankWarning TooHardError VisibleDeprecationWarning"
)
_NUMPY = {
    "alltrue": "all",
    "bool8": "bool_",
    "bytes0": "bytes_",
    "cfloat": "complex128",
    "clongfloat": "clongdouble",
    "complex_": "complex128",
    "cumproduct": "cumprod",
    "float_": "float64",
    "int0": "intp",
    "longcomplex": "clongdouble",
    "longfloat": "longdouble",
    "mat": "asmatrix",
    "object0": "object_",
    "product": "prod",
    "rank": "ndim",
    "round_": "round",
    "row_stack": "vstack",
    "singlecomplex": "complex64",
    "sometrue": "any",
    "str0": "str_",
    "string_": "bytes_",
    "trapz": "trapezoid",
    "typeDict": "sctypeDict",
    "uint0": "uintp",
    "unicode_": "str_",
    "void0": "void",
    **dict.fromkeys(("Inf", "Infinity", "PINF", "infty"), "inf"),
    **dict.fromkeys(("NAN", "NaN"), "nan"),
}
_PYTHON = {name: name for name in ("bool", "complex", "float", "int", "object", "str")}

LOST["numpy"] = {
    **{name: f"numpy:{today}" for name, today in _NUMPY.items()},
    **{name: f"numpy.exceptions:{name}" for name in _EXCEPTIONS.split()},
    **{name: f"builtins:{today}" for name, today in {**_PYTHON, "long": "int", "unicode": "str"}.items()},
    "DataSource": "numpy.lib.npyio:DataSource",
    "NINF": ".numpyfunctions:NINF|write -numpy.inf",
    "NZERO": ".numpyfunctions:NZERO|write -0.0",
    "PZERO": ".numpyfunctions:PZERO|write 0.0",
    "alen": ".numpyfunctions:alen|write len",
    "asfarray": ".numpyfunctions:asfarray|write numpy.asarray with dtype=float",
    "asscalar": ".numpyfunctions:asscalar|write the method .item()",
    "byte_bounds": "numpy.lib.array_utils:byte_bounds",
    "cast": ".numpyfunctions:CAST|write numpy.asarray with a dtype",
    "deprecate": ".numpyfunctions:deprecate|write warnings.warn",
    "disp": ".numpyfunctions:disp|write print",
    "find_common_type": ".numpyfunctions:find_common_type|write numpy.result_type",
    "in1d": ".numpyfunctions:in1d|write numpy.isin",
    "issctype": ".numpyfunctions:issctype|write issubclass with numpy.generic",
    "issubclass_": ".numpyfunctions:issubclass_|write issubclass",
    "issubsctype": ".numpyfunctions:issubsctype|write numpy.issubdtype",
    "math": "math:",
    "msort": ".numpyfunctions:msort|write numpy.sort with axis=0",
    "nbytes": ".numpyfunctions:NBYTES|write numpy.dtype(...).itemsize",
    "obj2sctype": ".numpyfunctions:obj2sctype|write numpy.dtype(...).type",
    "recfromcsv": ".numpyfunctions:recfromcsv|write numpy.genfromtxt with delimiter=','",
    "recfromtxt": ".numpyfunctions:recfromtxt|write numpy.genfromtxt",
    "safe_eval": "ast:literal_eval",
    "sctype2char": ".numpyfunctions:sctype2char|write numpy.dtype(...).char",
    "source": "inspect:getsource",
}
