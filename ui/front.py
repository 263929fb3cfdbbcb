"""The front page's picture: one list of words, its heatmap beside its map, and a sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

import embedding_core as ec
from embedding_core.embedding import Embedding
from ui import cached, colouring
from ui.errors import show_notes, told
from ui.heatmap import draw_heatmap, scale_of
from ui.map import Style, draw_map
from ui.plain import plain, score, word
from ui.sidebar import MapChoice, ModelChoice
from ui.sources import Data, built_in
from ui.state import Choices
from ui.view import View, embedded, map_badge, projected, trust

SAMPLE = "king-queen-apple"
MODEL = "glove-6b-50d"
TRIPLE = ("king", "queen", "apple")
_OF_EACH = 3
_HEIGHT = 500


def show_front(choices: Choices) -> None:
    """Draw the sentence, the heatmap and the map, all computed now from the model."""
    data = _first_of_each(built_in(ec.SAMPLES[SAMPLE]))
    map_choice = MapChoice("pca", (), 2, "cosine", 0)
    with told():
        embedding = embedded(choices, data.collection, ModelChoice(ec.EMBEDDERS[MODEL], {}))
    _pictures(View(choices, data, embedding, map_choice))


def _first_of_each(data: Data) -> Data:
    """Keep the first words of each group: so few that their numbers can be read in the heatmap."""
    first = data.collection.table.groupby(data.color, sort=False).head(_OF_EACH).index
    return replace(data, collection=data.collection.take(first))


@st.fragment
def _pictures(view: View) -> None:
    embedding, choices = view.embedding, view.choices
    known = embedding.positions
    selected = [known[id_] for id_ in choices.ids(known)]

    def chosen(positions: np.ndarray) -> None:
        choices.set("sel", tuple(embedding.ids[i] for i in positions))

    st.markdown(_sentence(embedding, selected))
    st.caption(
        f"Cosine similarity of {plain(ec.EMBEDDERS[MODEL].label)} vectors, computed here: 1 is the "
        "same direction, 0 unrelated. Point at a cell or a word."
    )
    show_notes(choices.notes)
    with st.container(key="side-by-side"):
        left, right = st.columns(2, gap="medium")
    with left:
        order = cached.seriation(embedding, view.metric)
        matrix = cached.similarity(embedding, view.metric)[np.ix_(order, order)]
        labels = [embedding.ids[i] for i in order]
        draw_heatmap(
            matrix,
            labels,
            labels,
            key="front-heat",
            row_items=order,
            col_items=order,
            selected=selected,
            values_in_cells=True,
            height=_HEIGHT,
            link="front",
            summary=f"Heatmap of the cosine similarity of {len(labels)} words.",
            on_select=chosen,
            **scale_of(matrix, view.metric),
        )
    with right:
        projection, _ = projected(embedding, view.map)
        quality, _ = trust(embedding, projection)
        colours = colouring.colour_by(view.data.color, view.collection, projection.ids, quality)
        style = Style(
            selected=selected,
            axis_titles=projection.axis_titles or None,
            badge=map_badge(quality, len(embedding)),
            **colours,
        )
        draw_map(
            cached.geometry(projection, view.collection),
            style,
            key="front-map",
            height=_HEIGHT,
            link="front",
            on_select=chosen,
        )
    choices.publish()


def _sentence(embedding: Embedding, selected: list[int]) -> str:
    """Read the numbers off the data: of the pair a person selected, else of the three words."""
    if len(selected) == 2:
        pair = embedding.take(selected)
        value = float(ec.similarity(pair)[0, 1])
        return (
            f"### {word(pair.ids[0])} and {word(pair.ids[1])} have a similarity of {score(value)}"
        )
    a, b, c = TRIPLE
    matrix = ec.similarity(embedding.take([embedding.position(id_) for id_ in TRIPLE]))
    near, far = float(matrix[0, 1]), float(matrix[0, 2])
    closer = "closer to" if near > far else "farther from"
    return f"### {word(a)} is {closer} {word(b)} ({score(near)}) than to {word(c)} ({score(far)})"
