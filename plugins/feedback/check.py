"""Whether feedback is what an archive takes: counts, keys, types, enumerations, completeness."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from genericpipe import Finding, GenericPipeError, Location, Severity, did_you_mean

from .correlated import NO_TIME
from .keys import BOOKKEEPING, KEYS, Key
from .reading import Feedback, Products, Value, read_feedback

Record = Mapping[str, Value]

_UINT = re.compile(r"\d+")
_DOUBLE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_VERSION = re.compile(r"\d\d\.\d\d\.\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?")
_AXES = "DirectionCoordinate.nrOfDirectionLinearAxes"


def check(path: str) -> list[Finding]:
    """Return all that is wrong with a feedback file; what cannot be read at all is a finding too.

    Parameters
    ----------
    path
        A parset as a step of kind feedback writes it, or LOFAR's own did.
    """
    try:
        feedback = read_feedback(path)
    except GenericPipeError as error:
        location = error.location or Location(path)
        return [Finding(Severity.ERROR, "feedback-unreadable", error.message, location, error.hint)]
    return list(_findings(feedback))


def _findings(feedback: Feedback) -> Iterator[Finding]:
    if not feedback.products:
        message = "there are no data products in it"
        yield _error("feedback-empty", message, Location(feedback.file), "this may be another parset")
        return
    version = feedback.version
    if version is not None and not _VERSION.fullmatch(version.text):
        message = f"feedback_version = {version.text} is no version"
        yield _error("feedback-version", message, version.location, "three numbers of two digits: 03.01.00")
    for key, value in feedback.others.items():
        message = f"{key} is no key of feedback"
        yield _warning("feedback-key", message, value.location)
    for products in feedback.products:
        yield from _of_products(products, feedback.file)


def _of_products(products: Products, file: str) -> Iterator[Finding]:
    counter = f"{products.prefix}nrOfOutput_{products.type}_"
    numbers, count = sorted(products.records), products.count
    if count is None:
        place = next(iter(products.records[numbers[0]].values())).location
        yield _error("feedback-count", f"{counter} is missing", place, f"add {counter}={len(numbers)}")
    elif not _UINT.fullmatch(count.text):
        yield _error("feedback-count", f"{counter} = {count.text!r} is no number", count.location)
    elif numbers != list(range(int(count.text))):
        message = f"{counter} = {count.text}, but there {_listed(numbers)}"
        yield _error("feedback-count", message, count.location, "records are numbered from 0, without gaps")
    if products.type not in KEYS:
        place = count.location if count else Location(file)
        message = f"records of {products.type} are not known, and not looked at"
        yield _warning("feedback-type", message, place, did_you_mean(products.type, KEYS))
        return
    names: dict[tuple[str, str], int] = {}
    for number in numbers:
        record = products.records[number]
        yield from _of_record(f"{products.type} {number}", record, KEYS[products.type])
        if "filename" in record:
            place_of = record.get("location", record["filename"]).text
            first = names.setdefault((place_of, record["filename"].text), number)
            if first != number:
                message = f"{products.type} {number}: filename: the same file as {products.type} {first}"
                yield _error("feedback-repeated", message, record["filename"].location)


def _of_record(name: str, record: Record, keys: Mapping[str, Key]) -> Iterator[Finding]:
    percentage = record.get("percentageWritten")
    is_complete = percentage is not None and percentage.text == "100"
    for key, value in record.items():
        if key in keys:
            yield from _of_value(f"{name}: {key}", value, keys[key], is_complete)
        else:
            hint = "it is about the job" if key in BOOKKEEPING else did_you_mean(key, keys)
            yield _error("feedback-key", f"{name}: {key} is no key of such a record", value.location, hint)
    place = next(iter(record.values())).location
    if percentage is not None and not is_complete:
        message = (
            f"{name}: percentageWritten = {percentage.text}: the product or its metadata are not complete"
        )
        yield _error("feedback-incomplete", message, percentage.location, "the log of the step says why")
    else:
        for key in _missing(record, keys):
            yield _error("feedback-missing", f"{name}: {key} is missing", place)
        yield from _agreement(name, record)


def _missing(record: Record, keys: Mapping[str, Key]) -> Iterator[str]:
    """Yield what a complete record lacks: keys of coordinates only where there are such coordinates."""
    is_tabular = _text(record, "SpectralCoordinate.spectralAxisType") == "Tabular"
    for key, known in keys.items():
        required = known.required
        if known.coordinate:
            required &= _text(record, f"nrOf{known.coordinate}Coordinates") not in ("", "0")
        if "SpectralTabularAxis" in key or "SpectralLinearAxis" in key:
            required = ("SpectralTabularAxis" in key) is is_tabular and (
                _text(record, "nrOfSpectralCoordinates") not in ("", "0")
            )
        if required and key not in record:
            yield key


def _of_value(name: str, value: Value, key: Key, is_complete: bool) -> Iterator[Finding]:
    texts = [value.text]
    if key.type in ("texts", "doubles"):
        if not (value.text.startswith("[") and value.text.endswith("]")):
            message = f"{name} = {value.text!r} is no vector"
            yield _error("feedback-type", message, value.location, "write [a,b]")
            return
        inner = value.text[1:-1].strip()
        texts = [text.strip() for text in inner.split(",")] if inner else []
    pattern = {"uint": _UINT, "double": _DOUBLE, "doubles": _DOUBLE}.get(key.type)
    for text in texts:
        if pattern is not None and not pattern.fullmatch(text):
            what = "a whole number from 0 on" if key.type == "uint" else "a number"
            yield _error("feedback-type", f"{name} = {text!r} is not {what}", value.location, _cure(text))
        elif key.choices and text not in key.choices and (text or is_complete):
            hint = _nearest(text, key.choices)
            yield _error(
                "feedback-choice", f"{name} = {text!r}: the archive does not take it", value.location, hint
            )
        elif key.positive and is_complete and float(text) <= 0:
            yield _error("feedback-zero", f"{name} = {text} in a record that is complete", value.location)


def _agreement(name: str, record: Record) -> Iterator[Finding]:
    """Yield where one key of a record that is complete says something else than another one."""
    length = _text(record, "PolarizationCoordinate.PolarizationTabularAxis.length")
    kinds = record.get("PolarizationCoordinate.polarizationType")
    if length and kinds and kinds.text.startswith("[") and length != str(len(kinds.text.split(","))):
        message = f"{name}: polarizationType = {kinds.text}, but PolarizationTabularAxis.length = {length}"
        yield _error("feedback-disagrees", message, kinds.location)
    if _AXES in record and record[_AXES].text != "2":
        message = f"{name}: {_AXES} = {record[_AXES].text}, but positions have 2"
        yield _error("feedback-disagrees", message, record[_AXES].location)
    start = record.get("startTime")
    if start is not None and not _TIME.fullmatch(start.text):
        hint = "the set could not be read" if start.text == NO_TIME else "write YYYY-MM-DDTHH:MM:SS.mmm, UTC"
        yield _error("feedback-type", f"{name}: startTime = {start.text!r} is no time", start.location, hint)
    angle = _text(record, "Pointing.angle1")
    if _DOUBLE.fullmatch(angle) and not 0 <= float(angle) < 2 * math.pi:
        message = f"{name}: Pointing.angle1 = {angle} is not in [0, 2 pi) radians"
        yield _error("feedback-range", message, record["Pointing.angle1"].location)
    for key in ("filename", "location"):
        if key in record and not record[key].text:
            yield _error("feedback-missing", f"{name}: {key} is empty", record[key].location)
    location = record.get("location")
    if location is not None and location.text and not re.fullmatch(r"[^:/]+:/.*", location.text):
        message = f"{name}: location = {location.text!r} is not host:/folder"
        yield _error("feedback-type", message, location.location)


def _cure(text: str) -> str:
    return "write the number alone" if "(" in text or " " in text else ""


def _text(record: Record, key: str) -> str:
    return record[key].text if key in record else ""


def _listed(numbers: list[int]) -> str:
    if len(numbers) < 2:
        return f"is record {numbers[0]} alone" if numbers else "is no record"
    return f"are records {', '.join(map(str, numbers[:10]))}{', ...' if len(numbers) > 10 else ''}"


def _nearest(text: str, choices: tuple[str, ...]) -> str:
    """Return what is to be there in the place of a word, if one can guess it, or else all that can be."""
    likely = next((choice for choice in choices if choice.lower() == text.lower()), "")
    guess = f"did you mean {likely!r}?" if likely else did_you_mean(text, choices)
    return guess or f"the archive takes {', '.join(choices)}"


def _error(code: str, message: str, location: Location, hint: str = "") -> Finding:
    return Finding(Severity.ERROR, code, message, location, hint)


def _warning(code: str, message: str, location: Location, hint: str = "") -> Finding:
    return Finding(Severity.WARNING, code, message, location, hint)
