"""WEAT: how each target leans, and the effect among those of all other divisions."""

from __future__ import annotations

import numpy as np

from embedding_core.association import Association, WordSets, word_set, word_sets
from embedding_core.params import Param, Params
from embedding_core.teaching.associations import association_of
from embedding_core.teaching.pictures import Bars, Curves, Drawn
from embedding_core.teaching.spaces import histogram
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec

_FEW = 24


def _draw(params: Params) -> Drawn:
    sets = word_set(str(params["sets"]))
    found = association_of(sets.name, str(params["without"]), str(params["model"]))
    few = _dots if len(found.words) > _FEW else _leanings
    picture = _null(found) if params["shown"] == "null" else few(found, sets)
    return Drawn((picture,), _read(found, sets))


def _leanings(found: Association, sets: WordSets) -> Bars:
    order = np.argsort(-found.leanings).tolist()
    return Bars(
        tuple(found.words[at] for at in order),
        tuple(float(found.leanings[at]) for at in order),
        f"from {sets.attribute_names[1]} (left) to {sets.attribute_names[0]} (right)",
        tuple(sets.target_names[int(at >= found.n_first)] for at in order),
        ".3f",
    )


def _dots(found: Association, sets: WordSets) -> Curves:
    """Return many targets as dots, those of a group in a band, each with its name on hover."""
    series, names, ends = {}, {}, {}
    for band, (what, part) in enumerate(
        zip(sets.target_names, (slice(found.n_first), slice(found.n_first, None)), strict=True)
    ):
        order = np.argsort(found.leanings[part])
        values = found.leanings[part][order]
        # Zigzag, so that dots of nearly the same place do not hide each other.
        heights = 1.0 - band + 0.15 * (np.arange(len(values)) % 5 - 2)
        words = [found.words[part][at] for at in order.tolist()]
        series[what] = (values.tolist(), heights.tolist())
        names[what] = words
        ends[what] = [word if at in (0, len(words) - 1) else "" for at, word in enumerate(words)]
    title = f"from {sets.attribute_names[1]} (left) to {sets.attribute_names[0]} (right)"
    return Curves(series, title, "", "points", labels=ends, hover=names, x_marks={"": 0.0})


def _null(found: Association) -> Curves:
    reach = float(max(abs(found.null).max(), abs(found.effect))) * 1.1
    return Curves(
        {"divisions of the targets": histogram(found.null, -reach, reach)},
        "effect size d", "share of divisions", "area",
        x_marks={"the given one": found.effect},
    )  # fmt: skip


def _read(found: Association, sets: WordSets) -> str:
    how = "all" if found.is_exact else "a random sample of"
    missing = f" Left out, as the model does not know it: {', '.join(found.left_out)}." if (
        found.left_out) else ""  # fmt: skip
    return (
        f"{sets.label}: d = {found.effect:.2f}, p = {_written(found.p_value)} over {how} "
        f"{len(found.null):,} divisions.{missing}".replace("-", "−")
    )


def _written(p_value: float) -> str:
    """Return a small number without an exponent."""
    return np.format_float_positional(p_value, 2, fractional=False, trim="-")


VIEW = ViewSpec(
    "association",
    "WEAT: how each target leans, or the effect among those of other divisions.",
    (
        Param(
            "sets",
            "Words",
            "choice",
            "weat-1",
            "Published word sets (Caliskan and others, 2017).",
            choices=tuple(word_sets()),
            labels=tuple(each.label for each in word_sets().values()),
        ),
        Param(
            "shown",
            "Show",
            "choice",
            "words",
            "Each word, or how usual so large an effect is.",
            choices=("words", "null"),
            labels=("Each word", "Other divisions"),
        ),
        Param(
            "without",
            "Take a direction away",
            "text",
            "",
            "Two words, such as he she: the direction between them is taken from all vectors.",
        ),
        WORDS_MODEL,
    ),
    _draw,
)
