"""Whether two documents say the same."""

import math

import pytest

from atla_credential.files.toml_document import same


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        (1, 1, True), (1, 2, False), ("1", 1, False), ("", None, False),
        (math.nan, math.nan, True), (math.nan, 1.0, False), (math.nan, "nan", False),
        (True, 1, False), (1, 1.0, False), (False, 0.0, False), ({"a": [True]}, {"a": [1]}, False),
        ([], [], True), ([1, math.nan], [1, math.nan], True), ([1, 2], [1, 3], False), ([1, 2], [0, 2], False),
        ([1], [1, 2], False), ([], [1], False), ([1], 1, False), ({}, [], False), ([], "", False),
        ({}, {}, True), ({"a": math.nan}, {"a": math.nan}, True), ({"a": 1}, {"b": 1}, False),
        ({"a": 1, "b": 2}, {"a": 1}, False), ({"a": 1, "b": 2}, {"a": 1, "b": 3}, False),
        ({"a": 0, "b": 2}, {"a": 1, "b": 2}, False), ({"a": 1}, 1, False), ({"a": [{}]}, {"a": [{"b": 1}]}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
    ],
)  # fmt: skip
def test_same(one: object, other: object, are_same: bool) -> None:
    assert same(one, other) == same(other, one) == are_same
