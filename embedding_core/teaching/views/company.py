"""The company of words in a text: where they stand, what stands near them, who keeps the same."""

from __future__ import annotations

import numpy as np

from embedding_core.params import Param, Params
from embedding_core.teaching.company import alike_words, company, model_words, sightings
from embedding_core.teaching.models import GLOVE
from embedding_core.teaching.pictures import Bars, Drawn, Table
from embedding_core.teaching.views.base import ViewSpec

_AROUND, _GAP = 34, "______"
_MET, _NEVER = "also stand near each other", "never stand near each other"
_WORD = Param("word", "Word", "text", "coffee", "Any word that is frequent enough in the text.")
_K = Param("k", "How many", "number", 10, "Words shown.", minimum=1, maximum=20, step=1)


def _draw_sightings(params: Params) -> Drawn:
    word, is_hidden = str(params["word"]).strip(), bool(params["hidden"])
    found = sightings(word, int(params["lines"]))
    return Drawn(
        (
            Table(
                {
                    "before": [_ending(each.before) for each in found],
                    "word": [_GAP if is_hidden else each.word for each in found],
                    "after": [_beginning(each.after) for each in found],
                }
            ),
        ),
        f"{len(found)} sentences of WordNet's definitions and examples, "
        + ("with one and the same word left out." if is_hidden else f"with the word {word}."),
    )


def _ending(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _AROUND else "… " + text[-_AROUND:].partition(" ")[2]


def _beginning(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _AROUND else text[:_AROUND].rpartition(" ")[0] + " …"


def _draw_met(params: Params) -> Drawn:
    counted, word = company(), str(params["word"]).strip().lower()
    at, least = counted.place(word), int(params["least"])
    counts = counted.counts[at].toarray().ravel()
    by_count = params["by"] == "count"
    scores = counts.copy() if by_count else counted.pmi_row(word)
    scores[(counts < least) | (np.arange(len(counts)) == at)] = -np.inf
    best = [i for i in np.argsort(-scores, kind="stable")[: int(params["k"])].tolist()
            if np.isfinite(scores[i])]  # fmt: skip
    title = "times within four words" if by_count else "PMI in bits"
    told = ", ".join(f"{counted.words[i]} ({int(counts[i])})" for i in best[:3])
    return Drawn(
        (
            Bars(
                tuple(counted.words[i] for i in best),
                tuple(float(scores[i]) for i in best),
                f"{title} of {word}",
                form=".0f" if by_count else ".1f",
            ),
        ),
        f"Around {word}, first by {'count' if by_count else 'PMI'}, with how often they met: "
        f"{told or 'none'}.",
    )


def _draw_alike(params: Params) -> Drawn:
    counted, word = company(), str(params["word"]).strip().lower()
    at = counted.place(word)
    likeness = counted.likeness(word)
    likeness[at] = -1
    counts = counted.counts[at].toarray().ravel()
    best = np.argsort(-likeness, kind="stable")[: int(params["k"])].tolist()
    return Drawn(
        (
            Bars(
                tuple(counted.words[i] for i in best),
                tuple(float(likeness[i]) for i in best),
                f"cosine of company with {word}",
                tuple(_MET if counts[i] else _NEVER for i in best),
            ),
        ),
        f"Of {len(counted.words):,} words, {counted.words[best[0]]} keeps the company most like "
        f"that of {word}: cosine {likeness[best[0]]:.2f}.",
    )


def _draw_shared(params: Params) -> Drawn:
    counted = company()
    a, b = (str(params[name]).strip().lower() for name in "ab")
    rows = [counted.positive[counted.place(word)] for word in (a, b)]
    parts = rows[0].multiply(rows[1]).toarray().ravel()
    best = [i for i in np.argsort(-parts, kind="stable")[: int(params["k"])].tolist() if parts[i]]
    return Drawn(
        (
            Bars(
                tuple(counted.words[i] for i in best),
                tuple(float(parts[i]) for i in best),
                f"what each adds to the cosine of {a} and {b}",
                form=".3f",
            ),
        ),
        f"The company of {a} and {b} has a cosine of {parts.sum():.2f}; "
        f"{int((parts > 0).sum()):,} words stand near both more often than by chance.",
    )


def _draw_two_texts(params: Params) -> Drawn:
    word, k = str(params["word"]).strip().lower(), int(params["k"])
    here, there = alike_words(word, k), model_words(word, k)
    both = set(here) & set(there)
    return Drawn(
        (
            Table(
                {
                    "place": list(range(1, k + 1)),
                    "by counts in our small text": here,
                    "by GloVe": there + [""] * (k - len(there)),
                }
            ),
        ),
        f"{len(both)} of {k} words are in both lists"
        + (f": {', '.join(each for each in here if each in both)}." if both else "."),
    )


SIGHTINGS = ViewSpec(
    "sightings",
    "Sentences of a text with a word, or with a gap in its place.",
    (
        _WORD,
        Param("hidden", "Leave the word out", "flag", False, "A gap stands in its place."),
        Param("lines", "Sentences", "number", 7, "How many.", minimum=1, maximum=14, step=1),
    ),
    _draw_sightings,
)
MET = ViewSpec(
    "company",
    "The words that stand near a word, by count or by PMI.",
    (
        _WORD,
        Param("by", "Order by", "choice", "count",
              "How often they stand near it, or how far that exceeds chance.",
              choices=("count", "pmi"), labels=("Count", "PMI")),
        Param("least", "Met at least", "number", 1,
              "Words that stand near it less often are left out.",
              minimum=1, maximum=50, step=1),
        _K,
    ),
    _draw_met,
)  # fmt: skip
ALIKE = ViewSpec("alike-company", "The words that keep the company most like a word's.",
                 (_WORD, _K), _draw_alike)  # fmt: skip
SHARED = ViewSpec(
    "shared-company",
    "What two words have around them in common.",
    (
        Param("a", "Word", "text", "hot", "A word of the text."),
        Param("b", "And", "text", "cold", "Another."),
        _K,
    ),
    _draw_shared,
)
TWO_TEXTS = ViewSpec(
    "two-texts",
    f"A word's nearest by counts in a small text, beside those by {GLOVE}.",
    (_WORD, _K),
    _draw_two_texts,
)
