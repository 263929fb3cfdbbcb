"""Who is near whom: the neighbour graph, nearest items and words, analogies, the odd one out."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.cache import ByteLRU, OnceCache
from embedding_core.errors import Cancelled, ContractError, InputError, UnknownNameError
from embedding_core.exact import contenders, exact_neighbors, top
from embedding_core.models import Vocabulary
from embedding_core.search import at_hand
from embedding_core.similarity import DISTANCES, check_metric, unit
from embedding_core.wordvectors import vectors_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress

_GRAPHS: ByteLRU[NeighborGraph] = ByteLRU(256 << 20)
_GATES: OnceCache[threading.Lock] = OnceCache(64)


@dataclass(frozen=True, eq=False)
class NeighborGraph:
    """The nearest neighbours of every item, itself left out.

    Attributes
    ----------
    indices : ndarray of shape (n, k), int32
        The neighbours, nearest first.
    distances : ndarray of shape (n, k), float32
        Ascending and not negative: 1 - cosine, Euclidean or Manhattan distance, or how far a dot
        product falls short of the item's largest.
    metric : str
    """

    indices: NDArray[np.int32]
    distances: NDArray[np.float32]
    metric: str

    def __post_init__(self) -> None:
        if self.indices.shape != self.distances.shape:
            raise ContractError(
                f"{self.indices.shape} neighbours, {self.distances.shape} distances"
            )
        self.indices.setflags(write=False)
        self.distances.setflags(write=False)

    @property
    def k(self) -> int:
        """Neighbours per item."""
        return int(self.indices.shape[1])

    def first(self, k: int) -> NeighborGraph:
        """Return the graph of the `k` nearest."""
        return NeighborGraph(self.indices[:, :k], self.distances[:, :k], self.metric)


@dataclass(frozen=True)
class Neighbor:
    """One answer to a question for neighbours.

    Attributes
    ----------
    id : str
        The item or word.
    score : float
        Cosine or dot product, larger is nearer; Euclidean or Manhattan distance, smaller is nearer.
    """

    id: str
    score: float


def neighbor_graph(
    embedding: Embedding,
    k: int = 15,
    metric: str = "cosine",
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> NeighborGraph:
    """Return the exact `k` nearest neighbours of every item, from the cache where it has them.

    One graph per embedding and metric is shared by projector, quality and inspector; asking for
    fewer neighbours than it has costs nothing.

    Parameters
    ----------
    embedding : Embedding
    k : int
        At most one less than there are items; more is cut.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
    progress, cancel : callable, optional
        Told of and asked after each block of items.
    """
    check_metric(metric)
    k = max(0, min(k, len(embedding) - 1))
    key = (embedding.fingerprint, metric)
    with _alone(key, cancel):
        known = _GRAPHS.get(key)
        if known is None or known.k < k:
            indices, distances = exact_neighbors(
                embedding.vectors, k, metric, progress=progress, cancel=cancel
            )
            known = NeighborGraph(indices, distances, metric)
            _GRAPHS.put(key, known, indices.nbytes + distances.nbytes)
    return known.first(k)


def known_graph(embedding: Embedding, metric: str = "cosine") -> NeighborGraph | None:
    """Return the neighbour graph if it has been computed already, with as many as it has."""
    check_metric(metric)
    return _GRAPHS.get((embedding.fingerprint, metric))


@contextmanager
def _alone(key: tuple[str, str], cancel: Cancel | None) -> Iterator[None]:
    """Let one thread at a time work on a graph: the others find it in the cache."""
    gate = _GATES.get(key, threading.Lock)
    while not gate.acquire(timeout=0.1):
        if cancel is not None and cancel():
            raise Cancelled
    try:
        yield
    finally:
        gate.release()


def nearest(
    embedding: Embedding,
    query: str | NDArray[np.float32],
    k: int = 10,
    metric: str = "cosine",
    *,
    within: str = "items",
) -> list[Neighbor]:
    """Return the nearest items or words.

    Parameters
    ----------
    embedding : Embedding
    query : str or ndarray of shape (dim,)
        An item's id, which is then left out of the answer; or a vector of the same space. Within
        the vocabulary, also any word the model knows.
    k : int
        How many, at least 1.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
    within : {"items", "vocabulary"}
        Search the person's own items, or all words of the model.

    Raises
    ------
    InputError
        If the id or word is unknown, or the model has no vocabulary.
    """
    check_metric(metric)
    if k < 1:
        raise InputError(f"k got {k}; ask for at least 1 neighbour.")
    if within == "vocabulary":
        return nearest_words(embedding.model, _typed_or_item(embedding, query), k, metric)
    if within != "items":
        raise UnknownNameError("place to search", within, ("items", "vocabulary"))
    left_out: list[int] = []
    if isinstance(query, str):
        left_out = [embedding.position(query)]
        query = embedding.vectors[left_out[0]]
    # One more for the item itself, which twins of it may keep out of the first place.
    vector = np.asarray(query, np.float32)
    places, scores = at_hand(embedding, metric).places(vector, k + len(left_out))
    sign = -1.0 if metric in DISTANCES else 1.0
    return [
        Neighbor(embedding.ids[place], sign * float(score))
        for place, score in zip(places[0].tolist(), scores[0].tolist(), strict=True)
        if place not in left_out
    ][:k]


def _typed_or_item(
    embedding: Embedding, query: str | NDArray[np.float32]
) -> str | NDArray[np.float32]:
    """Return a query as it is; an item whose id is no word of the model, as its vector."""
    if isinstance(query, str) and query in embedding.positions:
        known = (
            isinstance(embedding.model, Vocabulary) and embedding.model.positions([query])[0] >= 0
        )
        return query if known else embedding.vectors[embedding.positions[query]]
    return query


def nearest_words(
    model: object,
    vector: NDArray[np.float32] | str,
    k: int = 10,
    metric: str = "cosine",
    *,
    exclude: Sequence[str] = (),
) -> list[Neighbor]:
    """Return the words of a model's whole vocabulary that are nearest to a vector.

    Parameters
    ----------
    model : Vocabulary
    vector : ndarray of shape (dim,), or str
        Where, or a word that is then left out of the answer.
    k : int
    metric : {"cosine", "dot", "euclidean", "manhattan"}
    exclude : sequence of str
        Words to leave out.
    """
    if not isinstance(model, Vocabulary):
        raise InputError("This model has no vocabulary to search; search among the items instead.")
    check_metric(metric)
    if isinstance(vector, str):
        exclude = [*exclude, vector]
        vector = vectors_of(model, [vector])[0]
    vector = np.asarray(vector, np.float32)
    if vector.shape != model.matrix.shape[1:]:
        raise InputError(
            f"A vector of shape {vector.shape} cannot be compared with words of "
            f"{model.matrix.shape[1]} dimensions; embed both with the same model."
        )
    places = model.positions(list(exclude))
    scores = model.scores(vector, metric)
    return _best(model.words, scores, k, metric, places[places >= 0].tolist())


def analogy(
    model: object, a: str, b: str, c: str, k: int = 10, *, include_inputs: bool = False
) -> list[Neighbor]:
    """Answer "a is to b as c is to ...": the words nearest to b - a + c.

    The vectors are scaled to length 1 first and compared by cosine (3CosAdd; Mikolov et al., 2013;
    Levy and Goldberg, 2014).

    Parameters
    ----------
    model : Vocabulary
    a, b, c : str
        Words the model knows.
    k : int
    include_inputs : bool
        Whether a, b and c may be answers. They often are the nearest: leaving them out is a choice
        that flatters the model.
    """
    target = analogy_vector(model, a, b, c)
    exclude = () if include_inputs else (a, b, c)
    return nearest_words(model, target, k, "cosine", exclude=exclude)


def analogy_vector(model: object, a: str, b: str, c: str) -> NDArray[np.float32]:
    """Return b - a + c of the unit vectors, (dim,) float32."""
    va, vb, vc = unit(vectors_of(model, [a, b, c]))
    return np.asarray(vb - va + vc, dtype=np.float32)


def odd_one_out(embedding: Embedding) -> list[Neighbor]:
    """Rank items by how well they belong: the first is the one that does not.

    Each item's score is its mean cosine similarity to the others.

    Raises
    ------
    InputError
        If there are fewer than three items.
    """
    n = len(embedding)
    if n < 3:
        raise InputError(f"Got {n} known items; give at least three, so that one can be odd.")
    directions = unit(embedding.vectors).astype(np.float64)
    total = directions.sum(axis=0)
    own = (directions * directions).sum(axis=1)
    mean = (directions @ total - own) / (n - 1)
    return [Neighbor(embedding.ids[i], float(mean[i])) for i in np.argsort(mean, kind="stable")]


def _best(
    names: Sequence[str],
    scores: NDArray[np.float32],
    k: int,
    metric: str,
    left_out: Sequence[int],
) -> list[Neighbor]:
    if left_out:
        scores = scores.copy()
        scores[list(left_out)] = -np.inf
    k = min(k, len(scores) - len(set(left_out)))
    places = contenders(scores, k)
    best, values = top(scores[places][None], k)
    sign = -1.0 if metric in DISTANCES else 1.0
    return [
        Neighbor(names[place], sign * float(value))
        for place, value in zip(places[best[0]].tolist(), values[0].tolist(), strict=True)
    ]
