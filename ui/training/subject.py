"""What is trained: a small text, a graph, ratings or pictures; and the trainer for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.corpus import Corpus
from embedding_core.errors import TooLargeError
from embedding_core.models import TrainerSpec
from embedding_core.small_world import kinds, small_world
from embedding_core.theatre import MOST_SHOWN
from ui.bringing import read_brought
from ui.image_sources import choose_images
from ui.sources import UPLOADED, Data, built_in, choose_source
from ui.state import Choices
from ui.uploads import Upload

_MODELS = {
    "words": "word2vec",
    "graph": "node2vec",
    "gcn": "gcn",
    "ratings": "matrix-factorization",
    "pictures": "contrastive",
}
_LABELS = {
    "words": "Words (skip-gram)",
    "graph": "A graph, by walks (node2vec)",
    "gcn": "A graph, by layers (GCN)",
    "ratings": "Ratings (matrix factorization)",
    "pictures": "Pictures (contrastive)",
}
_MODALITIES = {"graph": "graph", "gcn": "graph", "ratings": "ratings"}
_FIRST = {"graph": "karate", "gcn": "karate", "ratings": "tastes"}
_HINTS = {
    "graph": "A graph: an edge list, a matrix, GraphML, GML or JSON.",
    "ratings": "A table of user, item and rating.",
}
_LONGEST = 200_000
_KIND = "kind"


@dataclass(frozen=True)
class Subject:
    """What is trained.

    Attributes
    ----------
    kind
        A key of the choice of what is trained.
    spec
        The trainer that the app embeds with.
    collection
        All that is trained.
    rows
        Those of it that are shown; None for all.
    corpus
        The text; None where it learns from the items themselves.
    color
        The column the points are coloured by; empty for none.
    watched
        Who is watched where nobody chose.
    """

    kind: str
    spec: TrainerSpec
    collection: Collection
    rows: NDArray[np.intp] | None = None
    corpus: Corpus | None = None
    color: str = ""
    watched: str = ""

    @property
    def shown(self) -> Collection:
        """The items that are shown."""
        return self.collection if self.rows is None else _part(self.collection, self.rows)


def choose_subject(choices: Choices) -> Subject:
    """Draw the choice of what is trained, and return it."""
    kind = choices.select("of", "What is trained", list(_MODELS), "words", labels=_LABELS)
    spec = ec.EMBEDDERS[_MODELS[kind]]
    assert isinstance(spec, TrainerSpec)
    if kind == "words":
        return _words(choices, spec)
    own = choices.part(kind)
    data = choose_images(own, "emoji") if kind == "pictures" else _brought(own, kind)
    rows = _shown(len(data.collection))
    color = data.color if data.color in data.collection.table.columns else ""
    return Subject(kind, spec, data.collection, rows, color=color)


def _words(choices: Choices, spec: TrainerSpec) -> Subject:
    """Draw the text, to be changed at will, and return its words."""
    text = choices.text(
        "text",
        "Text to learn from",
        small_world().text,
        area=True,
        height=260,
        help="One sentence a line. This one is made up: words of one kind can stand in the same "
        "places. Change it, or paste your own.",
    )
    if len(text) > _LONGEST:
        raise TooLargeError(
            f"The text has {len(text):,} letters; this page takes up to {_LONGEST:,}. Cut it, or "
            "train on all of it on the Words page."
        )
    corpus = Corpus(text, "this text")
    words = corpus.vocabulary(1)[:MOST_SHOWN]
    known = kinds()
    collection = _collection_of(corpus, tuple(words))
    has_kinds = any(word in known for word in words)
    watched = "king" if "king" in words else next((w for w in words if len(w) > 3), words[0])
    return Subject("words", spec, collection, None, corpus, _KIND if has_kinds else "", watched)


@st.cache_resource(
    max_entries=16, show_spinner=False, hash_funcs={Corpus: lambda corpus: corpus.fingerprint}
)
def _collection_of(corpus: Corpus, words: tuple[str, ...]) -> Collection:
    """Make a collection of words, with the kinds of those that the made-up text is about."""
    found = ec.words("\n".join(words), name=corpus.name)
    known = kinds()
    cells = [known.get(id_) for id_ in found.ids]
    return found.with_column(_KIND, cells)


def _brought(choices: Choices, kind: str) -> Data:
    """Draw the choice among built-in sets and a file of one's own."""
    modality = _MODALITIES[kind]
    samples = [sample for sample in ec.SAMPLES.values() if sample.modality == modality]
    chosen = choose_source(choices, samples, {UPLOADED: "Upload a file"}, _FIRST[kind])
    if not isinstance(chosen, str):
        return built_in(chosen)
    hint = _HINTS[modality]
    uploads = choices.uploads("file", "Files", Upload.of, help=hint)
    return read_brought(choices, modality, uploads, None, hint=hint, folder=f"your-{modality}")


def _shown(n: int) -> NDArray[np.intp] | None:
    """Return which of very many items are shown, drawn at random; None for all."""
    if n <= MOST_SHOWN:
        return None
    return np.sort(np.random.default_rng(0).choice(n, MOST_SHOWN, replace=False))


@st.cache_resource(
    max_entries=16,
    show_spinner=False,
    hash_funcs={Collection: lambda collection: collection.fingerprint},
)
def _part(collection: Collection, rows: NDArray[np.intp]) -> Collection:
    return replace(collection.take(rows.tolist()))
