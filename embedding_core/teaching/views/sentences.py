"""Sentences beside each other by two models, labels of the nearest, and a sentence in pieces."""

from __future__ import annotations

from embedding_core.errors import ContractError
from embedding_core.params import Param, Params
from embedding_core.teaching.pictures import Bars, Drawn, Table
from embedding_core.teaching.sentences import (
    MEAN,
    MODELS,
    POOLINGS,
    TRANSFORMER,
    chance,
    label_share,
    labels,
    likeness,
    parted,
)
from embedding_core.teaching.views.base import ViewSpec

_SETS = {
    "paraphrases": "The same in other words",
    "topics": "Topics",
    "questions": "Questions by intent",
    "headlines": "Headlines by section",
    "sentiment": "Reviews by sentiment",
}
_SET = Param(
    "sample", "Sentences", "choice", "paraphrases", "Built-in sets, each sentence with a label.",
    choices=tuple(_SETS), labels=tuple(_SETS.values()),
)  # fmt: skip


def _draw_likeness(params: Params) -> Drawn:
    first, others = parted(str(params["first"]))[0], parted(str(params["others"]))
    asked = (MEAN, TRANSFORMER) if params["model"] == "both" else (str(params["model"]),)
    scores = {model: likeness(first, others, model) for model in asked}
    rows = [
        (other if model == asked[0] else "", scores[model][at], MODELS[model])
        for at, other in enumerate(others)
        for model in asked
    ]
    names, values, groups = zip(*rows, strict=True)
    told = ". ".join(
        f"By {MODELS[model]} the most alike is “{others[each.index(max(each))]}” ({max(each):.2f})"
        for model, each in scores.items()
    )
    return Drawn((Bars(names, values, f"cosine to “{first}”", groups),), f"{told}.")


def _draw_labels(params: Params) -> Drawn:
    sample = str(params["sample"])
    if params["by"] == "pooling":
        shares = {label: label_share(sample, TRANSFORMER, name) for name, label in POOLINGS.items()}
    else:
        shares = {label: label_share(sample, name) for name, label in MODELS.items()}
    shares["by chance"] = chance(sample)
    best = max(shares, key=lambda name: shares[name])
    return Drawn(
        (Bars(tuple(shares), tuple(shares.values()), "nearest has the same label", form=".0%"),),
        f"{_SETS[sample]}, {len(labels(sample))} sentences: the nearest one has the same label "
        f"most often with {best}, {shares[best]:.0%}.",
    )


def _draw_pieces(params: Params) -> Drawn:
    from embedding_core.contexts import Segments
    from embedding_core.embedding import load

    model = load(TRANSFORMER)
    if not isinstance(model, Segments):
        raise ContractError(f"{TRANSFORMER} has no pieces")
    text = str(params["text"])
    tokens = model.tokenize(text)
    own = [not added for added in tokens.is_added]
    return Drawn(
        (
            Table(
                {
                    "piece": tokens.pieces,
                    "number": tokens.ids,
                    "from": ["your text" if is_own else "added by the model" for is_own in own],
                }
            ),
        ),
        f"{len(text.split())} words become {sum(own)} pieces; ## marks one that goes on a word.",
    )


LIKENESS = ViewSpec(
    "sentence-likeness",
    "How alike others are to a sentence, by the mean of words and by a transformer.",
    (
        Param("first", "Sentence", "text", "The dog bit the man.", "The one to compare with."),
        Param("others", "Others", "text", "The man bit the dog. | A dog attacked somebody.",
              "Parted by upright strokes ( | )."),
        Param("model", "Model", "choice", "both", "By which model they are compared.",
              choices=("both", MEAN, TRANSFORMER),
              labels=("Both", "Mean of GloVe's words", "MiniLM")),
    ),
    _draw_likeness,
)  # fmt: skip
LABELS = ViewSpec(
    "sentence-labels",
    "How often the nearest sentence has the same label, by models or by poolings.",
    (
        _SET,
        Param("by", "Compare", "choice", "model", "Three models, or three ways to pool MiniLM.",
              choices=("model", "pooling"), labels=("Models", "Poolings")),
    ),
    _draw_labels,
)  # fmt: skip
PIECES = ViewSpec(
    "sentence-pieces",
    "A sentence in the pieces that a transformer reads.",
    (Param("text", "Sentence", "text", "She swam to the bank.", "Any text."),),
    _draw_pieces,
)
