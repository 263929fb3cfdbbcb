"""A node that was not there while the model learned, linked to those that are selected."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.graph_training import Inductive, Newcomer
from ui.edges import has_edges
from ui.neighbor_table import show_neighbors
from ui.panels.base import Overlay, Panel, Shown
from ui.plain import count, plain
from ui.view import View

NAME = "new node"
_NEAREST = 10
_OTHER = "graphsage"


def show(shown: Shown) -> None:
    """Say where a new node would lie, or why the model cannot tell."""
    view, links = shown.view, shown.selection.ids
    if not isinstance(view.embedding.model, Inductive):
        _offer_another(shown)
        return
    vector = _vector(shown)
    if vector is None:
        st.markdown("Select the nodes that a new one is linked to.")
        st.caption(
            "The model learned how to make a vector of a node's neighbours, so it has one for a "
            "node that was not there. Draw around some nodes, or click them with Shift."
        )
        return
    near = ec.nearest(view.embedding, vector, min(_NEAREST, len(view.embedding)), view.metric)
    linked = sum(one.id in links for one in near)
    st.markdown(
        f"A new node linked to {count(len(links), 'selected node')}: of its {len(near)} nearest, "
        f"{linked} {'is' if linked == 1 else 'are'} linked to it."
    )
    show_neighbors(
        near,
        view.metric,
        key=f"{shown.page}-newcomer-near",
        title="Nearest",
        columns={"Linked": ["yes" if one.id in links else "" for one in near]},
    )
    placement = shown.projection.placement
    if placement is None:
        label = ec.PROJECTORS[shown.projection.method].label
        st.caption(plain(f"A map by {label} takes in nothing new; choose PCA or UMAP to see it."))
    else:
        st.caption(plain(f"On the map it is the hollow diamond, {placement.label}."))


def overlay(shown: Shown) -> Overlay:
    """Put the new node on the map, where the map can take it in."""
    if shown.projection.placement is None or not isinstance(shown.view.embedding.model, Inductive):
        return Overlay()
    vector = _vector(shown)
    if vector is None:
        return Overlay()
    place = shown.projection.transform(vector[None])[0]
    return Overlay(extra=[(NAME, [float(part) for part in place])])


def suits(view: View) -> bool:
    """Tell whether the items are nodes of a graph."""
    return has_edges(view.collection)


def _vector(shown: Shown) -> NDArray[np.float32] | None:
    """Return the vector of a node that is linked to the selected ones; None without any."""
    view, links = shown.view, shown.selection.ids
    model, collection = view.embedding.model, view.collection
    if not links or not isinstance(model, Inductive):
        return None
    places = tuple(int(collection.payloads[collection.positions[id_]].load()) for id_ in links)
    vectors: NDArray[np.float32] = model.embed([Newcomer(NAME, places)]).vectors
    prepared: NDArray[np.float32] = view.prepared(vectors)[0]
    return prepared


def _offer_another(shown: Shown) -> None:
    """Say that the model knows nothing of new nodes, and offer one that does."""
    model = shown.view.model
    label, other = model.spec.label if model else "The model", _name(_OTHER)
    st.markdown(plain(f"{label} has no vector for a new node."))
    st.caption(
        "It has one for each node that was there, and would have to learn all of them anew. "
        f"{other} learns how to make a vector of a node's neighbours "
        "instead, which works for nodes that come later."
    )
    if model and st.button(
        f"Learn with {other}",
        on_click=shown.view.choices.set,
        args=("model", _OTHER),
    ):
        # The model is the page's, not its explorer's alone.
        st.rerun()


def _name(model: str) -> str:
    """Return what a model is called, without what its label adds."""
    return ec.EMBEDDERS[model].label.split(",")[0]


PANEL = Panel("newcomer", "New node", show, overlay, suits=suits)
