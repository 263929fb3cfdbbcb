"""Flashcards: FSRS decides, a file keeps them, and a bad card loses nobody else's."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from embedding_core.errors import InputError
from embedding_core.teaching.cards import RATINGS, Deck, from_json, to_json

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
NAMES = ["a", "b", "c", "d"]


def studied():
    return Deck().rated("a", 3, NOW).rated("b", 4, NOW).rated("c", 1, NOW)


def test_it_is_what_fsrs_says():
    from fsrs import Card, Rating, Scheduler

    card, scheduler = Card(card_id=0, due=NOW), Scheduler(enable_fuzzing=False)
    deck, now = Deck(), NOW
    for rating in (3, 3, 2, 1, 3, 4):
        promised = deck.intervals("a", now)[rating]
        card, _ = scheduler.review_card(card, Rating(rating), now)
        deck = deck.rated("a", rating, now)
        assert deck.cards["a"].to_dict() == card.to_dict()
        assert card.due == now + promised
        now = card.due


def test_better_remembered_is_longer_away():
    deck = Deck().rated("a", 3, NOW).rated("a", 3, NOW + timedelta(minutes=10))
    gaps = list(deck.intervals("a", NOW + timedelta(days=3)).values())
    assert gaps == sorted(gaps)
    assert gaps[0] < gaps[-1]


def test_what_is_due_and_what_is_new():
    deck = studied()
    assert deck.new(NAMES) == ["d"]
    assert deck.due(NAMES, NOW) == []
    assert deck.next_due(NAMES, NOW) == deck.cards["c"].due == NOW + timedelta(minutes=1)
    later = NOW + timedelta(minutes=11)
    assert deck.due(NAMES, later) == ["c", "a"], "the longest overdue first"
    assert deck.due(["a"], later) == ["a"]
    assert Deck().next_due(NAMES, NOW) is None


def test_a_deck_is_not_changed_by_a_rating():
    deck = studied()
    before = deck.cards["a"].to_dict()
    deck.rated("a", 1, NOW + timedelta(days=1))
    assert deck.cards["a"].to_dict() == before


def test_a_file_brings_all_back():
    deck = studied().rated("b", 2, NOW + timedelta(days=20))
    back, skipped = from_json(to_json(deck))
    assert skipped == 0
    assert back == deck
    now = NOW + timedelta(days=30)
    assert back.intervals("b", now) == deck.intervals("b", now)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("due", "yesterday"), ("due", "2026-03-01T09:00:00"), ("due", None),
        ("due", "0001-01-01T00:00:00+00:00"),
        ("due", "9999-12-31T23:59:59+00:00"),
        ("state", 9), ("state", "x"), ("stability", None), ("stability", -1), ("stability", "nan"),
        ("stability", 1e300), ("difficulty", 99), ("difficulty", None), ("step", "x"),
        ("last_review", 5),
    ],
)  # fmt: skip
def test_a_card_that_was_spoiled_is_skipped_and_counted(field, value):
    content = json.loads(to_json(studied()))
    content["cards"]["c"][field] = value
    deck, skipped = from_json(json.dumps(content).encode())
    assert (set(deck.cards), skipped) == ({"a", "b"}, 1)


@pytest.mark.parametrize("entry", [None, 3, "x", [], {}])
def test_what_is_no_card_is_skipped(entry):
    content = json.loads(to_json(studied()))
    content["cards"]["c"] = entry
    deck, skipped = from_json(json.dumps(content).encode())
    assert (set(deck.cards), skipped) == ({"a", "b"}, 1)


def test_cards_of_questions_that_are_gone_are_kept():
    deck, _ = from_json(to_json(Deck().rated("a-question-of-another-version", 3, NOW)))
    assert set(deck.cards) == {"a-question-of-another-version"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no file of flashcards"),
        (b"\xff\x00", "no file of flashcards"),
        (b"[1]", "no file of flashcards"),
        (b"[" * 100_000, "no file of flashcards"),
        (b'{"format": "embedding-explorer-cards", "version": 2, "cards": {}}', "version 2"),
        (b'{"format": "embedding-explorer-cards", "version": "1", "cards": {}}', "version '1'"),
        (b'{"format": "embedding-explorer-cards", "version": 1, "cards": []}', "no cards"),
    ],
)
def test_another_file_is_told(data, told):
    with pytest.raises(InputError, match=told):
        from_json(data)


def test_two_decks_join_by_the_later_review():
    old, new = studied(), studied().rated("a", 4, NOW + timedelta(days=2))
    for one, other in ((old, new), (new, old)):
        assert one.joined(other).cards["a"] == new.cards["a"]
    assert set(old.joined(Deck().rated("d", 3, NOW)).cards) == set(NAMES)


def test_ratings_are_those_of_fsrs():
    from fsrs import Rating

    assert {rating.value: rating.name for rating in Rating} == RATINGS
