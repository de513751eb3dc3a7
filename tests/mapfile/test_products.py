"""Data products: fields, text forms, comparison (contract 10.1 and 10.2)."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genericpipe.mapfile import DataProduct, MultiDataProduct, replaced


def test_fields_become_text_and_truth_value() -> None:
    product = DataProduct(3, ["/a", "/b"], "False")
    assert (product.host, product.file, product.skip) == ("3", "['/a', '/b']", True)


def test_without_skip_a_product_is_skipped() -> None:
    assert DataProduct("localhost", "/a").skip is True


def test_written_form_has_exactly_this_spacing() -> None:
    product = DataProduct("localhost", "/data/a.MS", False)
    assert repr(product) == "{'host': 'localhost', 'file': '/data/a.MS', 'skip': False}"


def test_text_form_is_host_and_file() -> None:
    assert str(DataProduct("localhost", "/data/a.MS", False)) == "localhost:/data/a.MS"


def test_products_are_equal_when_their_three_fields_are() -> None:
    product = DataProduct("h", "f", False)
    assert product == DataProduct("h", "f", False)
    assert product != DataProduct("x", "f", False)
    assert product != DataProduct("h", "x", False)
    assert product != DataProduct("h", "f", True)


def test_comparing_with_another_type_is_no_error() -> None:
    assert DataProduct("h", "f", False) != "h:f"
    assert DataProduct("h", "f", False) != ("h", "f", False)
    assert (DataProduct("h", "f", False) == None) is False  # noqa: E711  what a script may write


@pytest.mark.parametrize("product", [DataProduct("h", "f"), MultiDataProduct("h", ["f"])])
def test_products_are_unhashable(product: DataProduct) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(product)


def test_attributes_may_be_reassigned_and_added() -> None:
    product = DataProduct("h", "f")
    product.host, product.file, product.skip = "n1", ["/a", "/b"], False
    product.frequency = 1.5e8  # type: ignore[attr-defined]
    assert repr(product) == "{'host': 'n1', 'file': ['/a', '/b'], 'skip': False}"
    assert vars(product)["frequency"] == 1.5e8


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("it's", '"it\'s"'),
        ("a\\b\n", "'a\\\\b\\n'"),
        ("/d\udcff", "'/d\\udcff'"),
        (["a", "it's"], "['a', \"it's\"]"),
        ("['a', 'b']", "\"['a', 'b']\""),
        (("a",), "('a',)"),
        ({"a": [1, 2.5, None, True]}, "{'a': [1, 2.5, None, True]}"),
        (np.str_("/a"), "'/a'"),
        ([np.str_("/a"), np.float64(1.5)], "['/a', 1.5]"),
        (np.float64("nan"), "'nan'"),
        (np.int64(3), "'3'"),
        (Path("/a"), "'/a'"),
    ],
)
def test_an_assigned_file_is_written_as_a_literal(value: Any, text: str) -> None:
    product = DataProduct("h", "f", False)
    product.file = value
    assert repr(product) == f"{{'host': 'h', 'file': {text}, 'skip': False}}"
    ast.literal_eval(repr(product))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("False", "False"),
        ("True", "True"),
        (0, "False"),
        (1, "True"),
        (np.bool_(False), "False"),
        (None, "False"),
    ],
)
def test_an_assigned_skip_is_written_as_the_truth_value_it_names(value: Any, text: str) -> None:
    product = DataProduct("h", "f")
    product.skip = value
    assert repr(product).endswith(f"'skip': {text}}}")


def test_a_multi_product_has_a_list_of_files() -> None:
    product = MultiDataProduct("h", ["a", "b"], False)
    assert (product.host, product.file, product.skip) == ("h", ["a", "b"], False)
    assert product.file_skip == [False, False]


def test_a_multi_product_has_lofars_odd_text() -> None:
    text = "{'host': 'h',  'skip': False, 'file': \"['a', 'b']\", 'file_skip' : [False, False]}"
    assert repr(MultiDataProduct("h", ["a", "b"], False)) == text


@pytest.mark.parametrize(
    ("file", "files"),
    [
        ("['a', 'b']", ["a", "b"]),
        ("[/a,/b]", ["/a", "/b"]),
        ("/d/x", ["/d/x"]),
        ("3", ["3"]),
    ],
)
def test_a_multi_product_takes_text(file: str, files: list[str]) -> None:
    product = MultiDataProduct("h", file)
    assert product.file == files
    assert product.file_skip == [True] * len(files)


def test_file_skip_has_to_be_as_long_as_the_files() -> None:
    assert MultiDataProduct("h", ["a", "b"], False, [0, 1]).file_skip == [False, True]
    with pytest.raises(TypeError, match="2 files, but file_skip has 1"):
        MultiDataProduct("h", ["a", "b"], False, [True])


def test_a_multi_product_has_a_text_form() -> None:
    assert str(MultiDataProduct("h", ["a", "b"])) == "h:['a', 'b']"


def test_multi_products_differ_in_file_skip_too() -> None:
    product = MultiDataProduct("h", ["a"], False)
    assert product == MultiDataProduct("h", "['a']", False)
    assert product != MultiDataProduct("h", ["a"], False, [True])
    assert product != DataProduct("h", ["a"], False)
    assert product != "h"


def test_replaced_changes_only_what_is_given() -> None:
    product = DataProduct("h", "f", False)
    assert replaced(product, file="g") == DataProduct("h", "g", False)
    assert replaced(product, host="n", skip=True) == DataProduct("n", "f", True)
    assert product == DataProduct("h", "f", False)
