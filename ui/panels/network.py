"""The graph as it is drawn, beside the map of its vectors: one selection, the same colours."""

from __future__ import annotations

import numpy as np
import streamlit as st

from ui.edges import has_edges
from ui.network import draw_network, find_network, told_of
from ui.panels import links
from ui.panels.base import HEIGHT, Panel, Shown
from ui.view import View

# Pixels of two lines below the drawing, and of three.
_SHORT, _LONG = 52, 76


def show(shown: Shown) -> None:
    """Draw the network, and say what is drawn of it."""
    selection = shown.selection
    network = find_network(shown.view, selection.positions)
    if network is None:
        return

    def chosen(items: np.ndarray) -> None:
        selection.take(items)

    draw_network(
        network,
        key=f"{shown.page}-network",
        selected=selection.positions,
        look=shown.looks,
        height=HEIGHT - (_SHORT if network.is_whole else _LONG),
        link=shown.page,
        on_select=chosen,
    )
    drawn = told_of(network, is_selected=bool(len(selection.positions)))
    st.caption(f"{drawn} {links.told(shown)}")


def suits(view: View) -> bool:
    """Tell whether the items are nodes of a graph."""
    return has_edges(view.collection)


PANEL = Panel("network", "Network", show, is_wide=True, suits=suits)
