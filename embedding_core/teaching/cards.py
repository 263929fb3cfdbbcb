"""Flashcards that come back when they are about to be forgotten, and the file that keeps them.

When a card is due is decided by FSRS, the Free Spaced Repetition Scheduler (Ye, Su and Cao, A
Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling, KDD 2022), as its
library ``fsrs`` has it, with its default weights: nothing here is fitted to a person.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from embedding_core.errors import InputError

if TYPE_CHECKING:
    from fsrs import Card, Scheduler
    from fsrs.card import CardDict

RATINGS = {1: "Again", 2: "Hard", 3: "Good", 4: "Easy"}
"""How well an answer was remembered."""

_FORMAT, _VERSION = "embedding-explorer-cards", 1
_MAX_BYTES = 2_000_000
_MAX_NAME = 120
# In days and on FSRS's scale: what lies outside was not written by it.
_MAX_STABILITY, _DIFFICULTY = 36_500 * 10, (1, 10)
_YEARS = (2000, 2200)


@dataclass(frozen=True)
class Deck:
    """The cards a person has rated.

    Attributes
    ----------
    cards : mapping
        Question's name to its card of FSRS; a question that was never rated has none.
    """

    cards: Mapping[str, Card] = field(default_factory=dict)

    def due(self, names: Iterable[str], now: datetime) -> list[str]:
        """Return the questions of these that are due, the longest overdue first."""
        known = [name for name in names if name in self.cards and self.cards[name].due <= now]
        return sorted(known, key=lambda name: self.cards[name].due)

    def new(self, names: Iterable[str]) -> list[str]:
        """Return the questions of these that were never rated, in their order."""
        return [name for name in names if name not in self.cards]

    def next_due(self, names: Iterable[str], now: datetime) -> datetime | None:
        """Return when the next of these is due after now; None where none will be."""
        later = [self.cards[n].due for n in names if n in self.cards and self.cards[n].due > now]
        return min(later, default=None)

    def rated(self, name: str, rating: int, now: datetime) -> Deck:
        """Return the deck after a card was rated.

        Parameters
        ----------
        name : str
        rating : {1, 2, 3, 4}
            As in :data:`RATINGS`.
        now : datetime
            In UTC.
        """
        return Deck({**self.cards, name: self._reviewed(name, rating, now)})

    def intervals(self, name: str, now: datetime) -> dict[int, timedelta]:
        """Return in how long each rating would bring a card back."""
        return {rating: self._reviewed(name, rating, now).due - now for rating in RATINGS}

    def _reviewed(self, name: str, rating: int, now: datetime) -> Card:
        from fsrs import Card, Rating

        card = self.cards.get(name)
        if card is None:
            # FSRS numbers its cards; they are told apart by name here.
            card = Card(card_id=0, due=now)
        return _scheduler().review_card(card, Rating(rating), now)[0]

    def joined(self, other: Deck) -> Deck:
        """Return both together; of a card in both, the one that was reviewed last."""
        mine = dict(self.cards)
        for name, card in other.cards.items():
            if name not in mine or _reviewed_at(card) > _reviewed_at(mine[name]):
                mine[name] = card
        return Deck(mine)


@cache
def _scheduler() -> Scheduler:
    """FSRS without its random shift of a few days, so that a button keeps what it promises."""
    from fsrs import Scheduler

    return Scheduler(enable_fuzzing=False)


def _reviewed_at(card: Card) -> datetime:
    return card.last_review or datetime.min.replace(tzinfo=UTC)


def to_json(deck: Deck) -> bytes:
    """Write a deck as a file."""
    cards = {name: dict(card.to_dict()) for name, card in sorted(deck.cards.items())}
    for card in cards.values():
        del card["card_id"]
    content = {"format": _FORMAT, "version": _VERSION, "cards": cards}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def from_json(data: bytes) -> tuple[Deck, int]:
    """Read such a file.

    Cards of questions that are not here any more are kept: they may come back.

    Returns
    -------
    deck : Deck
    skipped : int
        Cards that cannot be read, as in a file that was edited by hand.

    Raises
    ------
    InputError
        If it is no such file, or one of a later version.
    """
    try:
        content = json.loads(data) if len(data) <= _MAX_BYTES else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise InputError("This is no file of flashcards; bring one that “Keep my cards” made.")
    version = content.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= _VERSION:
        raise InputError(
            f"These cards were kept by version {version!r} of the format and this program reads "
            f"up to {_VERSION}; use the Embedding Explorer that wrote them, or a newer one."
        )
    entries = content.get("cards")
    if not isinstance(entries, dict):
        raise InputError("This file of flashcards has no cards in it; bring another copy of it.")
    cards = {name: _card(entry) for name, entry in entries.items() if len(name) <= _MAX_NAME}
    good = {name: card for name, card in cards.items() if card is not None}
    return Deck(good), len(entries) - len(good)


def _card(entry: Any) -> Card | None:
    """Return a card as it was kept, None where it cannot be one."""
    from fsrs import Card, Rating

    try:
        card = Card.from_dict(cast("CardDict", {**entry, "card_id": 0}))
        for at in (card.due, card.last_review):
            # A time of no time zone cannot be compared with now.
            if at is not None and (at.utcoffset() is None or not _YEARS[0] <= at.year < _YEARS[1]):
                return None
        card.due = card.due.astimezone(UTC)
        card.last_review = card.last_review and card.last_review.astimezone(UTC)
        if not _is_in(card.stability, 0, _MAX_STABILITY):
            return None
        if not _is_in(card.difficulty, *_DIFFICULTY):
            return None
        # Whatever else is wrong with it shows when it is rated.
        for rating in RATINGS:
            _scheduler().review_card(card, Rating(rating), card.due)
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):
        return None
    return card


def _is_in(value: float | None, low: float, high: float) -> bool:
    return value is not None and math.isfinite(value) and low <= value <= high
