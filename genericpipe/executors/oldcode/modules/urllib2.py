"""Stands for the module of Python 2."""

from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote
from urllib.request import (
    HTTPBasicAuthHandler,
    HTTPCookieProcessor,
    HTTPHandler,
    HTTPPasswordMgrWithDefaultRealm,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
    install_opener,
    urlopen,
)

__all__ = [
    "HTTPBasicAuthHandler",
    "HTTPCookieProcessor",
    "HTTPError",
    "HTTPHandler",
    "HTTPPasswordMgrWithDefaultRealm",
    "OpenerDirector",
    "ProxyHandler",
    "Request",
    "URLError",
    "build_opener",
    "install_opener",
    "quote",
    "unquote",
    "urlopen",
]
