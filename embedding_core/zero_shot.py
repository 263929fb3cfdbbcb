"""Zero-shot: pictures named by the descriptions they are most like, with nothing learned for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from embedding_core.errors import InputError
from embedding_core.finding import text_model
from embedding_core.similarity import pairwise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding

TEMPLATE = "a photo of a {}"
"""What a label is put into (Radford et al., 2021: Learning Transferable Visual Models From Natural
Language Supervision): the model learned from captions, and few captions are one word."""
_SLOT = "{}"
_MOST_LABELS = 1_000


@runtime_checkable
class Scaled(Protocol):
    """Capability: learned how sharply a cosine of text and picture tells them apart."""

    @property
    def logit_scale(self) -> float:
        """What a cosine is multiplied with before the softmax."""


@dataclass(frozen=True, eq=False)
class ZeroShot:
    """What every item was called.

    Attributes
    ----------
    ids : tuple of str
        The items.
    labels : tuple of str
        What they could be called.
    prompts : tuple of str
        The description of each label.
    similarities : ndarray of shape (n, n_labels), float32
        Cosine of every item to every description.
    predicted : ndarray of shape (n,), intp
        The likeliest label's position in `labels`.
    confidence : ndarray of shape (n,), float32, or None
        Its probability among these labels; None where the model does not say how sharply its
        cosines tell labels apart.
    """

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    prompts: tuple[str, ...]
    similarities: NDArray[np.float32]
    predicted: NDArray[np.intp]
    confidence: NDArray[np.float32] | None

    def judged(self, truth: Sequence[str | None]) -> Judged:
        """Compare with the items' own labels.

        Parameters
        ----------
        truth : sequence of str or None
            One an item; upper and lower case are alike. Items whose own label is not among `labels`
            cannot be right and are left out.

        Raises
        ------
        InputError
            If there are not as many as items.
        """
        if len(truth) != len(self.ids):
            raise InputError(
                f"{len(truth):,} labels were given for {len(self.ids):,} items; give one for each."
            )
        places = {_same(label): at for at, label in enumerate(self.labels)}
        own = [-1 if label is None else places.get(_same(label), -1) for label in truth]
        codes = np.array(own, dtype=np.intp)
        asked = np.flatnonzero(codes >= 0)
        table = np.zeros((len(self.labels), len(self.labels)), dtype=np.int64)
        np.add.at(table, (codes[asked], self.predicted[asked]), 1)
        return Judged(self.labels, codes, table)


@dataclass(frozen=True, eq=False)
class Judged:
    """How often the names are right.

    Attributes
    ----------
    labels : tuple of str
    codes : ndarray of shape (n,), intp
        Each item's own label, -1 where it is not among `labels`.
    confusion : ndarray of shape (n_labels, n_labels), int64
        Items by their own label (rows) and by what they were called (columns).
    """

    labels: tuple[str, ...]
    codes: NDArray[np.intp]
    confusion: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Items that could be judged."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of these that were called by their own label; NaN where there are none."""
        return float(np.trace(self.confusion) / self.n) if self.n else float("nan")

    @property
    def chance(self) -> float:
        """Share that one name for all would get right: the largest label's."""
        return float(self.confusion.sum(axis=1).max() / self.n) if self.n else float("nan")


def zero_shot(embedding: Embedding, labels: Sequence[str], template: str = TEMPLATE) -> ZeroShot:
    """Call each item by the label whose description it is most like.

    Parameters
    ----------
    embedding : Embedding
        Whose space knows text, such as that of CLIP.
    labels : sequence of str
        At least two; empty and repeated ones are passed over, upper and lower case being alike.
    template : str
        With ``{}`` where the label goes.

    Raises
    ------
    InputError
        If there are too few or too many labels, the template has no place for them, or the space
        knows no text.
    """
    first: dict[str, str] = {}
    for label in labels:
        if label.strip():
            first.setdefault(_same(label), " ".join(label.split()))
    names = tuple(first.values())
    if not 2 <= len(names) <= _MOST_LABELS:
        raise InputError(
            f"{len(names):,} different labels were given; give 2 to {_MOST_LABELS:,}, to choose "
            "among them."
        )
    if _SLOT not in template:
        raise InputError(f"The template {template!r} has no {_SLOT}; put one where the label goes.")
    model = text_model(embedding)
    if model is None:
        raise InputError(
            f"Vectors of {embedding.spec_name} share their space with no text; choose a model that "
            "learned from pictures and their captions, such as CLIP."
        )
    prompts = tuple(template.replace(_SLOT, name) for name in names)
    texts = np.stack([model.embed_text(prompt) for prompt in prompts])
    similarities = pairwise(embedding.vectors, texts, "cosine")
    predicted = similarities.argmax(axis=1)
    confidence = None
    if isinstance(model, Scaled):
        confidence = _probability(similarities, float(model.logit_scale))
    return ZeroShot(embedding.ids, names, prompts, similarities, predicted, confidence)


def _same(label: str) -> str:
    """Return what two labels have in common that are the same to a reader."""
    return " ".join(label.split()).casefold()


def _probability(similarities: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Return the softmax of the largest of each row, (n,)."""
    logits = scale * similarities.astype(np.float64)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: NDArray[np.float32] = (1 / odds.sum(axis=1)).astype(np.float32)
    return found
