"""Finding items on a map: by letters, by a pattern, by meaning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedding_core.embedding import Embedding
from embedding_core.errors import ExplorerError
from embedding_core.finding import find, query_vector, text_model
from embedding_core.similarity import pairwise
from ui.selection import Selection
from ui.view import View

_LETTERS, _PATTERN, _MEANING = "letters", "pattern", "meaning"
_WAYS = {_LETTERS: "Letters", _PATTERN: "Pattern", _MEANING: "Meaning"}
_ASKED = ("sentence", "document")
NEAREST = 10
"""How many items a question by meaning selects."""
_HELP = (
    "Letters: in an item's name, else in its columns. Pattern: a regular expression, such as "
    "^a.*e$. Meaning: any text, embedded by the model of these vectors; the map is then coloured "
    "by likeness to it."
)


@dataclass(frozen=True, eq=False)
class Query:
    """What was asked for by meaning.

    Attributes
    ----------
    text
        As it was typed.
    vector
        (dim,) its own, prepared as the items' are.
    likeness
        (n,) of every item to it, by the metric of the view; larger is nearer.
    """

    text: str
    vector: NDArray[np.float32]
    likeness: NDArray[np.float32]


def choose_find(view: View, selection: Selection) -> tuple[Query | None, str]:
    """Draw the search field: what it finds is selected.

    Returns
    -------
    tuple
        What was asked for by meaning, None where nothing was; and what went wrong, as a sentence.
    """
    choices = view.choices
    knows_text = _knows_text(view.original)
    ways = _WAYS if knows_text else {_LETTERS: "Letters", _PATTERN: "Pattern"}
    # Of sentences, pictures and sounds one asks what they are about, of words which they are.
    collection = view.collection
    asks = knows_text and (collection.unit in _ASKED or collection.modality in ("image", "audio"))
    default = _MEANING if asks else _LETTERS

    def changed() -> None:
        problem = ""
        try:
            positions = _found(view, choices.value("find", ""), choices.value("by", default))
        except ExplorerError as error:
            positions, problem = (), str(error)
        choices.set("find-problem", problem)
        selection.select(tuple(view.embedding.ids[i] for i in positions))

    field = st.container(width=300 if asks else 190)
    way = choices.select(
        "by",
        "Find by",
        list(ways),
        default,
        labels=ways,
        on_change=changed,
        kind="way to find",
        label_visibility="collapsed",
        width=115,
        help=_HELP,
    )
    with field:
        text = choices.text(
            "find",
            "Find",
            on_change=changed,
            placeholder="Ask: type any sentence" if asks and way == _MEANING else "Find",
            icon=":material/search:",
            label_visibility="collapsed",
        ).strip()
    problem: str = choices.value("find-problem", "")
    if not text:
        return None, ""
    if way != _MEANING:
        # Nothing is selected too where a person took back what was found.
        nothing = not len(selection.ids) and not problem and not _is_found(view, text, way)
        return None, f"Nothing here has “{text}” in it." if nothing else problem
    try:
        return _query(view, text), problem
    except ExplorerError as error:
        return None, str(error)


def _found(view: View, text: str, way: str) -> tuple[int, ...]:
    text = text.strip()
    if not text:
        return ()
    if way == _MEANING:
        best = np.argsort(-_query(view, text).likeness, kind="stable")
        return tuple(best[:NEAREST].tolist())
    ids = view.embedding.ids
    positions = find(view.collection, text, ids=ids, pattern=way == _PATTERN)
    return tuple(positions.tolist())


def _is_found(view: View, text: str, way: str) -> bool:
    try:
        return bool(_found(view, text, way))
    except ExplorerError:
        return False


def _query(view: View, text: str) -> Query:
    vector = view.prepared(query_vector(view.original, text)[None])
    return Query(text, vector[0], pairwise(vector, view.embedding.vectors, view.metric)[0])


@st.cache_resource(
    max_entries=64,
    show_spinner=False,
    hash_funcs={Embedding: lambda e: (e.space, e.spec_name, e.model is None)},
)
def _knows_text(embedding: Embedding) -> bool:
    return text_model(embedding) is not None
