"""Choosing one node by its name: at first the selected one, else the one with the most links."""

from __future__ import annotations

from ui.edges import graph_of
from ui.picker import choose_following
from ui.view import View


def choose_node(view: View, name: str, label: str, help_: str = "") -> str:
    """Draw the choice of one of the nodes in view and return its id.

    Parameters
    ----------
    view, name, label, help_
        As in :func:`ui.picker.choose_item`.
    """
    return choose_following(view, name, label, _most_linked(view), kind="node", help_=help_)


def _most_linked(view: View) -> str:
    return view.embedding.ids[int(graph_of(view).undirected().degrees.argmax())]
