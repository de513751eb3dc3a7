"""`lofarpipe.support.pipelinelogging`: searches in logs, programs' output, times (contract 14)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def module(compat: Callable[[str], ModuleType]) -> ModuleType:
    return compat("lofarpipe.support.pipelinelogging")


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the name of a logger that no other test has."""
    name = f"compat.{request.node.name}"
    yield name
    logging.Logger.manager.loggerDict.pop(name, None)


def test_a_searching_logger_keeps_the_records_that_match(module: ModuleType, name: str) -> None:
    logger = module.getSearchingLogger(name)
    logger.setLevel(logging.DEBUG)
    logger.searchpatterns["flagged"] = "Fully flagged baselines: "
    logger.debug("Fully flagged %s: 1x2; 3x4", "baselines")
    logger.debug("nothing of interest")
    (found,) = logger.searchpatterns["flagged"].results
    assert found.getMessage() == "Fully flagged baselines: 1x2; 3x4"
    logger.searchpatterns.clear()
    logger.debug("Fully flagged baselines: 5x6")
    assert logger.searchpatterns == {}


def test_a_logger_that_exists_begins_to_search(module: ModuleType, name: str) -> None:
    old = logging.getLogger(name)
    logger = module.getSearchingLogger(name)
    assert logger is old is module.getSearchingLogger(name)
    logger.searchpatterns["x"] = "y"
    old.warning("yes")
    assert len(logger.searchpatterns["x"].results) == 1


def test_other_loggers_stay_what_they_are(module: ModuleType, name: str) -> None:
    module.getSearchingLogger(name)
    assert type(logging.getLogger(name + ".other")) is logging.Logger


@pytest.mark.parametrize("kind", ["CatchLog4CPlus", "CatchLog4CXX", "LogCatcher"])
def test_catching_gives_a_logger_and_leaves_files_alone(
    module: ModuleType, name: str, kind: str, tmp_path: Path
) -> None:
    """Contract 8: the library's settings are not written any more, and files of that name are no matter."""
    (tmp_path / "NDPPP.log_prop").write_text("old")
    with getattr(module, kind)(str(tmp_path), name, "NDPPP") as logger:
        assert logger.name == name
        logger.searchpatterns["x"] = "y"
    assert [path.name for path in tmp_path.iterdir()] == ["NDPPP.log_prop"]
    assert (tmp_path / "NDPPP.log_prop").read_text() == "old"


def test_catching_lets_exceptions_pass(module: ModuleType, name: str, tmp_path: Path) -> None:
    with pytest.raises(KeyError), module.CatchLog4CPlus(str(tmp_path), name, "x"):
        raise KeyError


def test_the_output_of_a_program(module: ModuleType, name: str, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger(name)
    noise = "log4cplus:ERROR No appenders could be found for logger (x).\n"
    with caplog.at_level(logging.DEBUG, name):
        module.log_process_output("NDPPP", b"one\ntwo\n", f"{noise}bad\xff\n".encode("latin-1"), logger)
        module.log_process_output("NDPPP", "", None, logger)
        module.log_process_output("NDPPP", None, noise, logger)
    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert told == [("DEBUG", "NDPPP stdout: one\ntwo"), ("WARNING", "NDPPP stderr: bad�")]


def test_the_time_that_something_took(
    module: ModuleType, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, name)
    with pytest.raises(ValueError, match="x"), module.log_time(logging.getLogger(name)):
        raise ValueError("x")
    first, second = (record.getMessage() for record in caplog.records)
    assert re.fullmatch(r"Total time 0\.\d{4}s; user time: \d+\.\d{4}s; system time: \d+\.\d{4}s", first)
    assert re.fullmatch(r"Start time was \d+\.\d{4}s; end time was \d+\.\d{4}s", second)


def test_the_time_may_be_told_to_nobody(module: ModuleType) -> None:
    with module.log_time(None):
        reached = True
    assert reached
