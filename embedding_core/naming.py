"""Names for clusters, taken from the data: its words, its columns, or its most typical items."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.columns import Column, columns, texts
from embedding_core.similarity import prepare
from embedding_core.terms import class_weights, count_terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding

# A value names a cluster where at least so many of its items have it, and so many times as often
# as the others do.
_SHARE, _LIFT = 0.4, 1.5
# A column of numbers does where the cluster's mean is so many standard deviations away.
_AWAY = 0.8
_LONGEST = 24
_WORDY = re.compile(r"[^\W\d_]+([ '’.-]+[^\W\d_]+){0,3}")
_LOOKED_AT = 200


def cluster_names(
    collection: Collection,
    embedding: Embedding,
    codes: NDArray[np.integer],
    *,
    most: int = 3,
    metric: str = "cosine",
) -> tuple[str, ...]:
    """Return a short name for each cluster.

    Words are named by the items in the cluster's middle. Sentences, documents, and items with a
    column of running text, by class-based TF-IDF (Grootendorst, 2022). Others by the value of a
    column that is most over-represented in the cluster ("digit 7"), or whose mean lies farthest off
    ("high price"); where no column tells, by the items in the middle if their ids are words. What
    nothing names is called by its number.

    Parameters
    ----------
    collection : Collection
    embedding : Embedding
        Of items of the collection.
    codes : ndarray of shape (n,), int
        Each item's cluster, in the order of ``embedding.ids``; -1 for none.
    most : int
        Words in a name.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
        What the middle is.

    Returns
    -------
    tuple of str
        One a cluster, no two alike.
    """
    n_clusters = int(codes.max(initial=-1)) + 1
    if not n_clusters:
        return ()
    is_words = collection.modality == "text" and collection.unit == "word"
    found: list[str | None] = [None] * n_clusters
    if is_words:
        found = _by_middle(embedding, codes, n_clusters, most, metric)
    else:
        for name in _ways(collection, embedding, codes, n_clusters, most, metric):
            found = [old or new for old, new in zip(found, name, strict=True)]
            if all(found):
                break
    return _unique([name or f"cluster {code + 1}" for code, name in enumerate(found)])


def _ways(
    collection: Collection,
    embedding: Embedding,
    codes: NDArray[np.integer],
    n_clusters: int,
    most: int,
    metric: str,
) -> Iterator[list[str | None]]:
    """Name all clusters in one way after the other, the most telling one first."""
    running = texts(collection, embedding.ids)
    if running is not None:
        yield _by_terms(running[1], codes, n_clusters, most)
    known = columns(collection, embedding.ids)
    yield _by_categories([each for each in known if not each.is_numeric], codes, n_clusters)
    yield _by_numbers([each for each in known if each.is_numeric], codes, n_clusters)
    if _are_words(embedding.ids):
        yield _by_middle(embedding, codes, n_clusters, most, metric)


def _by_terms(
    written: Sequence[str], codes: NDArray[np.integer], n_clusters: int, most: int
) -> list[str | None]:
    terms = count_terms(written)
    weights = class_weights(terms, codes, n_clusters)
    names: list[str | None] = []
    for row in weights:
        best = np.argsort(-row, kind="stable")[:most]
        names.append(", ".join(terms.names[i] for i in best if row[i] > 0) or None)
    return names


def _by_categories(
    known: Sequence[Column], codes: NDArray[np.integer], n_clusters: int
) -> list[str | None]:
    """Name each cluster by the value whose share among its items most exceeds that elsewhere."""
    names: list[str | None] = [None] * n_clusters
    score = np.zeros(n_clusters)
    inside = codes >= 0
    sizes = np.bincount(codes[inside], minlength=n_clusters)
    for column in known:
        has = column.codes >= 0
        table = np.zeros((n_clusters, len(column.names)))
        np.add.at(table, (codes[inside & has], column.codes[inside & has]), 1)
        totals = np.bincount(column.codes[has], minlength=len(column.names))
        within = table / sizes[:, None]
        outside = (totals - table) / np.maximum(len(codes) - sizes, 1)[:, None]
        ahead = np.where((within >= _SHARE) & (within >= _LIFT * outside), within - outside, 0)
        best = ahead.argmax(axis=1)
        for code in np.flatnonzero(ahead.max(axis=1, initial=0) > score):
            score[code] = ahead[code, best[code]]
            names[code] = _value(column.name, column.names[best[code]])
    return names


def _value(column: str, value: str) -> str:
    """Return a value as a name; with its column's name where it says nothing alone."""
    return _short(value) if _are_words([value]) else f"{_short(column)} {_short(value)}"


def _by_numbers(
    known: Sequence[Column], codes: NDArray[np.integer], n_clusters: int
) -> list[str | None]:
    """Name each cluster by the numbers whose mean lies farthest from that of all items."""
    names: list[str | None] = [None] * n_clusters
    score = np.full(n_clusters, _AWAY)
    for column in known:
        values = column.values.astype(np.float64)
        scale = np.nanstd(values)
        for code in range(n_clusters):
            own = values[codes == code]
            own = own[np.isfinite(own)]
            away = (own.mean() - np.nanmean(values)) / scale if len(own) and scale > 0 else 0.0
            if abs(away) > score[code]:
                score[code] = abs(away)
                names[code] = f"{'high' if away > 0 else 'low'} {_short(column.name)}"
    return names


def _by_middle(
    embedding: Embedding,
    codes: NDArray[np.integer],
    n_clusters: int,
    most: int,
    metric: str,
) -> list[str | None]:
    """Name each cluster by the items nearest to its mean."""
    places = prepare(embedding.vectors, metric)
    names: list[str | None] = []
    for code in range(n_clusters):
        members = np.flatnonzero(codes == code)
        gaps = np.linalg.norm(places[members] - places[members].mean(axis=0), axis=1)
        best = members[np.argsort(gaps, kind="stable")[:most]]
        names.append(", ".join(_short(embedding.ids[i]) for i in best) or None)
    return names


def _are_words(names: Sequence[str]) -> bool:
    """Tell whether names are words, and not numbers or codes, by the first of them."""
    some = names[:_LOOKED_AT]
    return sum(bool(_WORDY.fullmatch(name)) for name in some) > 0.8 * len(some)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _unique(names: list[str]) -> tuple[str, ...]:
    """Return the names, the second and later of equal ones numbered."""
    taken, seen = set(names), Counter[str]()
    result = []
    for name in names:
        seen[name] += 1
        number, found = seen[name], name
        while number > 1 and found in taken:
            found = f"{name} ({number})"
            number += 1
        taken.add(found)
        result.append(found)
    return tuple(result)
