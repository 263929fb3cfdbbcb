"""Which occurrences of a word are looked at, what they mean, and how well that is told apart."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedding_core.collection import Collection
from embedding_core.contexts import Contexts
from ui import colouring

_SUGGESTED, _LOOKED_AT = 16, 2_000
_ENOUGH = 8  # Sentences with a word; more of them make it no better to begin with.


@st.cache_resource(
    max_entries=32, show_spinner=False, hash_funcs={Collection: lambda c: c.fingerprint}
)
def shared_words(collection: Collection) -> tuple[str, ...]:
    """Return words worth looking at: those a column ``word`` names, else those that texts share."""
    table = collection.table
    if "word" in table.columns:
        named = [str(word) for word in dict.fromkeys(table["word"]) if str(word).strip()]
        if named and len(named) < len(table):
            return tuple(named)
    from embedding_core.terms import count_terms

    texts = [str(payload.load()) for payload in list(collection.payloads)[:_LOOKED_AT]]
    terms = count_terms(texts)
    frequency = np.asarray((terms.counts > 0).sum(axis=0)).ravel()
    ranked = sorted(
        ((int(n), word) for n, word in zip(frequency, terms.names, strict=True) if n > 1),
        key=lambda pair: (-min(pair[0], _ENOUGH), -len(pair[1]), pair[1]),
    )
    return tuple(word for _, word in ranked[:_SUGGESTED])


def senses_of(
    collection: Collection, column: str, rows: NDArray[np.intp], contexts: Contexts
) -> tuple[str, ...]:
    """Return the sense of every occurrence; nothing where no column tells.

    Parameters
    ----------
    rows
        Which items the sentences were that the word was looked up in.
    """
    if colouring.column_of(column, collection) is None:
        return ()
    cells = collection.table[column].iloc[rows[list(contexts.rows)]]
    return tuple(cells.astype(object).where(cells.notna(), "").astype(str))


def agreement(similarities: NDArray[np.float32], senses: tuple[str, ...]) -> tuple[int, float]:
    """Return for how many occurrences the nearest other one has the same sense, and by chance.

    Parameters
    ----------
    similarities
        (n, n) of every occurrence to every other.
    senses
        n of them.
    """
    labels = np.asarray(senses)
    same = labels[:, None] == labels[None, :]
    np.fill_diagonal(same, False)
    others = similarities.copy()
    np.fill_diagonal(others, -np.inf)
    nearest = others.argmax(axis=1)
    found = int(same[np.arange(len(labels)), nearest].sum())
    return found, float(same.sum() / (len(labels) - 1))
