"""What is in it: the classes that a classifier finds likeliest, of those it knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import Cancelled, InputError
from embedding_core.models import Classifier, LinearHead

if TYPE_CHECKING:
    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress

_BATCH = 32


@dataclass(frozen=True)
class Guess:
    """One class and how likely it is.

    Attributes
    ----------
    name : str
    probability : float
        Among all classes that the model knows, and no others: what is not among them cannot be
        named, however sure it looks.
    """

    name: str
    probability: float


@dataclass(frozen=True)
class Classified:
    """The likeliest classes of items.

    Attributes
    ----------
    ids : tuple of str
        Items that could be read.
    guesses : tuple of tuple of Guess
        Of each, the likeliest first.
    n_classes : int
        How many the model knows.
    dropped : tuple of (str, str)
        Items that could not be read, and why.
    """

    ids: tuple[str, ...]
    guesses: tuple[tuple[Guess, ...], ...]
    n_classes: int
    dropped: tuple[tuple[str, str], ...] = ()


def classify(
    collection: Collection,
    model: object,
    top: int = 5,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Classified:
    """Name what is in every item.

    Parameters
    ----------
    collection : Collection
    model : Classifier
        As ``load("efficientnet-lite0")`` gives it.
    top : int
        How many classes of each item.
    progress, cancel : callable, optional
        Told of and asked after each batch.

    Raises
    ------
    InputError
        If the model knows no classes, or fewer than one is asked for.
    Cancelled
        If `cancel` said so.
    """
    if not isinstance(model, Classifier):
        raise InputError(
            "This model knows no classes; choose one with a classifier, such as efficientnet-lite0."
        )
    if top < 1:
        raise InputError(f"{top} classes of each item were asked for; ask for 1 or more.")
    classes = [str(name) for name in model.classes]
    ids: list[str] = []
    guesses: list[tuple[Guess, ...]] = []
    dropped: list[tuple[str, str]] = []
    for start in range(0, len(collection), _BATCH):
        if cancel is not None and cancel():
            raise Cancelled
        found = model.probabilities(collection.payloads[start : start + _BATCH])
        for at, row in enumerate(found.values):
            id_ = collection.ids[start + at]
            if at in found.missing:
                dropped.append((id_, found.missing[at]))
                continue
            best = np.argsort(-row, kind="stable")[:top].tolist()
            ids.append(id_)
            guesses.append(tuple(Guess(classes[i], float(row[i])) for i in best))
        if progress is not None:
            progress(start + len(found.values), len(collection), "items named")
    return Classified(tuple(ids), tuple(guesses), len(classes), tuple(dropped))


def surest(embedding: Embedding) -> str | None:
    """Return the item whose likeliest class is likeliest, read off the vectors alone.

    Parameters
    ----------
    embedding : Embedding
        Of a model with a linear head, by the layer that the head reads.

    Returns
    -------
    str or None
        Its id; None where the vectors are not what a head reads.
    """
    if not isinstance(embedding.model, LinearHead):
        return None
    weights, bias = embedding.model.head()
    if weights.shape[1] != embedding.dim:
        return None
    logits = (embedding.vectors @ weights.T + bias).astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    # The likeliest class has logit 0 now: its probability is one over the sum.
    return embedding.ids[int(np.exp(logits).sum(axis=1).argmin())]
