"""Settings from Python, widgets, links and shells."""

from __future__ import annotations

import pytest

from embedding_core.errors import InputError, UnknownNameError
from embedding_core.params import Param, check_seed, resolve

WHOLE = Param("k", "K", "number", 5, "Help.", minimum=1, maximum=2_000)
REAL = Param("d", "D", "number", 0.5, "Help.", minimum=0.0, maximum=1.0)
FREE = Param("f", "F", "number", 0.5, "Help.")
FLAG = Param("on", "On", "flag", default=False, help="Help.")
CHOICE = Param("c", "C", "choice", "one", "Help.", choices=("one", "two"))
TEXT = Param("t", "T", "text", "", "Help.")


@pytest.mark.parametrize(
    ("param", "given", "found"),
    [
        (WHOLE, 7, 7),
        (WHOLE, "7", 7),
        (WHOLE, 7.0, 7),
        (WHOLE, "2e3", 2_000),
        (REAL, "0.25", 0.25),
        (REAL, 1, 1.0),
        (FREE, "-1e300", -1e300),
        (FLAG, "yes", True),
        (FLAG, 0, False),
        (FLAG, "False", False),
        (CHOICE, "two", "two"),
        (TEXT, 5, "5"),
    ],
)
def test_what_is_meant_is_taken(param, given, found):
    value = param.check(given)
    assert value == found
    assert type(value) is type(found)


@pytest.mark.parametrize(
    "given",
    [0, 2_001, 1.5, "x", None, True, [], float("nan"), "inf", 10**400],
    ids=lambda given: repr(given)[:9],
)
def test_whole_numbers_are_checked(given):
    with pytest.raises(InputError, match=r"k got .*; it takes a whole number from 1 to 2,000"):
        WHOLE.check(given)


@pytest.mark.parametrize(
    ("param", "given", "expected"),
    [
        (REAL, 1.01, "a number from 0 to 1"),
        (REAL, "nan", "a number"),
        (FREE, "inf", "a number"),
        (FLAG, "perhaps", "true or false"),
        (CHOICE, "three", "one of: one, two"),
        (CHOICE, None, "one of: one, two"),
    ],
)
def test_what_cannot_be_taken_is_answered_with_what_can(param, given, expected):
    with pytest.raises(InputError, match=expected):
        param.check(given)


def test_settings_are_filled_in_order_and_unknown_ones_refused():
    assert resolve("m", (WHOLE, FLAG), {"on": "1"}) == {"k": 5, "on": True}
    assert list(resolve("m", (WHOLE, FLAG), {"on": 1, "k": 2})) == ["k", "on"]
    with pytest.raises(UnknownNameError, match="no setting of m called 'kk'"):
        resolve("m", (WHOLE,), {"kk": 1})
    with pytest.raises(UnknownNameError, match="it has none"):
        resolve("m", (), {"k": 1})


def test_seeds_are_those_that_every_generator_takes():
    assert check_seed("7") == 7
    assert check_seed(2**32 - 1) == 2**32 - 1
    for seed in (-1, 2**32, 1.5, "x"):
        with pytest.raises(InputError, match="seed got"):
            check_seed(seed)
