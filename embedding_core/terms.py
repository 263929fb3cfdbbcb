"""Terms: the words of running texts, counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Two letters or more, of any alphabet; no numbers.
_WORD = r"(?u)\b[^\W\d_]{2,}\b"
_ENOUGH_TEXTS = 20
_MOST_TERMS = 20_000


@dataclass(frozen=True, eq=False)
class Terms:
    """How often each word stands in each text.

    Attributes
    ----------
    names : tuple of str
        The words, in lower case and alphabetical order; stop words left out.
    counts : scipy.sparse.csr_matrix of shape (n, n_terms), int
    """

    names: tuple[str, ...]
    counts: Any


def count_terms(texts: Sequence[str]) -> Terms:
    """Count the words of texts.

    English stop words are left out, and of twenty texts or more also words that stand in over half
    of them, which are the stop words of any language, and those that stand in one alone.

    Parameters
    ----------
    texts : sequence of str
    """
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

    many = len(texts) >= _ENOUGH_TEXTS
    vectorizer = CountVectorizer(
        token_pattern=_WORD,
        stop_words="english",
        min_df=2 if many else 1,
        max_df=0.5 if many else 1.0,
        max_features=_MOST_TERMS,
    )
    try:
        counts = vectorizer.fit_transform(texts)
    except ValueError:
        # scikit-learn's way to say that no word is left.
        return Terms((), csr_matrix(np.zeros((len(texts), 0), dtype=np.int64)))
    return Terms(tuple(vectorizer.get_feature_names_out()), counts)


def class_weights(terms: Terms, codes: NDArray[np.integer], n_classes: int) -> NDArray[np.float64]:
    """Return how much each term says about each class: class-based TF-IDF (Grootendorst, 2022).

    All texts of a class count as one. A term's weight is its share of the class's words times
    log(1 + A / f), with f how often it stands in all classes and A the mean number of words of a
    class.

    Parameters
    ----------
    terms : Terms
    codes : ndarray of shape (n,), int
        Each text's class; texts of -1 belong to none and are left out.
    n_classes : int

    Returns
    -------
    ndarray of shape (n_classes, n_terms)
    """
    from scipy.sparse import csr_matrix

    rows = np.flatnonzero(codes >= 0)
    of_class = csr_matrix((np.ones(len(rows)), (codes[rows], rows)), shape=(n_classes, len(codes)))
    frequency = np.asarray((of_class @ terms.counts).todense(), dtype=np.float64)
    totals = frequency.sum(axis=1, keepdims=True)
    everywhere = frequency.sum(axis=0)
    rarity = np.log1p(totals.mean() / np.maximum(everywhere, 1)) if n_classes else everywhere
    share: NDArray[np.float64] = frequency / np.maximum(totals, 1)
    weights: NDArray[np.float64] = share * rarity
    return weights
