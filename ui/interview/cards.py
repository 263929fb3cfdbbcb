"""Flashcards: a card comes back when it is about to be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from embedding_core.errors import InputError
from embedding_core.teaching.cards import RATINGS, Deck, from_json, to_json
from embedding_core.teaching.questions import Question
from ui.errors import tell, told
from ui.interview.answering import see_live, show_question
from ui.interview.mode import Chosen, Mode
from ui.plain import count, plain
from ui.state import Choices, keep, kept

_DECK, _CARD = "interview-deck", "interview-card"
_HELP = {
    1: "I did not know it.",
    2: "I knew it with trouble, or in part.",
    3: "I knew it.",
    4: "I knew it at once.",
}


def _show(choices: Choices, chosen: Chosen) -> None:
    now = datetime.now(UTC)
    deck = _deck()
    names = [question.name for question in chosen.questions]
    due, new = deck.due(names, now), deck.new(names)
    learned = len(names) - len(new)
    st.caption(
        f"{len(due)} due · {len(new)} new · {learned} seen. How long a card stays away is decided "
        "by FSRS, a model of forgetting: the better you knew it, the longer."
    )
    name = _card([*due, *new])
    if name is None:
        _nothing_due(deck, names, now)
    else:
        with told(stop=False):
            _ask(chosen, chosen.bank.questions[name], deck, now)
    _keeping(choices)


def _deck() -> Deck:
    return kept(_DECK, Deck())


def _card(order: Sequence[str]) -> str | None:
    """Return the card in hand: the same until it is rated, where it is still among these."""
    name, is_open = kept(_CARD, ("", False))
    if name not in order:
        name, is_open = (order[0] if order else ""), False
        keep(_CARD, (name, is_open))
    return name or None


def _ask(chosen: Chosen, question: Question, deck: Deck, now: datetime) -> None:
    """Draw a card, and what is on its back once it is turned."""
    with st.container(border=True, key="flashcard"):
        show_question(question, chosen.bank)
        _, is_open = kept(_CARD, ("", False))
        if not is_open:
            st.caption("Say your answer aloud, or write it down, before you turn the card.")
            st.button(
                "Turn the card", icon=":material/flip:", type="primary", shortcut="Space",
                on_click=keep, args=(_CARD, (question.name, True)),
            )  # fmt: skip
            return
        st.markdown(question.filled("short", plain))
        st.markdown("\n".join(f"- {point.text}" for point in question.points))
        see_live(question)
    st.caption("How well did you know it? The keys 1 to 4 do the same.")
    _rate(question, deck, now)


def _rate(question: Question, deck: Deck, now: datetime) -> None:
    def rated(rating: int) -> None:
        keep(_DECK, _deck().rated(question.name, rating, datetime.now(UTC)))
        keep(_CARD, ("", False))

    with st.container(horizontal=True):
        for rating, away in deck.intervals(question.name, now).items():
            st.button(
                f"{RATINGS[rating]} · {_away(away)}", key=f"rate-{rating}", shortcut=str(rating),
                help=_HELP[rating], on_click=rated, args=(rating,),
            )  # fmt: skip


def _nothing_due(deck: Deck, names: Sequence[str], now: datetime) -> None:
    following = deck.next_due(names, now)
    if following is None:
        st.info("There is no card of this topic and level; choose others in the sidebar.")
        return
    st.info(
        f"Nothing is due: you have seen all {count(len(names), 'card')} here, and the next one is "
        f"due in {_away(following - now)}. Come back then, or choose another topic."
    )
    st.button("Look again", icon=":material/refresh:")


def _away(gap: timedelta) -> str:
    minutes = max(1, round(gap.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes} min"
    hours = round(minutes / 60)
    if hours < 24:
        return count(hours, "hour")
    days = round(minutes / 60 / 24)
    if days < 60:
        return count(days, "day")
    return count(round(days / 30.4), "month") if days < 700 else count(round(days / 365), "year")


def _keeping(choices: Choices) -> None:
    """Draw the ways to take the cards away and to bring them back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Keep my cards", lambda: to_json(_deck()), "flashcards.json", "application/json",
            icon=":material/download:", on_click="ignore", disabled=not _deck().cards,
            help="A small file of how well you knew each card and when it is due. It is kept "
            "nowhere else: with this tab it is gone.",
        )  # fmt: skip
        with st.popover("Bring them back", icon=":material/upload:"):
            files = choices.uploads("cards", "A file that was kept", _take, type=["json"])
            for told_of in dict.fromkeys(sentence for sentence in files if sentence):
                tell(told_of)


def _take(name: str, data: bytes) -> str:
    """Join kept cards with those there are, and return what is wrong with them, if anything is."""
    try:
        found, skipped = from_json(data)
    except InputError as problem:
        return f"{name}: {problem}"
    keep(_DECK, _deck().joined(found))
    if not skipped:
        return ""
    return f"{name}: {count(skipped, 'card')} could not be read and were skipped; the rest is back."


MODE = Mode("cards", "Flashcards", _show)
