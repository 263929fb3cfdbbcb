"""One step of skip-gram: a pair that is pulled together, and random words that are pushed away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedding_core.collection import Collection
from embedding_core.corpus import Corpus
from embedding_core.params import Param
from embedding_core.theatre import Play, arrows
from ui.map import Arrows
from ui.plain import plain
from ui.state import Choices
from ui.training.settings import Settings
from ui.training.subject import Subject

# Okabe and Ito's blue and vermilion.
_PULL, _PUSH = "#0072b2", "#d55e00"
_MOST_NEAR, _MOST_DRAWN = 12, 8
_DRAW = Param(
    "draw", "Draw", "number", 0, "Other random words are drawn, as training draws them.",
    minimum=0, maximum=999, step=1,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Step:
    """One pair and its random ones.

    Attributes
    ----------
    middle
        Which of the items in view is in the middle.
    others
        Which is met near it, then those that are drawn at random.
    """

    middle: int
    others: NDArray[np.intp]


def choose_step(
    choices: Choices, subject: Subject, settings: Settings, items: Collection, watched: str
) -> Step | None:
    """Draw the switch and the choice of a pair; None where no step is to be seen."""
    if subject.corpus is None:
        return None
    is_on = choices.flag(
        "step",
        "Show one step",
        help="The change that one pair of words makes, with its random words, by the very loop "
        "that trains: at the moment that the map shows.",
    )
    if not is_on:
        return None
    near = _met_near(subject.corpus, watched, int(settings.params["window"]), items.positions)
    if not near:
        st.caption(f"No word in view is met near {plain(watched)}.", width="content")
        return None
    with st.container(width=170):
        context = choices.select(
            "context", "Met near it", near, near[0], label_visibility="collapsed"
        )
    many = int(settings.params["negative"])
    draw = _choose_draw(choices) if many else 0
    drawn = _drawn(subject.corpus, items, many, draw, but=context)
    return Step(items.positions[watched], np.array([items.positions[context], *drawn], np.intp))


def _choose_draw(choices: Choices) -> int:
    """Draw the button that draws other random words; return which draw it is."""
    draw = int(choices.value("draw", 0, lambda texts: int(_DRAW.check(texts[-1]))))
    st.button(
        "Draw others",
        help="Other random words, drawn as training draws them.",
        on_click=lambda: choices.set("draw", (draw + 1) % (int(_DRAW.maximum or 0) + 1)),
    )
    choices.link("draw", [str(draw)] if draw else [])
    return draw


def step_arrows(
    step: Step, play: Play, axes: NDArray[np.float64], items: Collection, rate: float
) -> tuple[Arrows, NDArray[np.float32]]:
    """Return the arrows of a step, and how many times as long they are drawn."""
    found = arrows(play, axes, step.middle, step.others, rate)
    k = len(step.others) - 1
    sides: list[tuple[str | None, float]] = [(_PULL, 1.5), *[(_PUSH, 1.5)] * k]
    names = [items.ids[i] for i in step.others.tolist()]
    first = 2 + k
    return (
        Arrows(
            found.starts,
            found.ends,
            [(None, 3.0), *sides, *sides],
            [(first + at, name) for at, name in enumerate(names)],
        ),
        found.longer,
    )


def _met_near(corpus: Corpus, word: str, window: int, known: dict[str, int]) -> list[str]:
    """Return the words most often met near a word in the text."""
    met: Counter[str] = Counter()
    for line in corpus.sentences:
        for at, found in enumerate(line):
            if found == word:
                met.update(line[max(0, at - window) : at])
                met.update(line[at + 1 : at + 1 + window])
    return [other for other, _ in met.most_common() if other in known and other != word][
        :_MOST_NEAR
    ]


def _drawn(corpus: Corpus, items: Collection, many: int, seed: int, *, but: str) -> list[int]:
    """Draw random words in view as training does; the word that is met near is no random one."""
    from embedding_core.skipgram import random_ones

    counts = Counter(word for line in corpus.sentences for word in line)
    found = random_ones(
        np.array([counts[id_] for id_ in items.ids], dtype=np.int64), min(many, _MOST_DRAWN), seed
    )
    return [at for at in found.tolist() if items.ids[at] != but]
