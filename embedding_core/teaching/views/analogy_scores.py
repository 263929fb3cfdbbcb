"""How many analogy questions are answered right, with the inputs left out and let in."""

from __future__ import annotations

from embedding_core.params import Params
from embedding_core.teaching.associations import ALL, SEARCHED, accuracies, count_questions
from embedding_core.teaching.pictures import Bars, Drawn
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec

_SECTIONS = {
    ALL: "all questions",
    "family": "family",
    "capital-common-countries": "capitals",
    "gram3-comparative": "comparatives",
    "gram8-plural": "plurals",
    "gram7-past-tense": "past tense",
}


def _draw(params: Params) -> Drawn:
    found = accuracies(str(params["model"]))
    names, values, groups = [], [], []
    for section, label in _SECTIONS.items():
        if section not in found:
            continue
        for which, share in zip(("inputs left out", "inputs let in"), found[section], strict=False):
            names.append(label if which == "inputs left out" else "")
            values.append(share)
            groups.append(which)
    custom, free, third = found[ALL]
    count = count_questions(str(params["model"]))
    return Drawn(
        (Bars(tuple(names), tuple(values), "answered right", tuple(groups), ".0%"),),
        f"{count:,} questions of Google's test, answered among the {SEARCHED:,} most frequent "
        f"words: {custom:.0%} right with the inputs left out, {free:.0%} with them let "
        f"in, where {third:.0%} are answered by the third word itself.",
    )


VIEW = ViewSpec(
    "analogy-scores",
    "Google's analogy questions, answered with the inputs left out and let in.",
    (WORDS_MODEL,),
    _draw,
)
