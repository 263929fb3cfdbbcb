"""A question's model answer as it is read, and how far a typed answer covers its key points."""

from __future__ import annotations

import threading

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from embedding_core.errors import ExplorerError
from embedding_core.teaching.coverage import Coverage, Match, cover, warm_up
from embedding_core.teaching.glossary import glossary
from embedding_core.teaching.questions import LEVELS, Question, QuestionBank
from ui.errors import show_notes
from ui.plain import count, plain

NOT_TRUTH = (
    "This measures coverage, not truth, and is no grade. A small sentence model compares your "
    "sentences with the key points: it can miss what is said in unusual words, and it sees a "
    "sentence that says the opposite only where the words give it away, as “not”, “never” or a "
    "known wrong form do."
)
_ICONS = {
    "covered": ":material/check_circle:",
    "partly": ":material/contrast:",
    "missing": ":material/radio_button_unchecked:",
}
_WORDS = {"covered": "Covered", "partly": "Partly", "missing": "Missing"}


def show_question(question: Question, bank: QuestionBank) -> None:
    """Draw what is asked, with its topic and level."""
    st.markdown(f"#### {question.question}")
    topic = bank.topics[question.topic].title
    st.caption(f"{topic} · level {question.level}, {LEVELS[question.level].lower()}")


def show_answer(question: Question) -> None:
    """Draw the model answer, short then long, and what belongs to it."""
    st.markdown(f"**In short.** {question.filled('short', plain)}")
    see_live(question)
    st.markdown(question.filled("long", plain))
    st.markdown("##### Key points")
    st.markdown("\n".join(f"- {point.text}" for point in question.points))
    st.markdown("##### Common mistakes")
    st.markdown("\n".join(f"- {mistake}" for mistake in question.mistakes))
    st.markdown("##### They may ask next")
    st.markdown("\n".join(f"- {probe.question}" for probe in question.probes))
    st.markdown("##### To read")
    st.markdown("\n".join(f"- {plain(source)}" for source in question.sources))
    _terms(question)


def see_live(question: Question) -> None:
    """Draw the way to the page that shows it."""
    try:
        st.page_link(
            f"pages/{question.page}.py",
            label="See it live",
            icon=":material/open_in_new:",
            query_params=question.choices,
            help=question.see or None,
        )
    except StreamlitPageNotFoundError:
        # A page started on its own (streamlit run pages/interview.py) has no others.
        return
    if question.see:
        st.caption(question.see)


def show_coverage(coverage: Coverage) -> None:
    """Draw which key points an answer covers, and by which sentence."""
    st.markdown(f"##### {_in_words(coverage)}")
    st.caption(NOT_TRUTH)
    show_notes(coverage.notes)
    for match in coverage.matches:
        _show_match(match)


@st.cache_resource(max_entries=256, show_spinner=False)
def compared(name: str, _question: Question, answer: str) -> Coverage:
    """Compare an answer with the key points of a question."""
    return cover(_question, answer)


@st.cache_resource(show_spinner=False)
def warm() -> threading.Thread:
    """Load the sentence model in the background, once a server."""
    thread = threading.Thread(target=_warm, daemon=True, name="interview-model")
    thread.start()
    return thread


def _warm() -> None:
    try:
        warm_up()
    except ExplorerError:
        # The first answer says so.
        return
    except (ImportError, RuntimeError):
        # A server that ends meanwhile lets nothing be imported or started any more.
        if threading.main_thread().is_alive():
            raise


def _in_words(coverage: Coverage) -> str:
    covered, partly = len(coverage.of("covered")), len(coverage.of("partly"))
    said = f"{covered} of {count(len(coverage.matches), 'key point')} covered"
    return f"{said}, {partly} partly" if partly else said


def _show_match(match: Match) -> None:
    with st.container(gap="xxsmall"):
        st.markdown(f"{_ICONS[match.status]} **{_WORDS[match.status]}** {match.point.text}")
        if match.is_opposite:
            st.caption(
                f":material/swap_horiz: “{plain(match.statement)}” reads like the opposite of "
                "this, so it does not count. Check it."
            )
        elif match.status != "missing" and match.statement:
            st.caption(f"“{plain(match.statement)}”")


def _terms(question: Question) -> None:
    known = glossary().terms
    linked = [known[name] for name in question.related if name in known]
    if linked:
        links = ", ".join(f"[{plain(term.title)}](/glossary?term={term.name})" for term in linked)
        st.caption(f"In the glossary: {links}")
