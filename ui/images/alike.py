"""Where are two alike: what each region of two pictures adds to their likeness."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import embedding_core as ec
from embedding_core.models import SpatialMaps
from embedding_core.regions import REGION_METRICS, PairRegions, pair_regions
from embedding_core.similarity import pairwise
from embedding_core.teaching.glossary import more_on
from ui import cached
from ui.components.pictures import Pictures
from ui.errors import told
from ui.images.offers import offer_model
from ui.images.picker import choose_picture, small_pictures
from ui.images.picture import Matched, Painted, draw_picture
from ui.plain import plain, score, word
from ui.questions.base import Question, notes
from ui.sentences.following import follow
from ui.sidebar import METRIC_LABELS, choose_preprocessing
from ui.view import View, neighbors_at_hand

_HEIGHT = 430
_SIDES = ("left", "right")
_SAME = 2e-3  # Cosines nearer than that are the same to a reader.


@st.fragment
def _ask(view: View) -> None:
    if not isinstance(view.embedding.model, SpatialMaps):
        offer_model(
            view,
            "This model gives a picture one vector and its regions none, so where two are alike "
            "cannot be told. A convolutional network has a vector for every region.",
        )
        return
    if len(view.embedding) < 2:
        st.info("There is one picture only; bring another to compare.")
        return
    sentence = st.container()
    with st.container(key="side-by-side"):
        columns = st.columns(2, gap="medium")
    foot = st.container()
    with foot:
        pictures = small_pictures(view)
    ids = _choose_pair(view, columns, pictures)
    with foot:
        beside, under = st.columns([1, 4], gap="medium")
    with beside:
        how = choose_preprocessing(view.choices)
    with told(stop=False):
        space, items = view.embedding.space, view.collection.fingerprint
        found = _compared(space, items, ids, how, _metric(view), view)
        for at, column in enumerate(columns):
            with column:
                _picture(view, ids, found, at)
        with sentence:
            st.markdown(f"##### {_sentence(ids, found)}")
            notes(view)
        with under:
            _explain(view, ids, found, how)
    view.choices.publish()


# --- choices --------------------------------------------------------------------------------------


def _choose_pair(
    view: View, columns: Sequence[DeltaGenerator], pictures: Pictures | None
) -> tuple[str, str]:
    """Draw the choice of two pictures: the two selected on the map, else the nearest pair."""
    choices = view.choices
    selected = choices.ids(view.embedding.positions)[:2]
    first, second = selected if len(selected) == 2 else _nearest_pair(view)
    made_for = (view.collection.fingerprint, selected if len(selected) == 2 else ())
    follow(choices, "pair-of", made_for, {"left": first, "right": second})
    found = []
    for name, label, default, column in zip(
        _SIDES, ("One picture", "Another"), (first, second), columns, strict=True
    ):
        with column:
            help_ = (
                "To begin with they are the two selected on the map, else the two nearest to each "
                "other."
                if name == "left"
                else ""
            )
            found.append(choose_picture(view, name, label, default, pictures, help_=help_))
    return found[0], found[1]


def _nearest_pair(view: View) -> tuple[str, str]:
    ids, graph = view.embedding.ids, neighbors_at_hand(view)
    if graph is None or not graph.k:
        return ids[0], ids[1]
    at = int(np.argmin(graph.distances[:, 0]))
    return ids[at], ids[int(graph.indices[at, 0])]


# --- what is looked at ----------------------------------------------------------------------------


def _metric(view: View) -> str:
    """Return the view's metric where it is a sum over regions, else cosine."""
    return view.metric if view.metric in REGION_METRICS else REGION_METRICS[0]


@st.cache_resource(max_entries=64, show_spinner=False)
def _compared(
    space: str, fingerprint: str, ids: tuple[str, str], how: str, metric: str, _view: View
) -> PairRegions:
    """Compare two pictures: one pass of the network, a fraction of a second."""
    collection = _view.collection
    left, right = (collection.payloads[collection.positions[id_]] for id_ in ids)
    prepared = ec.preprocessing_of(cached.preprocessed(_view.embedding, how))
    return pair_regions(_view.embedding.model, left, right, metric=metric, prepared=prepared)


# --- what is shown --------------------------------------------------------------------------------


def _picture(view: View, ids: tuple[str, str], found: PairRegions, at: int) -> None:
    heat = (found.left, found.right)[at]
    largest = max(float(np.abs(each.values).max()) for each in (found.left, found.right))
    whole = score(found.similarity, found.metric)
    item = view.collection.payloads[view.collection.positions[ids[at]]]
    draw_picture(
        item,
        key=f"{view.choices.page}-alike-{_SIDES[at]}",
        height=_HEIGHT,
        painted=Painted(
            heat,
            largest or 1.0,
            f"adds to {METRIC_LABELS[found.metric].lower()}",
            f"of {whole}: makes the two alike",
            f"of {whole}: sets the two apart",
        ),
        matched=Matched(found.matches, f"{view.choices.page}-alike", is_left=at == 0),
        summary=f"{ids[at]}, and what each of its regions adds to its likeness to {ids[1 - at]}.",
    )


def _sentence(ids: tuple[str, str], found: PairRegions) -> str:
    """Read the data in view: how alike the two are, and how few regions make it so."""
    named = f"{METRIC_LABELS[found.metric].lower()} " if found.metric == "cosine" else ""
    told = f"{word(ids[0])} and {word(ids[1])}: {named}{score(found.similarity, found.metric)}"
    if found.similarity <= 0:
        return f"{told}; more of their regions set them apart than make them alike"
    first, second = (_fewest(heat.values, found.similarity) for heat in (found.left, found.right))
    return f"{told}, half of it from {first} and {second} of their {found.left.values.size} regions"


def _fewest(values: np.ndarray, total: float) -> int:
    """Return how many regions, the strongest first, add up to half of the whole."""
    ordered = np.sort(values.ravel())[::-1].cumsum()
    return int(np.searchsorted(ordered, total / 2)) + 1


def _explain(view: View, ids: tuple[str, str], found: PairRegions, how: str) -> None:
    lines = [
        "Red regions make the two alike and blue ones set them apart; the numbers of all regions "
        f"of a picture sum to {score(found.similarity, found.metric)}, exactly: the likeness of "
        "two means is the mean of every region's likeness to the other mean (Stylianou et al., "
        "2019). Point at a region to see which of the other picture's are like it."
    ]
    if view.metric != found.metric:
        lines.append(
            f"{METRIC_LABELS[view.metric]} is no sum over regions: this is "
            f"{METRIC_LABELS[found.metric].lower()}."
        )
    vectors = cached.preprocessed(view.embedding, how)
    rows = [vectors.positions[id_] for id_ in ids]
    part = vectors.vectors[rows]
    whole = float(pairwise(part[:1], part[1:], found.metric)[0, 0])
    if abs(whole - found.similarity) > _SAME * max(1.0, abs(whole)):
        lines.append(
            "This model does not pool by the mean: of its own vectors the number is "
            f"{score(whole, found.metric)}, and that of the means of its regions is shown."
        )
    st.caption(plain(" ".join(lines)) + more_on("Feature map"))


QUESTION = Question("alike", "Where are two alike?", _ask, has_metric=True)
