"""How good is this model? Three published tests, with coverage and intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from embedding_core.evaluation import (
    TESTS,
    AnalogyScore,
    PairScore,
    Score,
    Section,
    evaluate,
)
from embedding_core.jobs import Job
from ui import jobs
from ui.map import Geometry, Style, draw_map
from ui.plain import plain, score, share
from ui.questions.base import Question, notes, vocabulary
from ui.state import picked_rows
from ui.view import View

_HEIGHT = 520
_WORST = 14
_MISTAKES = 200


def _ask(view: View) -> None:
    model, choices = vocabulary(view), view.choices
    sentence = st.container()
    name = choices.select(
        "test",
        "Test",
        list(TESTS),
        next(iter(TESTS)),
        labels={name: test.label for name, test in TESTS.items()},
        segmented=True,
        kind="test",
        label_visibility="collapsed",
    )
    test = TESTS[name]
    st.caption(f"{plain(test.about)} {plain(test.source)}.")

    def work(job: Job[PairScore | AnalogyScore]) -> PairScore | AnalogyScore:
        return evaluate(model, name, progress=job.progress, cancel=job.cancelled)

    found = jobs.finish(("test", view.embedding.space, name), work, test.label)
    sentence.markdown(f"##### {_sentence(view, found)}")
    with sentence:
        notes(view)
    if isinstance(found, PairScore):
        _pairs(view, found)
    else:
        _analogies(view, found)
    choices.publish()


def _sentence(view: View, found: Score) -> str:
    label = plain(TESTS[found.test].label)
    if found.figure is None:
        return plain(found.reason)
    if isinstance(found, PairScore):
        text = f"On {label} the model's order of the pairs and people's correlate by "
    else:
        text = f"On {label} the model's first answer is right in "
    shown = _figure(found, found.figure)
    interval = ""
    if found.interval is not None:
        low, high = (_figure(found, end) for end in found.interval)
        interval = f" (95% interval {low} to {high})"
    return f"{text}**{shown}**{interval}"


def _figure(found: Score, value: float) -> str:
    return score(value) if isinstance(found, PairScore) else share(value)


def _coverage(found: Score, what: str) -> str:
    """Say how much of the test the figure is about."""
    text = (
        f"It knows all words of {found.known:,} of {found.n:,} {what}; the figure is about these."
    )
    if found.built:
        text += f" {found.built:,} of them have a word built from its parts."
    if found.searched < found.vocabulary:
        text += (
            f" The {found.searched:,} most frequent of its {found.vocabulary:,} words take part."
        )
    if found.unknown_words:
        some = ", ".join(found.unknown_words[:8])
        more = " ..." if len(found.unknown_words) > 8 else ""
        text += f" Unknown: {some}{more}."
    return plain(text)


def _pairs(view: View, found: PairScore) -> None:
    known = [pair for pair in found.pairs if pair.cosine is not None]
    left, right = st.columns([5, 4], gap="medium")
    with left:
        if known:
            ranks = [[pair.human_rank, pair.model_rank] for pair in known]
            coords = (len(known) + 1 - np.array(ranks)).astype(np.float32)
            draw_map(
                Geometry(coords, [f"{pair.left} – {pair.right}" for pair in known]),
                Style(
                    values=np.array([pair.disagreement for pair in known], dtype=np.float32),
                    value_title="places apart",
                    axis_titles=("place by people, nearest last", "place by the model"),
                ),
                key="words-judge",
                height=_HEIGHT,
                summary=f"{len(known)} pairs by people's order and by the model's.",
                file_name=found.test,
            )
        st.caption(_coverage(found, "pairs"))
    with right:
        st.markdown("**Where people and model differ most**")
        worst = found.disagreements(_WORST)
        table = {
            "Pair": [f"{pair.left} – {pair.right}" for pair in worst],
            "People": [pair.human for pair in worst],
            "Cosine": [pair.cosine for pair in worst],
            "Places apart": [pair.disagreement for pair in worst],
        }
        numbers = {
            "People": st.column_config.NumberColumn(format="%.2f", help="Mean rating by people."),
            "Cosine": st.column_config.NumberColumn(format="%.3f"),
            "Places apart": st.column_config.NumberColumn(format="%.0f"),
        }
        st.dataframe(pd.DataFrame(table), hide_index=True, row_height=29, column_config=numbers)


def _analogies(view: View, found: AnalogyScore) -> None:
    rows = [*found.halves, *found.sections]
    left, right = st.columns([5, 4], gap="medium")
    with left:
        table = pd.DataFrame(
            {
                "Section": [row.label for row in rows],
                "Right": [row.accuracy for row in rows],
                "95% interval": [_interval(row) for row in rows],
                "Known": [f"{row.known:,} of {row.n:,}" for row in rows],
            }
        )
        bar = st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0)
        st.dataframe(
            table,
            key="judge-sections",
            hide_index=True,
            row_height=29,
            height=29 * (len(rows) + 1) + 8,
            column_config={"Right": bar},
            on_select=lambda: view.choices.set("section", _picked(rows)),
            selection_mode="single-cell",
        )
        st.caption(_coverage(found, "questions"))
    with right:
        _mistakes(found, view.choices.value("section", ""))


def _picked(rows: list[Section]) -> str:
    picked = picked_rows("judge-sections")
    return rows[picked[0]].name if picked else ""


def _interval(row: Section) -> str:
    if row.interval is None:
        return ""
    return f"{row.interval[0]:.0%} to {row.interval[1]:.0%}"


def _mistakes(found: AnalogyScore, section: str) -> None:
    """Draw what was answered wrongly: of the section that was clicked, else of all."""
    named = {row.name: row.label for row in found.sections}
    label = named.get(section)
    wrong = found.mistakes(section if label else None)
    where = f" in “{plain(label)}”" if label else ""
    st.markdown(f"**{len(wrong):,} wrong answers{where}**")
    step = max(1, len(wrong) // _MISTAKES)
    shown = wrong[::step][:_MISTAKES]
    table = {
        "Question": [f"{each.a} : {each.b} = {each.c} : ?" for each in shown],
        "Expected": [each.expected for each in shown],
        "Answered": [each.answered for each in shown],
    }
    st.dataframe(pd.DataFrame(table), hide_index=True, height=430, row_height=29)
    evenly = f"{len(shown):,} of them, evenly picked. " if len(shown) < len(wrong) else ""
    st.caption(f"{evenly}Click a section to see its own.")


QUESTION = Question("judge", "How good is this model?", _ask)
