"""The Interview page: questions to browse, flashcards, and a mock interview with its report."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from embedding_core.teaching.cards import Deck, to_json
from embedding_core.teaching.coverage import warm_up
from embedding_core.teaching.questions import question_bank

INTERVIEW = "pages/interview.py"
ANSWERS = Path(__file__).parent.parent / "answers"
FIRST = "what-is-an-embedding"


@pytest.fixture(scope="module", autouse=True)
def _model():
    """Load the sentence model once: a page's first run is not to wait for it here."""
    warm_up()


def kept_answer(question, kind):
    for path in ANSWERS.glob("*.toml"):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["answers"]:
            if entry["question"] == question and entry["kind"] == kind:
                return entry["text"]
    raise AssertionError(f"no {kind} answer to {question} is kept")


def press(shown, label):
    next(button for button in shown.button if button.label.startswith(label)).click()
    return shown.run()


# --- browse ----------------------------------------------------------------------------------


def test_think_first_then_the_model_answer(page):
    shown = page(INTERVIEW, question=FIRST)
    question = question_bank().questions[FIRST]
    assert question.question in shown.text
    assert question.mistakes[0] not in shown.text, "the answer stays hidden until it is asked for"
    shown = press(shown, "Show the model answer")
    assert question.points[0].text in shown.text
    assert question.mistakes[0] in shown.text
    assert shown.link == {"question": FIRST, "answer": "1"}


def test_a_typed_answer_is_compared_with_its_sentences(page):
    shown = page(INTERVIEW, question=FIRST)
    shown.text_area[0].set_value(kept_answer(FIRST, "good"))
    shown = shown.run()
    assert "key points covered" in shown.text
    assert "coverage, not truth" in shown.text
    assert "Covered" in shown.text


def test_an_answer_in_german_is_told(page):
    shown = page(INTERVIEW, question=FIRST)
    shown.text_area[0].set_value(kept_answer(FIRST, "another language"))
    assert "looks like German" in shown.run().text


def test_what_was_typed_is_never_markup(page):
    shown = page(INTERVIEW, question=FIRST)
    shown.text_area[0].set_value(
        "An embedding is a dense **vector** of <b>real</b> numbers for $each$ item."
    )
    shown = shown.run()
    quoted = [c.value for c in shown.caption if "dense" in c.value]
    assert quoted
    assert all("**" not in text and "\\<b\\>" in text for text in quoted)


def test_words_topic_and_level_narrow_the_list(page):
    bank = question_bank()
    topic = next(iter(bank.topics))
    shown = page(INTERVIEW, topic=topic, level="1")
    wanted = bank.find(topics=[topic], levels=[1])
    assert list(shown.dataframe[0].value["Question"]) == [q.question for q in wanted]
    shown = page(INTERVIEW, find="zzzz")
    assert "zzzz" in shown.info[0].value


def test_a_link_to_no_question_is_told(page):
    assert "no question called" in page(INTERVIEW, question="nonsense").text


# --- flashcards ------------------------------------------------------------------------------


def test_a_card_is_turned_rated_and_gone(page):
    count = len(question_bank().questions)
    shown = page(INTERVIEW, ask="cards")
    assert f"0 due · {count} new · 0 seen" in shown.text
    shown = press(shown, "Turn the card")
    assert [b.label for b in shown.button if b.label[:4] in ("Agai", "Hard", "Good", "Easy")] == [
        "Again · 1 min", "Hard · 6 min", "Good · 10 min", "Easy · 8 days",
    ]  # fmt: skip
    shown = press(shown, "Good")
    assert f"0 due · {count - 1} new · 1 seen" in shown.text


def test_nothing_due_is_said(page):
    deck = Deck()
    now = datetime.now(UTC)
    topic = next(iter(question_bank().topics))
    names = [q.name for q in question_bank().find(topics=[topic])]
    for name in names:
        deck = deck.rated(name, 4, now)
    shown = page(INTERVIEW, ask="cards", topic=topic)
    shown.session_state["interview-deck"] = deck
    shown = shown.run()
    assert "Nothing is due" in shown.info[0].value
    assert f"0 due · 0 new · {len(names)} seen" in shown.text


def test_a_spoiled_file_loses_only_its_bad_cards(page):
    content = json.loads(to_json(Deck().rated(FIRST, 3, datetime.now(UTC) - timedelta(days=9))))
    content["cards"]["spoiled"] = {"due": "never"}
    shown = page(INTERVIEW, ask="cards")
    shown.file_uploader[0].set_value(
        ("cards.json", json.dumps(content).encode(), "application/json")
    )
    shown = shown.run()
    assert "1 card could not be read" in shown.errors[0]
    assert "1 due" in shown.text


# --- mock interview --------------------------------------------------------------------------


def test_an_interview_from_beginning_to_report(page):
    topic = question_bank().questions[FIRST].topic
    shown = page(INTERVIEW, ask="mock", topic=topic, level="1", count="2", seed="3")
    shown = press(shown, "Begin")
    assert "Question 1 of 2" in shown.text
    shown.text_area[0].set_value("It turns each item into a list of numbers, a dense vector.")
    shown = press(shown.run(), "Answer")
    assert "follow-up" in shown.text, "something was missing, so it is asked on"
    shown = press(shown, "Pass")
    assert "Question 2 of 2" in shown.text
    shown = press(press(shown, "Pass"), "Pass")
    assert "2 questions in" in shown.text
    assert "(passed)" in shown.text
    assert shown.text.count("coverage, not truth") >= 2
    assert "grade" not in shown.text.replace("is no grade", "")


def test_ending_early_reports_what_was_answered(page):
    shown = press(page(INTERVIEW, ask="mock"), "Begin")
    shown = press(press(shown, "Pass"), "End here")
    assert "1 question in" in shown.text
    shown = press(shown, "A new interview")
    assert "Begin" in [button.label for button in shown.button]
