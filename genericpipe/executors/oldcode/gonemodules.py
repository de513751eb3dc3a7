"""Modules that are gone: the name that each has today, or what to write instead of one that stands in."""

from __future__ import annotations

#: Modules that only moved. Where a part of one is elsewhere (`urllib2`), there is a stand-in.
ALIASES = {
    "ConfigParser": "configparser",
    "Queue": "queue",
    "SocketServer": "socketserver",
    "__builtin__": "builtins",
    "cPickle": "pickle",
    "copy_reg": "copyreg",
    "exceptions": "builtins",
    "httplib": "http.client",
    "thread": "_thread",
    "urlparse": "urllib.parse",
    "xml.etree.cElementTree": "xml.etree.ElementTree",
    "numpy.fft.fftpack": "numpy.fft",
    "numpy.fft.helper": "numpy.fft",
    "numpy.lib.arraypad": "numpy",
    "numpy.lib.arraysetops": "numpy",
    "numpy.lib.function_base": "numpy",
    "numpy.lib.histograms": "numpy",
    "numpy.lib.index_tricks": "numpy",
    "numpy.lib.nanfunctions": "numpy",
    "numpy.lib.polynomial": "numpy",
    "numpy.lib.shape_base": "numpy",
    "numpy.lib.twodim_base": "numpy",
    "numpy.lib.type_check": "numpy",
    "numpy.lib.ufunclike": "numpy",
    "numpy.linalg.linalg": "numpy.linalg",
    "numpy.testing.utils": "numpy.testing",
}

#: Modules of ours that stand in, in the folder `modules`, and what to write instead.
STAND_INS = {
    "StringIO": "write io.StringIO",
    "cStringIO": "write io.StringIO",
    "cgi": "write html.escape and urllib.parse.parse_qs",
    "commands": "write subprocess.getoutput and subprocess.getstatusoutput",
    "distutils": "write shutil, sysconfig and packaging.version",
    "imp": "write importlib",
    "numpy.compat": "write str, bytes and int",
    "pipes": "write shlex.quote",
    "urllib2": "write urllib.request",
}
