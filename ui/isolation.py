"""Isolating: a selection becomes all there is to see, and gets a map of its own."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from embedding_core.projection import FEWEST_ITEMS
from ui import cached
from ui.selection import Selection
from ui.view import View


def in_view(view: View) -> View:
    """Return the view of what is isolated, if anything, with its vectors prepared as chosen."""
    whole = view.embedding
    only = view.choices.ids(whole.positions, "only")
    raw = cached.part(whole, only) if only else whole
    prepared = cached.preprocessed(raw, view.map.preprocessing)
    return replace(view, embedding=prepared, raw=raw, isolated_from=len(whole) if only else 0)


def offer_isolation(view: View, selection: Selection) -> None:
    """Draw the button that isolates the selection, and the one that brings all items back."""
    choices = view.choices
    if view.isolated_from:
        clicked = st.button(
            f"Show all {view.isolated_from:,}",
            icon=":material/zoom_out_map:",
            on_click=choices.set,
            args=("only", ()),
        )
    else:
        clicked = st.button(
            "Isolate",
            icon=":material/filter_center_focus:",
            disabled=not FEWEST_ITEMS <= len(selection.ids) < len(view.embedding),
            on_click=choices.set,
            args=("only", selection.ids),
            help="Draw the selected items anew, without the others. Select four or more first.",
        )
    if clicked:
        # The map is drawn by the page, not by its explorer alone.
        st.rerun()
